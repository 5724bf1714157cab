"""Petitions in a given state, reached only through the actions that lead there."""

from __future__ import annotations

from dataclasses import dataclass

from khuevan.directory.public import Organisation, OrganisationKind, Person, Role
from khuevan.directory.tests.factories import (
    OrganisationFactory,
    PersonFactory,
    make_person,
)
from khuevan.feedback import actions
from khuevan.feedback.models import Petition
from khuevan.feedback.rules.petitions import Cause, Severity, State


TEXT = "Đèn đường trước số nhà 12 ngõ 5 không sáng đã hai tuần"
ANSWER = "Đơn vị chiếu sáng đã thay bóng đèn ngày hôm nay"
PHONE = "0912 345 678"


@dataclass
class Cast:
    ward: Organisation
    other: Organisation
    official: Person
    head: Person
    citizen: Person
    outsider: Person
    inspector: Person


def make_cast() -> Cast:
    ward, other = OrganisationFactory.create_batch(2, kind=OrganisationKind.COMMUNE)
    return Cast(
        ward=ward,
        other=other,
        official=make_person(Role.OFFICIAL, ward),
        head=make_person(Role.HEAD, ward),
        citizen=PersonFactory.create(),
        outsider=make_person(Role.OFFICIAL, other),
        inspector=make_person(Role.INSPECTOR),
    )


def send(cast: Cast, by: Person | None = None, **changes: object) -> Petition:
    fields: dict[str, object] = {
        "text": TEXT,
        "organisation": cast.ward,
        "phone": PHONE,
    }
    sent = actions.Sent(**(fields | changes))  # type: ignore[arg-type]
    return actions.send_petition(sent=sent, by=by)


def make_petition(
    cast: Cast, state: State = State.RECEIVED, **changes: object
) -> Petition:
    petition = send(cast, **changes)  # type: ignore[arg-type]
    if state in {State.HANDLING, State.ANSWERED, State.PUBLISHED}:
        petition = actions.accept_petition(
            petition=petition,
            severity=Severity.NORMAL,
            handler=cast.official,
            by=cast.head,
        )
    if state in {State.ANSWERED, State.PUBLISHED}:
        petition = actions.answer_petition(
            petition=petition, answer=ANSWER, cause=Cause.PROCESS, by=cast.official
        )
    if state is State.PUBLISHED:
        petition = actions.publish_petition(
            petition=petition, public_text=TEXT, public_answer=ANSWER, by=cast.head
        )
    return petition


def send_about(subject: str, organisation: Organisation) -> Petition:
    """Send a petition about a thing of another app."""
    sent = actions.Sent(text=TEXT, organisation=organisation, phone=PHONE, subject=subject)  # fmt: skip
    return actions.send_petition(sent=sent, by=None)


def rate_about(subject: str, organisation: Organisation, *, good: bool) -> None:
    """Rate a thing of another app through its link."""
    link = actions.issue_link(subject=subject, organisation=organisation, by=None)
    actions.rate(link=link, good=good)

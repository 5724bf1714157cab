"""What the counter's forms need beyond the page of a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from khuevan.counter.models import Dossier, Step, StepState
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import facts_about
from khuevan.platform import clock


@dataclass(frozen=True, slots=True)
class Signed:
    """When something was done to a dossier, and by whom; None is the system."""

    at: datetime
    by: Person | None


def signed(dossier: Dossier, kind: str) -> Signed:
    """Return when and by whom a kind of thing last happened to a dossier."""
    facts = [f for f in facts_about(dossier.ref) if f.kind == f"counter.{kind}"]
    if not facts:
        return Signed(clock.now(), None)
    label, _colon, key = (facts[-1].actor or "").partition(":")
    found = label == Person._meta.label_lower
    by = Person.objects.filter(pk=UUID(key)).first() if found else None
    return Signed(facts[-1].occurred_at, by)


@dataclass(frozen=True, slots=True)
class HandOver:
    """One line of the control slip: from whom to whom, when, in time or not."""

    name: str
    giver: str
    receiver: str
    organisation: str
    entered_at: datetime
    due_at: datetime | None
    left_at: datetime | None
    judged: str


def hand_overs(dossier: Dossier, now: datetime) -> list[HandOver]:
    """Return the steps of a dossier as hand-overs, in order."""
    steps = (
        dossier.work.exclude(state=StepState.JOINING)
        .exclude(name="")
        .select_related("organisation", "person", "done_by")
        .order_by("entered_at", "pk")
    )
    lines, giver = [], dossier.applicant_name
    for step in steps:
        doer = step.done_by or step.person
        receiver = doer.full_name if doer else ""
        lines.append(
            HandOver(
                step.name, giver, receiver,
                step.organisation.name if step.organisation else "", step.entered_at,
                step.due_at, step.left_at, judged(step, now),
            )
        )  # fmt: skip
        giver = receiver or giver
    return lines


def judged(step: Step, now: datetime) -> str:
    """Return before, on_time, late, or running: Form 06's three columns and the open one.

    Before is a whole working hour or more ahead of the step's date.
    """
    reached = step.left_at or now
    if step.due_at is not None and reached > step.due_at:
        return "late"
    if step.left_at is None:
        return "running"
    ahead = step.due_at is not None and step.due_at - step.left_at >= timedelta(hours=1)
    return "before" if ahead else "on_time"


def register_of(
    person: Person, body: Organisation, since: date, until: date
) -> QuerySet[Dossier]:
    """Return the dossiers a body received or decides that were filed in a period.

    Both days count. Whoever may not see a dossier does not find it here.
    """
    return (
        Dossier.objects.visible_to(person)
        .filter(
            Q(agency=body) | Q(receiving_point=body),
            filed_at__gte=clock.at_local(since, time.min),
            filed_at__lt=clock.at_local(until + timedelta(days=1), time.min),
        )
        .exclude(business=Business.DRAFT)
        .select_related("agency", "receiving_point")
        .prefetch_related("intervals")
        .order_by("filed_at", "pk")
    )


def registered(dossier: Dossier) -> dict[str, Any]:
    """Return one line of the register (Form 07)."""
    judged_now = dossier.timeliness()
    return {
        "code": dossier.code,
        "title": dossier.title,
        "procedure": dossier.procedure,
        "applicant": dossier.applicant_name,
        "channel": dossier.channel,
        "agency": dossier.agency.short_name if dossier.agency else "",
        "filed_at": dossier.filed_at,
        "accepted_at": dossier.accepted_at,
        "due_at": dossier.due_at,
        "ended_at": dossier.ended_at,
        "returned_at": dossier.returned_at,
        "status": dossier.status,
        "timeliness": judged_now,
        "pk": dossier.pk,
    }

"""Petitions, from the sender's first word to the published answer."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.feedback.access import is_reporter, may_handle, may_publish
from khuevan.feedback.facts import record_petition
from khuevan.feedback.models import Petition, PetitionFile
from khuevan.feedback.rules.codes import DIGITS, make_code
from khuevan.feedback.rules.contacts import check_contact
from khuevan.feedback.rules.petitions import (
    OPEN,
    Category,
    Cause,
    Channel,
    Kind,
    Move,
    Refusal,
    Severity,
    State,
    check_public,
    check_text,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.models import StoredFile

from .common import (
    judge_limit,
    keep,
    locked,
    pause_clocks,
    require,
    resume_clocks,
    start_clock,
    stop_clocks,
    take_step,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sends; without sign-in a telephone or e-mail to follow it by."""

    text: str
    organisation: Organisation
    kind: Kind = Kind.REFLECTION
    category: Category = Category.FIELD
    channel: Channel = Channel.WEB
    procedure: str = ""
    subject: str = ""
    place: str = ""
    anonymous: bool = True
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    files: Sequence[StoredFile] = ()


@transaction.atomic
def send_petition(*, sent: Sent, by: Person | None) -> Petition:
    """Take in a reflection or proposal and give it its code; anybody may send one.

    Its limits start at once. Raises RuleBroken for too few words, or where nobody
    could follow it.
    """
    text = check_text(sent.text)
    own = by is not None and sent.channel == Channel.WEB
    phone, email = check_contact(sent.phone, sent.email, signed_in=own)
    now = clock.now()
    petition = Petition.objects.create(
        code=_new_code(),
        channel=sent.channel,
        kind=sent.kind,
        category=sent.category,
        procedure=sent.procedure.strip()[:40],
        subject=sent.subject[:150],
        text=text,
        place=sent.place.strip()[:250],
        anonymous=sent.anonymous,
        reporter=by if own else None,
        contact_name=sent.contact_name.strip()[:150],
        phone=phone,
        email=email,
        organisation=sent.organisation,
        filed_at=now,
        received_at=now,
    )
    _start(petition, sent.files)
    record_petition(
        "petition_sent",
        petition,
        by=by,
        channel=str(sent.channel),
        due_at=petition.next_due_at,
    )
    return petition


def _start(petition: Petition, attached: Sequence[StoredFile]) -> None:
    PetitionFile.objects.bulk_create(
        PetitionFile(petition=petition, file=file) for file in attached
    )
    start_clock(petition, "accept")
    start_clock(petition, "settle")
    keep(petition)


def _new_code() -> str:
    """Draw a code nobody has, which also tells nobody how many there are."""
    year = clock.today().year
    while True:
        code = make_code(year, secrets.randbelow(10**DIGITS))
        if not Petition.objects.filter(code=code).exists():
            return code


@transaction.atomic
def accept_petition(
    *, petition: Petition, severity: Severity, handler: Person, by: Person | None
) -> Petition:
    """Take it on: how urgent it is, and who answers for it.

    An urgent one is handled within working hours (1207/QĐ-UBND).
    """
    petition = locked(petition)
    require(may_handle(by, petition))
    _check_handler(petition, handler)
    take_step(petition, Move.ACCEPT, "", by)
    petition.severity, petition.handler = severity, handler
    stop_clocks(petition, "accept")
    if severity == Severity.URGENT:
        start_clock(petition, "urgent")
    keep(petition)
    record_petition(
        "petition_accepted",
        petition,
        by=by,
        severity=str(severity),
        handler=handler.ref,
        due_at=petition.next_due_at,
    )
    return petition


@transaction.atomic
def name_handler(*, petition: Petition, handler: Person, by: Person | None) -> Petition:
    """Say who answers for it from now on."""
    petition = locked(petition)
    require(may_handle(by, petition))
    if petition.state not in OPEN:
        raise RuleBroken(N_("This petition has moved on. Look at it again."))
    _check_handler(petition, handler)
    petition.handler = handler
    keep(petition)
    record_petition("handler_named", petition, by=by, handler=handler.ref)
    return petition


def _check_handler(petition: Petition, handler: Person) -> None:
    if not may_handle(handler, petition):
        raise RuleBroken(
            N_("Name a head or an official of the body that has the petition."),
            field="handler",
        )


@transaction.atomic
def refuse_petition(
    *, petition: Petition, reason: Refusal, words: str, by: Person | None
) -> Petition:
    """Turn it away, with words that name the right way: complaints go elsewhere by law."""
    petition = locked(petition)
    require(may_handle(by, petition))
    told = check_text(words, "words")
    was_new = petition.state == State.RECEIVED
    take_step(petition, Move.REFUSE, told, by)
    petition.refusal, petition.answer = reason, told
    petition.out_of_scope_at = clock.now()
    if was_new:
        judge_limit(petition, "triage")
    stop_clocks(petition)
    keep(petition)
    record_petition("petition_refused", petition, by=by, reason=str(reason))
    return petition


@transaction.atomic
def forward_petition(
    *, petition: Petition, receiver: Organisation | None, words: str, by: Person | None
) -> Petition:
    """Pass it to the body that is competent; limits start anew there.

    Without a receiver it leaves the platform (a ministry, another province) and the
    words say where to.
    """
    petition = locked(petition)
    require(may_handle(by, petition))
    told = check_text(words, "words")
    if receiver is not None and receiver.pk == petition.organisation_id:
        raise RuleBroken(N_("Choose another body than your own."), field="receiver")
    was_new = petition.state == State.RECEIVED
    sender = petition.organisation
    take_step(petition, Move.FORWARD, told, by)
    if was_new:
        judge_limit(petition, "triage")
        judge_limit(petition, "forward")
    stop_clocks(petition)
    if receiver is None:
        petition.state = State.FORWARDED
        petition.out_of_scope_at = clock.now()
    else:
        petition.organisation, petition.handler = receiver, None
        petition.received_at = clock.now()
        start_clock(petition, "accept")
        start_clock(petition, "settle")
    keep(petition)
    record_petition(
        "petition_forwarded",
        petition,
        by=by,
        sender=sender.ref,
        receiver=receiver.ref if receiver else None,
    )
    return petition


@transaction.atomic
def ask_more(*, petition: Petition, words: str, by: Person | None) -> Petition:
    """Ask the sender for what is missing; limits stand until the answer comes."""
    petition = locked(petition)
    require(may_handle(by, petition))
    told = check_text(words, "words")
    was_new = petition.state == State.RECEIVED
    take_step(petition, Move.ASK, told, by)
    if was_new:
        judge_limit(petition, "ask_more")
        stop_clocks(petition, "accept")
    pause_clocks(petition)
    keep(petition)
    record_petition("petition_more_asked", petition, by=by)
    return petition


@transaction.atomic
def give_more(
    *, petition: Petition, words: str, followed: bool = False, by: Person | None
) -> Petition:
    """Answer what the agency asked; limits run on."""
    petition = locked(petition)
    require(is_reporter(by, petition, followed=followed))
    take_step(petition, Move.REPLY, check_text(words, "words"), by)
    resume_clocks(petition)
    keep(petition)
    record_petition("petition_more_given", petition, by=by)
    return petition


@transaction.atomic
def answer_petition(
    *, petition: Petition, answer: str, cause: Cause, by: Person | None
) -> Petition:
    """Answer the sender and name the root cause; publishing is somebody else's look."""
    petition = locked(petition)
    require(may_handle(by, petition))
    told = check_text(answer, "answer")
    take_step(petition, Move.ANSWER, told, by)
    petition.answer, petition.cause = told, cause
    petition.answered_by, petition.answered_at = by, clock.now()
    stop_clocks(petition)
    start_clock(petition, "publish")
    keep(petition)
    record_petition("petition_answered", petition, by=by, cause=str(cause))
    return petition


@transaction.atomic
def publish_petition(
    *, petition: Petition, public_text: str, public_answer: str, by: Person | None
) -> Petition:
    """Publish question and answer without personal data: a second person's look.

    Raises RuleBroken for words that hold a telephone, e-mail or identity number.
    """
    petition = locked(petition)
    require(may_handle(by, petition))
    if not may_publish(by, petition):
        raise RuleBroken(N_("Somebody other than who answered takes the second look."))
    asked = check_public(public_text, "public_text")
    told = check_public(public_answer, "public_answer")
    take_step(petition, Move.PUBLISH, "", by)
    petition.public_text, petition.public_answer = asked, told
    petition.published_at = clock.now()
    stop_clocks(petition)
    keep(petition)
    record_petition("petition_published", petition, by=by)
    return petition


@transaction.atomic
def merge_petition(
    *, petition: Petition, into: Petition, by: Person | None
) -> Petition:
    """Join a duplicate to another petition; its sender hears of the other from now on."""
    first, second = sorted((petition, into), key=lambda p: p.pk)
    both = {p.pk: p for p in (locked(first), locked(second))}
    petition, target = both[petition.pk], both[into.pk]
    require(may_handle(by, petition) and may_handle(by, target))
    if petition.pk == target.pk or target.state in {State.MERGED, State.REFUSED}:
        raise RuleBroken(
            N_("Join it to another petition that is being handled or answered."),
            field="into",
        )
    take_step(petition, Move.MERGE, "", by)
    petition.merged_into = target
    petition.out_of_scope_at = clock.now()
    stop_clocks(petition)
    petition.merged.update(merged_into=target)
    keep(petition)
    record_petition("petition_merged", petition, by=by, into=target.ref)
    return petition


@transaction.atomic
def reopen_petition(
    *, petition: Petition, words: str, followed: bool = False, by: Person | None
) -> Petition:
    """Say that the answer does not settle it: once, by its sender."""
    petition = locked(petition)
    require(is_reporter(by, petition, followed=followed))
    if petition.reopened_at is not None:
        raise RuleBroken(
            N_("It was opened again once already. Send a new one and name this code.")
        )
    take_step(petition, Move.REOPEN, check_text(words, "words"), by)
    petition.reopened_at = clock.now()
    petition.public_text = petition.public_answer = ""
    stop_clocks(petition)
    start_clock(petition, "settle")
    keep(petition)
    record_petition("petition_reopened", petition, by=by)
    return petition

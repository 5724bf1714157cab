"""Asking experts, agreeing on a time, saying no, calling off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from khuevan.directory.public import Organisation, Person
from khuevan.experts.access import houses_of, is_asker, is_expert, may_book_for
from khuevan.experts.dated import declaration_on
from khuevan.experts.facts import record_booking
from khuevan.experts.matters import Matter, matter_of
from khuevan.experts.models import Booking, Consultation, Expert
from khuevan.experts.queries.pool import rate_on, taken
from khuevan.experts.rules.bookings import (
    Move,
    Span,
    State,
    Turn,
    check_times,
    check_words,
    span_of,
)
from khuevan.experts.rules.pool import Standing
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import (
    begin,
    go_on,
    keep_step,
    locked_expert,
    refuse_conflict,
    refuse_taken,
    require,
)


MOST_EXPERTS = 5


@transaction.atomic
def ask_experts(
    *, experts: Sequence[Expert], title: str, question: str, starts: Sequence[datetime],
    minutes: int, place: str = "", organisation: Organisation | None = None,
    sides: Sequence[Organisation] = (), matter: str = "", by: Person,
) -> Consultation:  # fmt: skip
    """Put a question to one or several experts and return it; each has a booking of it.

    `starts` are times one has; `sides` whose interests are in the matter. The organisations
    the asker acts for are sides, and those the owner of `matter` names; so are the people it
    names. What an hour costs is
    kept as it is today. RuleBroken for a conflicted or paused expert, or a time that is
    taken; nothing is booked then.
    """
    require(may_book_for(by, organisation))
    check_times(starts, minutes, clock.now())
    if not 1 <= len(experts) <= MOST_EXPERTS:
        raise RuleBroken(N_("Choose one to %(most)s experts."), field="experts", most=MOST_EXPERTS)  # fmt: skip
    about = _matter(matter, by)
    made = Consultation.objects.create(
        code=_next_code(), title=check_words(title, "title", 5),
        question=check_words(question, "question", 20), matter=matter,
        matter_title=about.title if about else "", matter_link=about.link if about else "",
        organisation=organisation, asked_by=by, asked_at=clock.now(),
    )  # fmt: skip
    keys = {side.pk for side in sides} | set(about.sides if about else ())
    keys |= houses_of(by)
    made.sides.set(Organisation.objects.filter(pk__in=keys))
    # One order of locks, whoever asks for the same experts meanwhile.
    chosen = sorted(experts, key=lambda one: one.pk)
    for number, expert in enumerate(chosen, 1):
        if about is not None and expert.person_id in about.people:
            raise RuleBroken(
                N_("%(name)s is a side of this matter and does not advise on it."),
                field="experts", name=expert.person.full_name,
            )  # fmt: skip
        _book(made, number, locked_expert(expert), sorted(starts), minutes, place, by)
    return made


def _matter(subject: str, by: Person) -> Matter | None:
    if not subject:
        return None
    found = matter_of(subject, by)
    if found is None:
        raise RuleBroken(N_("You may not ask experts about this matter, or it is not there."))  # fmt: skip
    return found


def _book(
    asked: Consultation, number: int, expert: Expert, starts: list[datetime],
    minutes: int, place: str, by: Person,
) -> None:  # fmt: skip
    name = expert.person.full_name
    if expert.person_id == by.pk:
        raise RuleBroken(N_("Nobody books oneself."), field="experts")
    if expert.standing != Standing.ADMITTED or expert.paused:
        raise RuleBroken(N_("%(name)s takes no bookings now."), field="experts", name=name)  # fmt: skip
    rate = rate_on(expert, clock.today())
    if rate is None:
        raise RuleBroken(N_("%(name)s has named no rate yet."), field="experts", name=name)  # fmt: skip
    refuse_conflict(expert, _sides(asked), "experts")
    for start in starts:
        span = span_of(start, minutes)
        refuse_taken(taken(expert, span), expert, span, "start_1")
    booking = Booking(
        consultation=asked, code=f"{asked.code}-{number}", expert=expert, starts=starts,
        minutes=minutes, rate=rate, place=place.strip(),
    )  # fmt: skip
    go_on(booking, State.ASKED)
    booking.save()
    keep_step(booking, Move.ASK, by=by, turn=Turn.ASKER)
    record_booking("booking_asked", booking, by=by, rate=rate, minutes=minutes)


@transaction.atomic
def accept(*, booking: Booking, start: datetime, declared: str, by: Person) -> Booking:
    """As the expert, take one of the times asked for, and declare that no conflict exists.

    `declared` is the version of the sentence put before the expert. RuleBroken for
    another time, another sentence, a tie to a side, or a time taken meanwhile.
    """
    booking = begin(booking, Move.ACCEPT)
    require(is_expert(by, booking.expert))
    if start not in booking.starts:
        raise RuleBroken(N_("Choose one of the times asked for."), field="start")
    _declare(booking, declared)
    return _agree(booking, start, Move.ACCEPT, "booking_accepted", Turn.EXPERT, by)


@transaction.atomic
def propose_time(*, booking: Booking, start: datetime, declared: str, words: str = "", by: Person) -> Booking:  # fmt: skip
    """As the expert, name another time; whoever asked takes it or calls off."""
    booking = begin(booking, Move.PROPOSE)
    require(is_expert(by, booking.expert))
    check_times([start], booking.minutes, clock.now())
    refuse_conflict(booking.expert, _sides(booking.consultation))
    span = span_of(start, booking.minutes)
    refuse_taken(taken(booking.expert, span), booking.expert, span, "start_1")
    _declare(booking, declared)
    booking.starts = [start]
    go_on(booking, State.PROPOSED)
    booking.save()
    keep_step(booking, Move.PROPOSE, by=by, words=words.strip(), turn=Turn.EXPERT)
    record_booking("time_proposed", booking, by=by)
    return booking


@transaction.atomic
def take_time(*, booking: Booking, by: Person) -> Booking:
    """As who asked, take the time the expert named."""
    booking = begin(booking, Move.TAKE)
    require(is_asker(by, booking))
    return _agree(booking, booking.starts[0], Move.TAKE, "time_taken", Turn.ASKER, by)


@transaction.atomic
def decline(*, booking: Booking, words: str, by: Person) -> Booking:
    """As the expert, say no, with a reason whoever asked reads."""
    booking = begin(booking, Move.DECLINE)
    require(is_expert(by, booking.expert))
    told = check_words(words, "words")
    return _end(booking, State.DECLINED, Move.DECLINE, "booking_declined", told, Turn.EXPERT, by)  # fmt: skip


@transaction.atomic
def call_off(*, booking: Booking, words: str, by: Person) -> Booking:
    """As either side, call off before it begins: the time is free again."""
    booking = begin(booking, Move.CALL_OFF)
    as_expert = is_expert(by, booking.expert)
    require(as_expert or is_asker(by, booking))
    if booking.time is not None and booking.time.lower <= clock.now():
        raise RuleBroken(N_("It has begun: the expert writes the minutes, with the time it took."))  # fmt: skip
    told = check_words(words, "words")
    turn = Turn.EXPERT if as_expert else Turn.ASKER
    return _end(booking, State.CALLED_OFF, Move.CALL_OFF, "booking_called_off", told, turn, by)  # fmt: skip


def _agree(booking: Booking, start: datetime, move: Move, kind: str, turn: Turn, by: Person) -> Booking:  # fmt: skip
    check_times([start], booking.minutes, clock.now())
    refuse_conflict(booking.expert, _sides(booking.consultation))
    span: Span = span_of(start, booking.minutes)
    refuse_taken(taken(booking.expert, span), booking.expert, span, "start")
    booking.time = (span.start, span.end)
    go_on(booking, State.AGREED, since=span.end)
    booking.save()
    booking.refresh_from_db(fields=["time"])
    keep_step(booking, move, by=by, turn=turn)
    record_booking(kind, booking, by=by, starts_at=span.start.isoformat())
    return booking


def _declare(booking: Booking, version: str) -> None:
    if version != declaration_on(clock.today()).version:
        raise RuleBroken(
            N_("Read the declaration and put your name to it: without it nothing is accepted."),
            field="declared",
        )  # fmt: skip
    booking.declared, booking.declared_at = version, clock.now()


def _end(booking: Booking, state: State, move: Move, kind: str, words: str, turn: Turn, by: Person) -> Booking:  # fmt: skip
    go_on(booking, state)
    booking.save()
    keep_step(booking, move, by=by, words=words, turn=turn)
    record_booking(kind, booking, by=by)
    return booking


def _sides(asked: Consultation) -> list[UUID]:
    return list(asked.sides.values_list("pk", flat=True))


def _next_code() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('experts_number')")
        [number] = cursor.fetchone()
    return f"TV-{clock.today().year}-{number:04}"

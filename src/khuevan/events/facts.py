"""The facts events leave in the journal: codes and numbers, nobody's name."""

from __future__ import annotations

from typing import Any

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_

from .models import Event, Question, Registration


def record_event(kind: str, event: Event, *, by: Person | None, **figures: Any) -> int:
    """Write one fact about an event."""
    return record(
        f"events.{kind}", subject=event.ref, by=by, code=event.code,
        state=str(event.state), **figures,
    )  # fmt: skip


def record_registration(kind: str, row: Registration, *, by: Person | None, **figures: Any) -> int:  # fmt: skip
    """Write one fact about a registration."""
    return record(
        f"events.{kind}", subject=row.ref, by=by, code=row.event.code,
        standing=str(row.standing), **figures,
    )  # fmt: skip


def record_question(kind: str, row: Question, *, by: Person | None) -> int:
    """Write one fact about a question."""
    return record(f"events.{kind}", subject=row.ref, by=by, code=row.event.code)


WORDS: dict[str, str] = {
    "events.event_drafted": N_("Event %(code)s was drafted"),
    "events.event_changed": N_("Event %(code)s was changed"),
    "events.event_published": N_("Event %(code)s was published"),
    "events.event_called_off": N_("Event %(code)s was called off"),
    "events.event_held": N_("Event %(code)s was held: %(attended)s came"),
    "events.event_reminded": N_("Whoever registered was reminded of %(code)s"),
    "events.registration_reminded": N_("Somebody was reminded of %(code)s"),
    "events.registration_made": N_("Somebody registered for %(code)s"),
    "events.registration_withdrawn": N_("Somebody withdrew from %(code)s"),
    "events.registration_moved_up": N_("Somebody moved up from the waiting list of %(code)s"),
    "events.guest_counted": N_("Somebody was counted at the door of %(code)s"),
    "events.count_taken_back": N_("A count at the door of %(code)s was taken back"),
    "events.guests_erased": N_("What guests of %(code)s had given was erased"),
    "events.question_asked": N_("A question was asked at %(code)s"),
    "events.question_answered": N_("A question at %(code)s was answered"),
    "events.question_hidden": N_("A question at %(code)s was hidden with a reason"),
}  # fmt: skip
"""What each kind of fact says on a timeline."""

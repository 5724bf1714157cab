"""The facts the pool leaves in the journal: codes, references, numbers; no words."""

from __future__ import annotations

from typing import Any

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_

from .models import Booking, Expert


def record_expert(kind: str, expert: Expert, *, by: Person | None, **figures: Any) -> int:  # fmt: skip
    """Write one fact about an expert."""
    return record(
        f"experts.{kind}", subject=expert.ref, by=by, standing=str(expert.standing),
        **figures,
    )  # fmt: skip


def record_booking(kind: str, booking: Booking, *, by: Person | None, **figures: Any) -> int:  # fmt: skip
    """Write one fact about a booking."""
    return record(
        f"experts.{kind}", subject=booking.ref, by=by, code=booking.code,
        state=str(booking.state), expert=str(booking.expert_id), **figures,
    )  # fmt: skip


WORDS: dict[str, str] = {
    "experts.expert_proposed": N_("Somebody was proposed for the adviser pool"),
    "experts.expert_applied": N_("Somebody applied to the adviser pool"),
    "experts.profile_changed": N_("An expert changed their profile"),
    "experts.expert_admitted": N_("An expert was admitted to the pool"),
    "experts.expert_refused": N_("An expert was refused with a reason"),
    "experts.expert_withdrawn": N_("An expert left the pool"),
    "experts.expert_reminded": N_("An application waits longer than it may"),
    "experts.rate_set": N_("An expert set a rate"),
    "experts.interest_declared": N_("An expert declared a tie to an organisation"),
    "experts.interest_ended": N_("An expert's tie ended"),
    "experts.absence_noted": N_("An expert noted days without bookings"),
    "experts.evidence_put": N_("An expert put in a paper"),
    "experts.booking_asked": N_("%(code)s: an expert was asked"),
    "experts.booking_accepted": N_("%(code)s: the expert accepted"),
    "experts.time_proposed": N_("%(code)s: the expert named another time"),
    "experts.time_taken": N_("%(code)s: the time was agreed"),
    "experts.booking_declined": N_("%(code)s: the expert declined"),
    "experts.booking_called_off": N_("%(code)s was called off"),
    "experts.minutes_written": N_("%(code)s: version %(number)s of the minutes"),
    "experts.minutes_disputed": N_("%(code)s: the minutes were disputed"),
    "experts.booking_confirmed": N_("%(code)s: minutes and hours were confirmed"),
    "experts.booking_settled": N_("%(code)s: the keeper settled the hours"),
    "experts.booking_paid": N_("%(code)s was paid"),
    "experts.booking_paid_out": N_("%(code)s: the money left for the expert"),
    "experts.booking_reminded": N_("%(code)s waits longer than it may"),
    "experts.booking_passed_on": N_("%(code)s went to the keeper of the pool"),
    "experts.booking_lapsed": N_("%(code)s lapsed: nobody answered"),
    "experts.clock_moved": N_("%(code)s: the calendar moved its clock"),
}  # fmt: skip
"""What each kind of fact says on a timeline."""

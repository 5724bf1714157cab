"""The facts valuations leave in the journal: codes and references, no values."""

from __future__ import annotations

from typing import Any

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_

from .models import Valuation


def record_in(valuation: Valuation, kind: str, *, by: Person | None, **figures: Any) -> int:  # fmt: skip
    """Write one fact about a valuation."""
    return record(
        f"valuation.{kind}", subject=valuation.ref, by=by, code=valuation.code,
        field=valuation.field, state=str(valuation.state), **figures,
    )  # fmt: skip


WORDS: dict[str, str] = {
    "valuation.valuation_asked": N_("Valuation %(code)s was asked for"),
    "valuation.appraisers_appointed": N_("%(count)s appraisers were appointed to %(code)s"),
    "valuation.worksheet_kept": N_("A worksheet of %(code)s was kept (%(method)s)"),
    "valuation.worksheet_dropped": N_("A worksheet of %(code)s was dropped (%(method)s)"),
    "valuation.opinion_signed": N_("Opinion %(seat)s of %(code)s was signed"),
    "valuation.valuation_settled": N_("What two opinions of %(code)s left open was settled"),
    "valuation.valuation_cancelled": N_("Valuation %(code)s was called off"),
    "valuation.appraiser_registered": N_("An appraiser was put on the list"),
    "valuation.appraiser_ended": N_("An appraiser was taken off the list"),
    "valuation.price_recorded": N_("A price was put into the reference prices"),
    "valuation.price_opened": N_("Both sides let a price be read"),
}  # fmt: skip
"""What each kind of fact says on a timeline."""

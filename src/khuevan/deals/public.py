"""What other apps may use of deals: what they amount to."""

from .queries.statistics import (
    Cohort,
    Elsewhere,
    Satisfaction,
    Signed,
    closed_elsewhere,
    cohorts,
    satisfaction,
    signed_between,
)
from .rules.states import ENDS, Part, State
from .rules.steps import Reached
from .words import STEPS


__all__ = [
    "ENDS",
    "STEPS",
    "Cohort",
    "Elsewhere",
    "Part",
    "Reached",
    "Satisfaction",
    "Signed",
    "State",
    "closed_elsewhere",
    "cohorts",
    "satisfaction",
    "signed_between",
]

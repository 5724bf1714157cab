"""What other apps may use of deals: what they amount to."""

from .queries.statistics import (
    Cohort,
    Cost,
    Elsewhere,
    Satisfaction,
    SideCount,
    Signed,
    closed_elsewhere,
    cohorts,
    costs_between,
    satisfaction,
    sides_between,
    signed_between,
)
from .rules.states import ENDS, Part, State
from .rules.steps import Reached
from .words import STEPS


__all__ = [
    "ENDS",
    "STEPS",
    "Cohort",
    "Cost",
    "Elsewhere",
    "Part",
    "Reached",
    "Satisfaction",
    "SideCount",
    "Signed",
    "State",
    "closed_elsewhere",
    "cohorts",
    "costs_between",
    "satisfaction",
    "sides_between",
    "signed_between",
]

"""What other apps may use of deals: the funnel and closed deals."""

from .queries.statistics import (
    ClosedDeal,
    Elsewhere,
    Funnel,
    closed_deals,
    closed_elsewhere,
    funnel,
)
from .rules.states import ENDS, Part, State


__all__ = [
    "ENDS",
    "ClosedDeal",
    "Elsewhere",
    "Funnel",
    "Part",
    "State",
    "closed_deals",
    "closed_elsewhere",
    "funnel",
]

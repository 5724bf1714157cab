"""What other apps may use of deals: the funnel, closed deals, the seam to contracts."""

from .joining import AgreedPaper, PartyOf, agreed_paper, heard
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
    "AgreedPaper",
    "ClosedDeal",
    "Elsewhere",
    "Funnel",
    "Part",
    "PartyOf",
    "State",
    "agreed_paper",
    "closed_deals",
    "closed_elsewhere",
    "funnel",
    "heard",
]

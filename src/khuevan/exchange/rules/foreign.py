"""A listing of another exchange: where it comes from. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from khuevan.platform.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose listing it is: the exchange and its address, the code and page there, the
    licence it is shared under, and when it was last seen there."""

    exchange: str
    base: str
    code: str
    address: str
    licence: str
    seen_at: datetime


class TooAlike(RuleBroken):
    """What came says nearly what a listing here says: somebody has to look."""

"""What the report says of the past, and what had to be invented beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


FIRST, LAST = date(2025, 7, 1), date(2025, 11, 12)
ALL = 1_243_294
"""Dossiers received from 1-7 to 12-11-2025 (report of 14 November 2025)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the demo's living dossiers (`demo.dossiers`) had come to by the last day."""

    filed: int
    decided: int
    digitised: int
    electronic: int
    with_fee: int
    paid_online: int


LIVING = Counted(filed=46, decided=8, digitised=8, electronic=8, with_fee=4, paid_online=0)  # fmt: skip
"""They count in the report's figures too; a journey holds these numbers to the story."""
DIGITISED, ELECTRONIC, ONLINE_PAID = 0.8589, 0.8772, 0.9973
"""The report's shares: digitised, electronic results, paid online."""
LATE, ONE_REQUEST, TWO_REQUESTS, REFUSED, STOPPED, WITH_FEE, OPINIONS = (
    0.031, 0.07, 0.006, 0.011, 0.006, 0.34, 0.08,
)  # fmt: skip
"""What the report does not say: invented shares."""
CHANNELS = (("portal", 0.83), ("vneid", 0.09), ("assisted", 0.07), ("counter", 0.008), ("post", 0.002))  # fmt: skip
PROCEDURES = 420
"""How many procedures carry the past's dossiers; the rest was not asked for."""
HOURS = [1, 1, 0, 0, 0, 1, 2, 6, 14, 16, 14, 10, 5, 8, 14, 15, 12, 7, 4, 5, 7, 6, 4, 2]
"""How many of a day's dossiers are filed in each of its hours: invented."""


@dataclass
class Share:
    """Picks exactly a share of what passes by: rounding errors never add up."""

    of: float
    gone: float = 0.5

    def takes(self) -> bool:
        self.gone += self.of
        if self.gone >= 1:
            self.gone -= 1
            return True
        return False

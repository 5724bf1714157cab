"""Which papers of the State change what a contract owes, and what they may say.

Law 07/2017/QH14 Article 31: a result of a State-funded task that has its certificate need
not be registered again, nor a restricted technology that is licensed already.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class PaperKind(StrEnum):
    """A paper of the State over a technology."""

    CERTIFICATE = "certificate"
    LICENCE = "licence"


LONGEST_NUMBER = 60


def kinds_for(*, state_funded: bool, restricted: bool) -> tuple[PaperKind, ...]:
    """Return the papers that would change what a contract over such a technology owes."""
    asked = {PaperKind.CERTIFICATE: state_funded, PaperKind.LICENCE: restricted}
    return tuple(kind for kind, wanted in asked.items() if wanted)


def check_paper(number: str, issued_on: date, today: date) -> str:
    """Return the number of a paper, trimmed; refuse none, or a day that has not come."""
    told = number.strip()
    if not 0 < len(told) <= LONGEST_NUMBER:
        raise RuleBroken(
            N_("Write the number of the paper as it stands on it."), field="number"
        )
    if issued_on > today:
        raise RuleBroken(
            N_("A paper is not issued in days to come."), field="issued_on"
        )
    return told

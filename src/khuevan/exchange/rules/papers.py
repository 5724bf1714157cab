"""How far the words of a paper are read, and within which bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from khuevan.platform.errors import N_

from .completeness import Gap


MOST_PAGES = 300
MOST_CHARACTERS = 200_000
MOST_SECONDS = 60
MOST_MEMORY = 1024**3
"""Bytes a paper may take to be read; more is a bomb."""


class Reading(StrEnum):
    """Where the reading of a paper's words stands, or why there are none."""

    WAITING = "waiting"
    READ = "read"
    EMPTY = "empty"
    LOCKED = "locked"
    LONG = "long"
    BROKEN = "broken"
    SLOW = "slow"


class Unreadable(Exception):
    """A paper's words cannot be read."""

    def __init__(self, why: Reading) -> None:
        super().__init__(why.value)
        self.why = why


WHY = {
    Reading.WAITING: (N_("its words are still being read"), N_("Wait a minute, then try again.")),
    Reading.LOCKED: (N_("it is locked by a password"), N_("Take it off, unlock it and attach it again.")),
    Reading.LONG: (N_("it has more than 300 pages"), N_("Take it off and attach the part that counts.")),
    Reading.BROKEN: (N_("it cannot be read"), N_("Take it off, save it again as PDF or .docx and attach it again.")),
    Reading.SLOW: (N_("reading it takes too long"), N_("Take it off and attach a simpler or shorter one.")),
}  # fmt: skip
"""What keeps a listing from the reviewers: what nobody could read nobody could look through."""


def paper_gaps(papers: Iterable[tuple[str, str]]) -> Iterator[Gap]:
    """Yield what its papers lack, each told by its title and where its reading stands."""
    for title, reading in papers:
        if reading in WHY:
            yield Gap(title, *WHY[Reading(reading)])

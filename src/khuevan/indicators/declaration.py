"""Declaring an indicator, in code, beside the domain it measures.

An app puts a module `indicators.py` in its package and calls `declare` there; the
module is found when the platform starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from khuevan.directory.public import Person
from khuevan.journal.public import Fact
from khuevan.platform.errors import N_, RuleBroken

from .rules import Better, Delta, Period, Share, Span


NUMERATOR, DENOMINATOR = "numerator", "denominator"


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a figure."""

    title: str
    url: str = ""


@dataclass(frozen=True)
class Golden:
    """A small case with its right answer: after these facts, this figure on that day."""

    facts: tuple[Fact, ...]
    on: date
    numerator: int
    denominator: int = 0
    dimensions: Mapping[str, str] = field(default_factory=dict)


def names_itself(dimension: str, keys: Iterable[str]) -> Mapping[str, str]:
    """Return every key as its own name: for dimensions that need no words."""
    return {key: key for key in keys}


Together = Callable[[Sequence[str], date], Iterable[tuple[str, Delta]]]


@dataclass(frozen=True)
class Indicator:
    """One figure: what it is in words, and how facts and records make it.

    `title`, `formula`, `numerator`, `denominator` and `source` are sentences marked
    with N_. No `denominator` means a count or a sum. Exactly one of two functions
    reads facts: `contributions` says what a fact adds; `standing` says what its
    subject counts as from the fact on (None: the fact changes nothing), and is only
    for live figures. `kinds` are the kinds of facts read, a trailing dot or a full
    name; empty reads all. `recompute` gives the same sums from the records alone, up
    to the end of a day; `together` gives it for several indicators that share it, by
    their codes, in one reading. `records` leads to what lies behind a part of the figure.
    `public` figures are for everybody, `inner` ones for people who hold a post alone;
    `readers` tells who else than the public reads the others, without it all signed in.
    """

    code: str
    title: str
    formula: str
    numerator: str
    unit: str
    source: str
    recompute: Callable[[date], Iterable[Delta]]
    together: Together | None = None
    denominator: str = ""
    better: Better = Better.HIGHER
    period: Period = Period.LIVE
    dimensions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    contributions: Callable[[Fact], Iterable[Delta]] | None = None
    standing: Callable[[Fact], Share | None] | None = None
    records: Callable[[Mapping[str, str], Span, str], str | Iterable[Record]] | None = (
        None
    )
    labels: Callable[[str, Iterable[str]], Mapping[str, str]] = names_itself
    legal: tuple[str, str] | None = None
    public: bool = False
    inner: bool = False
    readers: Callable[[Person], bool] | None = None
    goldens: tuple[Golden, ...] = ()

    @property
    def fraction(self) -> bool:
        """Tell whether it is a share rather than a count or a sum."""
        return bool(self.denominator)

    def visible_to(self, person: Person | None) -> bool:
        """Tell whether somebody may see it; strangers see what is public."""
        if person is not None and self.readers is not None:
            return self.readers(person)
        if person is None or not self.inner:
            return self.public or person is not None
        return bool(person.authority.holdings)

    @property
    def live(self) -> bool:
        """Tell whether it is a standing as of a day rather than a flow."""
        return self.period is Period.LIVE

    @property
    def scale(self) -> int:
        """Return what a share is multiplied with to be shown."""
        return 100 if self.unit == "%" else 1

    def reads(self, kind: str) -> bool:
        """Tell whether facts of a kind matter to it."""
        return not self.kinds or any(
            kind.startswith(k) if k.endswith(".") else kind == k for k in self.kinds
        )


_declared: dict[str, Indicator] = {}


def declare(indicator: Indicator) -> Indicator:
    """Make an indicator known; two different ones may not share a code."""
    if (indicator.contributions is None) == (indicator.standing is None):
        raise ValueError(
            f"{indicator.code}: give contributions or standing, one of them"
        )
    if indicator.standing and not indicator.live:
        raise ValueError(f"{indicator.code}: a standing is a live figure")
    if _declared.get(indicator.code, indicator) != indicator:
        raise ValueError(f"{indicator.code} is declared twice")
    _declared[indicator.code] = indicator
    return indicator


def declared() -> list[Indicator]:
    """List every indicator, by code."""
    return [_declared[code] for code in sorted(_declared)]


def the(code: str) -> Indicator:
    """Return an indicator by its code; raises RuleBroken when there is none."""
    if code not in _declared:
        raise RuleBroken(N_("There is no indicator “%(code)s”."), code=code)
    return _declared[code]

"""The 100-point index on procedures and public services (Decision 766/QĐ-TTg).

Formulas are dated configuration: the live scoring of September 2026 is known, the
appendix of 2022 was not read, and newer definitions exist (services.md 8). A share of
nothing scores what its item says: nothing, or everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction


class Rule(StrEnum):
    """How a ratio becomes points."""

    LINEAR = "linear"  # max × ratio
    CAPPED = "capped"  # max × ratio / full_at, at most max


class OnNothing(StrEnum):
    """What an item with nothing to count scores."""

    ZERO = "zero"
    MAX = "max"


class Tier(StrEnum):
    """For whom an index is reckoned."""

    CITY = "city"
    DEPARTMENT = "department"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a version of the index.

    `full_at` is the ratio at which a capped item is full; `times` names a measure whose
    ratio multiplies this one; `not_for` are the tiers that get the maximum because the
    item does not apply to them; `procedures` are those it counts where it names
    any. `alt` is the ratio at which another reading of the document is full: told beside
    the points. An item that is not `scored` is told for information; a `mean` is hours
    divided by dossiers, no share.
    """

    code: str
    group: str
    max: Decimal
    rule: Rule = Rule.LINEAR
    full_at: Fraction = Fraction(1)
    times: str = ""
    on_nothing: OnNothing = OnNothing.ZERO
    not_for: frozenset[Tier] = frozenset()
    procedures: tuple[str, ...] = ()
    scored: bool = True
    alt: Fraction | None = None
    mean: bool = False

    @property
    def full(self) -> Fraction:
        """Return the ratio from which on it scores its maximum."""
        return self.full_at if self.rule is Rule.CAPPED else Fraction(1)


@dataclass(frozen=True, slots=True)
class IndexVersion:
    """The index as it holds from a day on, with its document.

    `bands` are the grades: the least points of each and its name, the best first.
    """

    code: str
    valid_from: date
    document: str
    article: str
    rounding: int
    items: tuple[Item, ...]
    bands: tuple[tuple[Decimal, str], ...]

    def band(self, points: Decimal) -> str:
        """Return the grade a score is in."""
        return next(name for least, name in self.bands if points >= least)

    def item(self, code: str) -> Item | None:
        """Return an item by its code, None where this version has none."""
        return next((item for item in self.items if item.code == code), None)

    @property
    def total(self) -> Decimal:
        """Return what a perfect service scores."""
        return sum((item.max for item in self.items if item.scored), Decimal(0))


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted for an item; `flag` says what the denominator stands on."""

    numerator: int
    denominator: int
    flag: str = ""

    @property
    def ratio(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Scored:
    """One item with its points; `applies` is False where the tier gets the maximum.

    `alt` are the points by the other reading, None where there is none.
    """

    item: Item
    measured: Measured | None
    points: Decimal
    applies: bool
    alt: Decimal | None = None

    @property
    def missing(self) -> Decimal:
        """Return the points that could still be won."""
        return self.item.max - self.points


def score(
    version: IndexVersion, measured: Mapping[str, Measured], tier: Tier
) -> tuple[Scored, ...]:
    """Return every item with its points, rounded as the version says."""
    return tuple(_score(version, item, measured, tier) for item in version.items)


def total(scored: Iterable[Scored]) -> Decimal:
    """Return the sum of the points of the items that count."""
    return sum((s.points for s in scored if s.item.scored), Decimal(0))


def _score(
    version: IndexVersion, item: Item, measured: Mapping[str, Measured], tier: Tier
) -> Scored:
    found = measured.get(item.code)
    if tier in item.not_for:
        return Scored(item, found, item.max, applies=False)
    ratio = found.ratio if found else None
    if ratio is None:
        full = item.on_nothing is OnNothing.MAX
        return Scored(item, found, item.max if full else Decimal(0), applies=True)
    if item.times:
        other = measured.get(item.times)
        ratio *= other.ratio if other and other.ratio is not None else Fraction(0)
    alt = None
    if item.alt is not None:
        alt = _points(item, ratio, version.rounding, full_at=item.alt)
    points = _points(item, ratio, version.rounding, full_at=item.full)
    return Scored(item, found, points, applies=True, alt=alt)


def _points(
    item: Item, ratio: Fraction, rounding: int, *, full_at: Fraction
) -> Decimal:
    ratio = min(max(ratio, Fraction(0)) / full_at, Fraction(1))
    exact = Fraction(item.max) * ratio
    step = Decimal(1).scaleb(-rounding)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(step, ROUND_HALF_UP)  # fmt: skip

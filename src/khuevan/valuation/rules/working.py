"""The arithmetic of every method, shown line by line; and what each input moves.

Everything is computed exactly in decimals and rounded once, at the end, to whole đồng.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from .sheets import ASKED, Comparable, Figure, Method, Sheet, Unit


HUNDRED = Decimal(100)
HALF = Decimal("0.5")
_Move = Callable[[Sheet, str, Decimal], Sheet]
NUDGE = Decimal("0.1")
"""How far the chart of sensitivity moves each input: a tenth up and down."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the working: a figure a year, or one; `name` is a code for its words."""

    name: str
    values: tuple[Decimal, ...]
    unit: Unit | None = Unit.DONG


@dataclass(frozen=True, slots=True)
class Working:
    """What a worksheet comes to, and every line on the way; đồng."""

    value: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Swing:
    """What the value becomes when one input alone is a tenth lower, and a tenth higher; đồng."""

    name: str
    lower: int
    higher: int

    @property
    def width(self) -> int:
        """Return how far apart the two values lie."""
        return abs(self.higher - self.lower)


def work(sheet: Sheet) -> Working:
    """Return what a checked sheet comes to."""
    with localcontext() as exact:
        exact.prec = 50
        return _METHODS[sheet.method](sheet)


def swings(sheet: Sheet) -> tuple[Swing, ...]:
    """Return what every input moves, the one that moves most first.

    An income that runs over years is moved in all its years together; a comparable is
    moved by its price.
    """
    found = [
        _swing(name, sheet, _moved)
        for name in sheet.figures
        if sheet.figures[name].values
    ]
    found += [
        _swing(str(place), sheet, _repriced) for place in range(len(sheet.comparables))
    ]
    return tuple(sorted(found, key=lambda swing: (-swing.width, swing.name)))


def adjusted(comparable: Comparable) -> Decimal:
    """Return the price a comparable would have, were it like what is valued; đồng."""
    share = sum((each.percent for each in comparable.adjustments), Decimal(0))
    return Decimal(comparable.price) * (HUNDRED + share) / HUNDRED


def middle(values: Sequence[Decimal]) -> Decimal:
    """Return the median; of an even number of values the mean of the two in the middle."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return (
        ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    )


def _cost(sheet: Sheet) -> Working:
    names = ("labour", "materials", "overhead", "registration", "protection")
    spent = [Row(name, (_one(sheet, name),)) for name in names if name in sheet.figures]
    total = sum((row.values[0] for row in spent), Decimal(0))
    today = total * _one(sheet, "index") / HUNDRED
    new = today * (HUNDRED + _one(sheet, "margin")) / HUNDRED
    worn = new * (HUNDRED - _one(sheet, "functional")) / HUNDRED
    left = worn * (HUNDRED - _one(sheet, "economic")) / HUNDRED
    steps = (("spent", total), ("at_todays_prices", today), ("with_margin", new),
             ("after_functional", worn), ("after_economic", left))  # fmt: skip
    return Working(
        _dong(left), (*spent, *(Row(name, (value,)) for name, value in steps))
    )


def _market(sheet: Sheet) -> Working:
    prices = [adjusted(each) for each in sheet.comparables]
    return Working(_dong(middle(prices)), (Row("adjusted_prices", tuple(prices)),))


def _relief(sheet: Sheet) -> Working:
    revenue = sheet.figures["revenue"].values
    saved = tuple(each * _one(sheet, "royalty") / HUNDRED for each in revenue)
    upkeep = _yearly(sheet, "upkeep")
    before = tuple(a - b for a, b in zip(saved, upkeep, strict=True))
    rows = (Row("revenue", revenue), Row("royalty_saved", saved), Row("upkeep", upkeep))
    upfront = _one(sheet, "upfront") * _after_tax(sheet)
    first = (Row("upfront_after_tax", (upfront,)),) if upfront else ()
    return _discounted(sheet, (*first, *rows), before, upfront)


def _premium(sheet: Sheet) -> Working:
    return _compared(sheet, "profit_with", "profit_without")


def _incremental(sheet: Sheet) -> Working:
    return _compared(sheet, "profit", "other_assets")


def _compared(sheet: Sheet, more: str, less: str) -> Working:
    high, low = sheet.figures[more].values, sheet.figures[less].values
    before = tuple(a - b for a, b in zip(high, low, strict=True))
    return _discounted(sheet, (Row(more, high), Row(less, low)), before, Decimal(0))


def _discounted(sheet: Sheet, rows: tuple[Row, ...], before: tuple[Decimal, ...], at_once: Decimal) -> Working:  # fmt: skip
    """Discount flows as earned in the middle of each year."""
    rate = 1 + _one(sheet, "discount") / HUNDRED
    after = tuple(each * _after_tax(sheet) for each in before)
    factors = tuple(rate ** -(year + HALF) for year in range(len(after)))
    present = tuple(a * f for a, f in zip(after, factors, strict=True))
    value = _dong(sum(present, at_once))
    lines = (Row("before_tax", before), Row("after_tax", after), Row("factor", factors, None),
             Row("present", present))  # fmt: skip
    return Working(value, (*rows, *lines))


_METHODS = {
    Method.COST: _cost,
    Method.MARKET: _market,
    Method.RELIEF: _relief,
    Method.PREMIUM: _premium,
    Method.INCREMENTAL: _incremental,
}


def _one(sheet: Sheet, name: str) -> Decimal:
    figure = sheet.figures.get(name)
    return figure.one if figure is not None and figure.values else Decimal(0)


def _yearly(sheet: Sheet, name: str) -> tuple[Decimal, ...]:
    figure = sheet.figures.get(name)
    return figure.values if figure and figure.values else (Decimal(0),) * sheet.years


def _after_tax(sheet: Sheet) -> Decimal:
    return (HUNDRED - _one(sheet, "tax")) / HUNDRED


def _dong(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def _swing(name: str, sheet: Sheet, move: _Move) -> Swing:
    lower, higher = (work(move(sheet, name, 1 + by)).value for by in (-NUDGE, NUDGE))
    return Swing(name, lower, higher)


def _moved(sheet: Sheet, name: str, by: Decimal) -> Sheet:
    figure = sheet.figures[name]
    asked = next(each for each in ASKED[sheet.method] if each.name == name)
    most = asked.most if asked.unit is Unit.PERCENT else None
    values = tuple(
        min(v * by, most) if most is not None else v * by for v in figure.values
    )
    figures: Mapping[str, Figure] = {
        **sheet.figures,
        name: replace(figure, values=values),
    }
    return replace(sheet, figures=figures)


def _repriced(sheet: Sheet, place: str, by: Decimal) -> Sheet:
    told = list(sheet.comparables)
    at = int(place)
    told[at] = replace(told[at], price=_dong(told[at].price * by))
    return replace(sheet, comparables=tuple(told))

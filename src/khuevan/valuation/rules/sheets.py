"""What a worksheet holds: the inputs each method asks for, every one with its source.

The methods are those of Joint Circular 39/2014/TTLT-BKHCN-BTC for results of science and
technology created with State money (cost, market, income), which the general standard on
intangible assets (Circular 37/2024/TT-BTC) names too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Self

from khuevan.platform.errors import N_, InputRefused, Problem, RuleBroken


LONGEST = 30
"""Years a forecast may reach: a patent lasts 20, a variety of a tree 25."""
LARGEST = Decimal(10**17)
"""đồng of one figure."""
SHORTEST_SOURCE = 5


class Method(StrEnum):
    """How a value is found."""

    COST = "cost"
    MARKET = "market"
    RELIEF = "relief"
    PREMIUM = "premium"
    INCREMENTAL = "incremental"


class Unit(StrEnum):
    """In what an input is given."""

    DONG = "dong"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Asked:
    """One input a method asks for; `yearly` ones have a figure for every year."""

    name: str
    unit: Unit
    yearly: bool = False
    optional: bool = False
    most: Decimal = Decimal(100)
    """The largest share, in per cent, where the unit is one."""


def _dong(name: str, *, yearly: bool = False, optional: bool = False) -> Asked:
    return Asked(name, Unit.DONG, yearly, optional)


def _share(name: str, most: int = 100, *, optional: bool = False) -> Asked:
    return Asked(name, Unit.PERCENT, False, optional, Decimal(most))


ASKED: Mapping[Method, tuple[Asked, ...]] = {
    Method.COST: (
        _dong("labour"), _dong("materials"), _dong("overhead", optional=True),
        _dong("registration", optional=True), _dong("protection", optional=True),
        _share("index", 1000), _share("margin", optional=True),
        _share("functional", optional=True), _share("economic", optional=True),
    ),
    Method.MARKET: (),
    Method.RELIEF: (
        _dong("revenue", yearly=True), _share("royalty"), _dong("upfront", optional=True),
        _dong("upkeep", yearly=True, optional=True), _share("tax"), _share("discount"),
    ),
    Method.PREMIUM: (
        _dong("profit_with", yearly=True), _dong("profit_without", yearly=True),
        _share("tax"), _share("discount"),
    ),
    Method.INCREMENTAL: (
        _dong("profit", yearly=True), _dong("other_assets", yearly=True),
        _share("tax"), _share("discount"),
    ),
}  # fmt: skip
"""What each method asks for, in the order people fill it in."""
MAY_BE_NEGATIVE = frozenset({"profit_with", "profit_without", "profit"})


@dataclass(frozen=True, slots=True)
class Figure:
    """An input: one figure, or one a year, and where it comes from.

    Money in đồng, shares in per cent.
    """

    values: tuple[Decimal, ...]
    source: str

    @property
    def one(self) -> Decimal:
        """Return the only figure of an input that is not yearly."""
        return self.values[0]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """How far a comparable differs in one respect, in per cent of its price, and why."""

    factor: str
    percent: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class Comparable:
    """A price somebody agreed on for something alike; đồng."""

    title: str
    price: int
    source: str
    adjustments: tuple[Adjustment, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet as it was filled in."""

    method: Method
    figures: Mapping[str, Figure]
    comparables: tuple[Comparable, ...] = ()

    @property
    def years(self) -> int:
        """Return how many years the forecast has; 0 where the method has none."""
        return max((len(f.values) for n, f in self.figures.items() if self._yearly(n)), default=0)  # fmt: skip

    def _yearly(self, name: str) -> bool:
        return any(a.yearly for a in ASKED[self.method] if a.name == name)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column; figures as text, exactly."""
        return {
            "method": self.method.value,
            "figures": {
                name: {"values": [str(v) for v in figure.values], "source": figure.source}
                for name, figure in self.figures.items()
            },
            "comparables": [
                {"title": c.title, "price": c.price, "source": c.source,
                 "adjustments": [{"factor": a.factor, "percent": str(a.percent), "why": a.why}
                                 for a in c.adjustments]}
                for c in self.comparables
            ],
        }  # fmt: skip

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Return the sheet `to_json` wrote."""
        method = Method(told["method"])
        return cls(
            method,
            {  # in the order of the method: a JSON column keeps none
                asked.name: Figure(tuple(Decimal(v) for v in each["values"]), each["source"])
                for asked in ASKED[method]
                if (each := told["figures"].get(asked.name))
            },
            tuple(
                Comparable(
                    each["title"], each["price"], each["source"],
                    tuple(Adjustment(a["factor"], Decimal(a["percent"]), a["why"])
                          for a in each["adjustments"]),
                )
                for each in told["comparables"]
            ),
        )  # fmt: skip


def check_sheet(sheet: Sheet, *, least_comparables: int, last_year: int | None) -> None:
    """Refuse a sheet that gives no value; InputRefused names every fault.

    `last_year` is how many years the right still lasts, None where it has no end.
    """
    problems = [*_figure_problems(sheet), *_year_problems(sheet, last_year)]
    if sheet.method is Method.MARKET:
        problems += _comparable_problems(sheet, least_comparables)
    if problems:
        raise InputRefused(problems)


def _figure_problems(sheet: Sheet) -> Iterator[Problem]:
    for asked in ASKED[sheet.method]:
        figure = sheet.figures.get(asked.name)
        if figure is None or not figure.values:
            if not asked.optional:
                yield Problem(
                    asked.name,
                    N_("This figure is missing"),
                    N_("Give it with its source."),
                )
            continue
        if len(figure.source.strip()) < SHORTEST_SOURCE:
            yield Problem(
                asked.name, N_("Nobody can tell where this figure comes from"),
                N_("Name the document, register or person it was taken from, and the day."),
            )  # fmt: skip
        least = -LARGEST if asked.name in MAY_BE_NEGATIVE else Decimal(0)
        most = asked.most if asked.unit is Unit.PERCENT else LARGEST
        if any(not least <= value <= most for value in figure.values):
            yield Problem(
                asked.name, N_("The figure lies outside %(least)s to %(most)s"),
                N_("Look whether it is in the right unit."), {"least": int(least), "most": int(most)},
            )  # fmt: skip
        if not asked.yearly and len(figure.values) != 1:
            yield Problem(asked.name, N_("One figure is asked for"), N_("Leave one."))
    known = {asked.name for asked in ASKED[sheet.method]}
    for name in sheet.figures.keys() - known:
        yield Problem(
            name, N_("The method does not use this figure"), N_("Take it out.")
        )


def _year_problems(sheet: Sheet, last_year: int | None) -> Iterator[Problem]:
    years = sheet.years
    yearly = [
        a.name for a in ASKED[sheet.method] if a.yearly and a.name in sheet.figures
    ]
    for name in yearly:
        if 0 < len(sheet.figures[name].values) != years:
            yield Problem(
                name, N_("There are figures for %(count)s years here and for %(years)s elsewhere"),
                N_("Give every year its figure, nought where there is none."),
                {"count": len(sheet.figures[name].values), "years": years},
            )  # fmt: skip
    if yearly and years > LONGEST:
        yield Problem(
            yearly[0], N_("Nobody forecasts more than %(most)s years"), N_("End earlier."), {"most": LONGEST},
        )  # fmt: skip
    if yearly and last_year is not None and years > last_year:
        yield Problem(
            yearly[0], N_("The right lasts %(last)s more years, the forecast %(years)s"),
            N_("End the forecast with the right."), {"last": last_year, "years": years},
        )  # fmt: skip


def _comparable_problems(sheet: Sheet, least: int) -> Iterator[Problem]:
    if len(sheet.comparables) < least:
        yield Problem(
            "comparables", N_("%(count)s comparables are too few: it takes %(least)s"),
            N_("Add a comparable with its price and source, or choose another method."),
            {"count": len(sheet.comparables), "least": least},
        )  # fmt: skip
    for number, each in enumerate(sheet.comparables, start=1):
        where = f"comparable {number}"
        if not 0 < each.price <= LARGEST:
            yield Problem(
                where,
                N_("A comparable has a price above nought"),
                N_("Give the price in đồng."),
            )
        if len(each.source.strip()) < SHORTEST_SOURCE:
            yield Problem(
                where,
                N_("Nobody can tell where this price comes from"),
                N_("Name its source."),
            )
        if any(len(a.why.strip()) < SHORTEST_SOURCE for a in each.adjustments):
            yield Problem(
                where,
                N_("An adjustment has no reason"),
                N_("Say what differs and by how much."),
            )
        if sum((a.percent for a in each.adjustments), Decimal(0)) <= -100:
            yield Problem(
                where,
                N_("Its adjustments leave nothing of the price"),
                N_("Choose something more alike."),
            )


def number_of(text: str, *, where: str) -> Decimal:
    """Return a number as people write it here: points between thousands, a comma before parts.

    A lone point before other than three digits is a decimal point, as spreadsheets
    write it. RuleBroken names what cannot be read.
    """
    plain = (
        text.strip().replace(" ", "").replace("\u00a0", "").replace("₫", "").rstrip("đ")
    )
    plain = plain.removesuffix("%")
    head, comma, tail = plain.partition(",")
    groups = head.split(".")
    if all(len(group) == 3 for group in groups[1:]):
        plain = "".join(groups) + ("." + tail if comma else "")
    elif comma:
        plain = text
    try:
        value = Decimal(plain)
    except InvalidOperation as fault:
        raise RuleBroken(
            N_("“%(text)s” is not a number: write 1.250.000 or 12,5."),
            field=where,
            text=text.strip()[:40],
        ) from fault
    if not value.is_finite():
        raise RuleBroken(
            N_("“%(text)s” is not a number: write 1.250.000 or 12,5."),
            field=where,
            text=text.strip()[:40],
        )
    return value

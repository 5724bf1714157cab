"""Procedures, communes and petitions an item of the index counts: the things themselves.

A figure is how many there are, so that the list behind it is the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from khuevan.catalogue.public import (
    Offered,
    Publicity,
    Tier as Level,
    offered,
    publications_in_force,
    publications_owed,
    publicities,
)
from khuevan.directory.public import Organisation, OrganisationKind
from khuevan.feedback.public import PetitionJudged, petitions_judged
from khuevan.indicators.public import Sums, spread_between
from khuevan.measures.cases import given
from khuevan.measures.rules.index766 import IndexVersion, Measured
from khuevan.platform import clock


_USED = """
    SELECT procedure,
        count(*) FILTER (WHERE filed_at BETWEEN %(since)s AND %(until)s),
        count(*) FILTER (WHERE is_online AND filed_at BETWEEN %(since)s AND %(until)s),
        count(*) FILTER (WHERE {with_fee}),
        count(*) FILTER (WHERE paid_online AND {with_fee})
    FROM counter_case
    WHERE (filed_at BETWEEN %(since)s AND %(until)s
            OR ended_at BETWEEN %(since)s AND %(until)s)
        AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
    GROUP BY 1
"""
_WITH_FEE = "business = 'decided' AND fee_due > 0 AND ended_at BETWEEN %(since)s AND %(until)s"  # fmt: skip
_COPIES = """
    SELECT DISTINCT unit FROM counter_case
    WHERE procedure = ANY(%(codes)s) AND e_result
        AND ended_at BETWEEN %(since)s AND %(until)s AND unit = ANY(%(communes)s)
"""
_MONTHLY = ("measures.online_by_procedure", "measures.paid_online_by_procedure")


class Kind(StrEnum):
    """What an item counts."""

    PROCEDURE = "procedure"
    UNIT = "unit"
    PETITION = "petition"


@dataclass(frozen=True, slots=True)
class Members:
    """The things an item counts by their keys, and those in its numerator."""

    kind: Kind
    all: frozenset[str]
    good: frozenset[str]

    @property
    def measured(self) -> Measured:
        return Measured(len(self.good), len(self.all))


@dataclass(frozen=True, slots=True)
class Use:
    """How a procedure was used: dossiers filed, filed online, decided with a fee, paid online."""

    filed: int = 0
    online: int = 0
    with_fee: int = 0
    paid_online: int = 0

    def __add__(self, other: Use) -> Use:
        return Use(
            self.filed + other.filed, self.online + other.online,
            self.with_fee + other.with_fee, self.paid_online + other.paid_online,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Services:
    """The procedures a unit is competent for, and how they were used in a time."""

    offers: Mapping[str, Offered]
    used: Mapping[str, Use]

    @property
    def full(self) -> frozenset[str]:
        """Return the codes of those fully online."""
        return frozenset(code for code, one in self.offers.items() if one.full)


def services(since: date, until: date, unit: Organisation | None) -> Services:
    """Return the procedures of the city, or of a unit, with their use between two days."""
    used = used_between(since, until, unit)
    offers = {
        one.code: one
        for one in offered(until)
        if within(unit, one) or (unit is not None and one.code in used)
    }
    return Services(offers, used)


def within(unit: Organisation | None, one: Offered | Publicity) -> bool:
    """Tell whether a procedure is one of a unit's own: of its level, or naming it.

    The city's are its departments' and its communes'; what a ministry decides is not.
    """
    if unit is None:
        return one.tier is not Level.MINISTRY
    if unit.kind == OrganisationKind.COMMUNE:
        return one.tier is Level.COMMUNE
    return bool(unit.code) and one.agency == unit.code


def members(
    since: date,
    until: date,
    unit: Organisation | None,
    version: IndexVersion,
    of: Services,
) -> dict[str, Members]:
    """Return the things behind every item that does not count dossiers."""
    return {
        **_publicity(since, until, unit),
        **_procedures(of),
        **_certified_copies(since, until, unit, version),
        **_petitions(since, until, unit),
    }


def _publicity(
    since: date, until: date, unit: Organisation | None
) -> dict[str, Members]:
    """Return procedures once each: one late publication in the time makes one late.

    What was not public at the end though its time had run out is late as well; whether
    all parts are there is asked of what is in force on the last day.
    """
    told = [
        one
        for one in (*publicities(since, until), *publications_owed(until))
        if within(unit, one)
    ]
    standing = [one for one in publications_in_force(until) if within(unit, one)]
    return {
        "PUBLISH_ON_TIME": _in_time(told, lambda one: one.decided_in_time),
        "PUBLIC_UPDATE_ON_TIME": _in_time(told, lambda one: one.shown_in_time),
        "PUBLIC_CONTENT_FULL": _of_procedures(
            (one.code for one in standing),
            (one.code for one in standing if not one.missing),
        ),
    }


def _in_time(
    told: Iterable[Publicity], kept: Callable[[Publicity], bool | None]
) -> Members:
    known = [(one.code, kept(one)) for one in told if kept(one) is not None]
    late = {code for code, in_time in known if not in_time}
    codes = {code for code, _ in known}
    return _of_procedures(codes, codes - late)


def _procedures(of: Services) -> dict[str, Members]:
    """Return procedures: offered online, used online, with fees, on population data."""
    offers, used = of.offers, of.used
    online = {code for code, one in offers.items() if one.online}
    paid = {code for code, use in used.items() if use.paid_online}
    fees = {code for code, one in offers.items() if one.with_fee}
    fees |= {code for code, use in used.items() if use.with_fee}
    # What is filed here can be paid online; what was paid online elsewhere, there.
    payable = paid | {c for c, one in offers.items() if one.with_fee and one.runs_here}
    return {
        "ONLINE_SERVICE_RATIO": _of_procedures(offers, online),
        "ONLINE_SERVICE_USED": _of_procedures(
            online, {code for code in online if code in used and used[code].online}
        ),
        "PAY_PROCEDURE_USED": _of_procedures(fees, fees & paid),
        "PAY_PROCEDURE_OFFERED": _of_procedures(fees, fees & payable),
        "CITIZEN_DATA_CONNECTED_FORMALITY": _of_procedures(
            offers, (code for code, one in offers.items() if one.population)
        ),
        "PROCEDURES_WITH_DATA": _of_procedures(
            offers, (code for code, one in offers.items() if one.with_data)
        ),
        "PROCEDURES_ALL_BY_DATA": _of_procedures(
            offers, (code for code, one in offers.items() if one.all_by_data)
        ),
        "PROACTIVE_SERVICES": _of_procedures(
            offers, (code for code, one in offers.items() if one.proactive)
        ),
    }


def _of_procedures(every: Iterable[str], good: Iterable[str]) -> Members:
    return Members(Kind.PROCEDURE, frozenset(every), frozenset(good))


def used_between(since: date, until: date, unit: Organisation | None) -> dict[str, Use]:
    """Return how each procedure was used between two days, both included.

    Of the city, whole months come from totals kept by month, the days around them from
    the dossiers.
    """
    if unit is not None:
        return _used_in_cases(since, until, unit)
    first, last = _whole_months(since, until)
    if first > last:
        return _used_in_cases(since, until, None)
    found = _used_in_months(first, last)
    for start, end in ((since, first - timedelta(days=1)), (last + timedelta(days=1), until)):  # fmt: skip
        if start <= end:
            for code, use in _used_in_cases(start, end, None).items():
                found[code] = found.get(code, Use()) + use
    return found


def _whole_months(since: date, until: date) -> tuple[date, date]:
    """Return the first and the last day of the whole months between two days.

    The running month is whole up to today.
    """
    first = since if since.day == 1 else _next_month(since)
    ends = min(_next_month(until) - timedelta(days=1), clock.today())
    last = until if until >= ends else until.replace(day=1) - timedelta(days=1)
    return first, last


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _used_in_months(first: date, last: date) -> dict[str, Use]:
    spread = spread_between(_MONTHLY, "procedure", first, last)
    return {
        code: Use(
            filed=(online := found.get(_MONTHLY[0], Sums())).denominator,
            online=online.numerator,
            with_fee=(paid := found.get(_MONTHLY[1], Sums())).denominator,
            paid_online=paid.numerator,
        )
        for code, found in spread.items()
    }


def _used_in_cases(
    since: date, until: date, unit: Organisation | None
) -> dict[str, Use]:
    asked = {**given(since, until), "unit": unit.pk if unit else None}
    return {
        code: Use(*counts)
        for code, *counts in _rows(_USED.format(with_fee=_WITH_FEE), asked)
    }


def _certified_copies(
    since: date, until: date, unit: Organisation | None, version: IndexVersion
) -> dict[str, Members]:
    """Return the communes, and those that issued an electronic certified copy."""
    item = version.item("ELECTRONIC_CERTIFIED_COPY")
    if item is None:
        return {}
    communes = Organisation.objects.in_force(until).filter(
        kind=OrganisationKind.COMMUNE
    )
    if unit is not None:
        communes = communes.filter(pk=unit.pk)
    keys = list(communes.values_list("pk", flat=True))
    asked = {**given(since, until), "codes": list(item.procedures), "communes": keys}
    issuing = frozenset(str(key) for (key,) in _rows(_COPIES, asked))
    return {item.code: Members(Kind.UNIT, frozenset(map(str, keys)), issuing)}


def _petitions(
    since: date, until: date, unit: Organisation | None
) -> dict[str, Members]:
    """Return the petitions handled or past due: kept in time, and answered well."""
    told = petitions_judged(
        since=since, until=until, organisation=unit.pk if unit else None
    )
    due = [one for one in told if one.judged.due]
    return {
        "PETITION_PROCESSING_ON_TIME": _of_petitions(
            due, (one for one in due if one.judged.on_time)
        ),
        "PETITION_HANDLING_SATISFACTION": _of_petitions(
            due, (one for one in due if not one.judged.dissatisfied)
        ),
    }


def _of_petitions(
    every: Collection[PetitionJudged], good: Iterable[PetitionJudged]
) -> Members:
    return Members(
        Kind.PETITION,
        frozenset(str(one.key) for one in every),
        frozenset(str(one.key) for one in good),
    )


def _rows(query: str, asked: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return list(cursor.fetchall())

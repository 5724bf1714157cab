"""The records behind a figure, as far as somebody may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.urls import reverse

from khuevan.catalogue.public import procedures_seen
from khuevan.counter.public import CaseRow, case_rows
from khuevan.directory.public import Organisation, Person
from khuevan.feedback.public import petitions_seen
from khuevan.measures.cases import ITEMS, Cases, cases_of, given
from khuevan.measures.flows import FLOWS
from khuevan.measures.guards import GUARDS
from khuevan.measures.rules.index766 import IndexVersion

from .members import Kind, Members, members, services


PAGE = 50
_IDS = """
    SELECT case_id FROM counter_case
    WHERE {where} AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
        AND (%(procedure)s = '' OR procedure = %(procedure)s)
    ORDER BY {on} DESC, case_id LIMIT %(page)s OFFSET %(skipped)s
"""
_COUNT = """
    SELECT count(*), coalesce(sum({counted}), 0) FROM counter_case
    WHERE {where} AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
        AND (%(procedure)s = '' OR procedure = %(procedure)s)
"""


@dataclass(frozen=True, slots=True)
class Slice:
    """Which records: an item, a flow or a guard, its hits or all, days, a unit, a procedure."""

    flow: str
    since: date
    until: date
    hits: bool = False
    misses: bool = False
    unit: UUID | None = None
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """One page of records; `total` counts all, `rows` those the reader may open.

    `counted` is what the figure counts: the dossiers, or what lies in them.
    """

    total: int
    counted: int
    rows: list[CaseRow]
    number: int
    pages: int


def is_known(name: str) -> bool:
    """Tell whether dossiers stand behind a name: an item's, a flow's or a guard's."""
    return name in ITEMS or name in FLOWS or name in GUARDS


def records(person: Person, wanted: Slice, page: int = 1) -> Records:
    """Return a page of the dossiers behind a figure, the latest first."""
    cases = cases_of(wanted.flow, wanted.since, wanted.until)
    if cases is None:
        return Records(0, 0, [], 1, 1)
    where = _where(cases, wanted)
    asked = {
        **given(wanted.since, wanted.until),
        "unit": wanted.unit,
        "procedure": wanted.procedure,
        "full": _full(wanted) if "%(full)s" in where else [],
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(where=where, counted=_counted(cases, wanted)), asked)  # fmt: skip
        count, counted = cursor.fetchone()
        pages = max(1, -(-count // PAGE))
        number = min(max(page, 1), pages)
        asked |= {"page": PAGE, "skipped": PAGE * (number - 1)}
        cursor.execute(_IDS.format(where=where, on=cases.on), asked)
        keys = [key for (key,) in cursor.fetchall()]
    return Records(count, int(counted), case_rows(person, keys), number, pages)


def _where(cases: Cases, wanted: Slice) -> str:
    if wanted.hits:
        return f"{cases.where} AND ({cases.hits})"
    if wanted.misses:
        return f"{cases.where} AND ({cases.hits}) IS NOT TRUE"
    return cases.where


def _counted(cases: Cases, wanted: Slice) -> str:
    """Return the column a figure sums: one for each dossier where there is none."""
    if cases.sums is None:
        return "1"
    over, of = cases.sums
    return over if wanted.hits else f"{of} - {over}" if wanted.misses else of


def _full(wanted: Slice) -> list[str]:
    return sorted(services(wanted.since, wanted.until, _unit(wanted.unit)).full)


def _unit(key: UUID | None) -> Organisation | None:
    return Organisation.objects.get(pk=key) if key else None


@dataclass(frozen=True, slots=True)
class Thing:
    """One procedure, unit or petition of a list; `good` where it is in the numerator."""

    name: str
    detail: str
    address: str
    good: bool


@dataclass(frozen=True, slots=True)
class Things:
    """A page of what an item counts: `total` of them, `rows` those somebody may see."""

    kind: Kind
    total: int
    rows: list[Thing]
    number: int
    pages: int


def things(
    person: Person,
    item: str,
    wanted: Slice,
    version: IndexVersion,
    page: int = 1,
) -> Things | None:
    """Return the procedures, units or petitions an item counts; None for another item.

    `wanted` narrows them to those in the numerator, or to those missing in it.
    """
    unit = _unit(wanted.unit)
    of = services(wanted.since, wanted.until, unit)
    found = members(wanted.since, wanted.until, unit, version, of).get(item)
    if found is None:
        return None
    keys = found.all
    if wanted.hits:
        keys = found.good
    elif wanted.misses:
        keys = found.all - found.good
    pages = max(1, -(-len(keys) // PAGE))
    number = min(max(page, 1), pages)
    shown = sorted(keys)[PAGE * (number - 1) : PAGE * number]
    return Things(found.kind, len(keys), _named(person, found, shown), number, pages)


def _named(person: Person, of: Members, keys: list[str]) -> list[Thing]:
    if of.kind is Kind.PROCEDURE:
        return [
            Thing(title, code, reverse("procedure", args=[code]), code in of.good)
            for code, title in procedures_seen(person, keys)
        ]
    if of.kind is Kind.UNIT:
        units = Organisation.objects.filter(pk__in=keys).order_by("sort_key")
        return [
            Thing(
                one.short_name, one.code or "", reverse("measures-unit", args=[one.pk]),
                str(one.pk) in of.good,
            )
            for one in units
        ]  # fmt: skip
    ours = {UUID(key) for key in of.good}
    return [
        Thing(one.code, one.organisation, one.address, one.key in ours)
        for one in petitions_seen([UUID(key) for key in keys], person=person)
    ]

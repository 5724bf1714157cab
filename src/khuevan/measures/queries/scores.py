"""What was counted for the index: of the city or one unit, between two days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import connection

from khuevan.catalogue.public import Offered, offered, publicities
from khuevan.counter.public import most_on
from khuevan.directory.public import Organisation, OrganisationKind
from khuevan.feedback.public import petition_counts
from khuevan.indicators.public import Sums, spread_between, sums_between
from khuevan.measures.rules.index766 import (
    IndexVersion,
    Measured,
    Scored,
    Tier,
    score,
    total,
)
from khuevan.measures.versions import index_on
from khuevan.platform import clock


DAY_START = time(0)
_FLOWS = tuple(
    f"measures.{name}"
    for name in ("synced", "on_time", "online", "paid_online", "e_results", "papers", "reused", "stored", "population")
)  # fmt: skip

_RUNNING = """
    SELECT count(*) FILTER (WHERE due_at >= %s AND supplements <= %s), count(*)
    FROM counter_case
    WHERE accepted_at <= %s AND (ended_at IS NULL OR ended_at > %s)
        AND (%s::uuid IS NULL OR unit = %s)
"""
_USED = """
    SELECT procedure, count(*), count(*) FILTER (WHERE is_online),
        count(*) FILTER (WHERE fee_due > 0), count(*) FILTER (WHERE paid_online)
    FROM counter_case WHERE unit = %s AND filed_at BETWEEN %s AND %s GROUP BY 1
"""
_COPIES = """
    SELECT count(DISTINCT unit) FROM counter_case
    WHERE procedure = ANY(%s) AND e_result AND ended_at BETWEEN %s AND %s
        AND (%s::uuid IS NULL OR unit = %s)
"""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A score with everything it is made of."""

    version: IndexVersion
    since: date
    until: date
    unit: Organisation | None
    tier: Tier
    scored: tuple[Scored, ...]

    @property
    def points(self) -> Any:
        return total(self.scored)


def scorecard(
    since: date,
    until: date,
    unit: Organisation | None = None,
    version: IndexVersion | None = None,
) -> Scorecard:
    """Return the index of the city, or of a unit, between two days."""
    chosen, tier = version or index_on(until), tier_of(unit)
    told = measured(since, until, unit, chosen)
    return Scorecard(chosen, since, until, unit, tier, score(chosen, told, tier))


def tier_of(unit: Organisation | None) -> Tier:
    """Return as what a unit is scored."""
    if unit is None:
        return Tier.CITY
    return Tier.COMMUNE if unit.kind == OrganisationKind.COMMUNE else Tier.DEPARTMENT


def measured(
    since: date, until: date, unit: Organisation | None, version: IndexVersion
) -> dict[str, Measured]:
    """Return numerator and denominator of every item a version may have."""
    cell = {"unit": str(unit.pk)} if unit else None
    flows = sums_between(_FLOWS, since, until, cell)
    flow = {name.removeprefix("measures."): _of(sums) for name, sums in flows.items()}
    running = _running(until, unit.pk if unit else None)
    ended = flow["on_time"]
    return {
        **_publicity(since, until),
        **_procedures(since, until, unit),
        **_certified_copies(since, until, unit, version),
        **_satisfaction(since, until, unit, ended),
        "DOSSIER_SYNC": flow["synced"],
        "PROGRESS_ON_TIME": Measured(
            ended.numerator + running.numerator, ended.denominator + running.denominator
        ),
        "ONLINE_DOSSIER_RATIO": flow["online"],
        "PAY_DOSSIER": flow["paid_online"],
        "ORIGINAL_RESULT_AVAILABLE": flow["e_results"],
        "SO_HOA_GIAY_TO_GIAI_QUYET": flow["papers"],
        "REUSED_DIGITIZED_DATA": flow["reused"],
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": flow["stored"],
        "CITIZEN_DATA_CONNECTED_DOSSIER": flow["population"],
    }


def _of(sums: Sums) -> Measured:
    return Measured(sums.numerator, sums.denominator)


def _running(until: date, unit: UUID | None) -> Measured:
    """Count dossiers that ran at the end of a day, and those of them in time."""
    end = clock.end_of_day(until)
    with connection.cursor() as cursor:
        most = most_on("requests", until)
        cursor.execute(_RUNNING, [end, most, end, end, unit, unit])
        return Measured(*cursor.fetchone())


def _publicity(since: date, until: date) -> dict[str, Measured]:
    """Count how publications of the city's own procedures kept their days."""
    found = publicities(since, until)
    decided = [p.decided_in_time for p in found if p.decided_in_time is not None]
    shown = [p.shown_in_time for p in found if p.shown_in_time is not None]
    return {
        "PUBLISH_ON_TIME": Measured(sum(decided), len(decided)),
        "PUBLIC_UPDATE_ON_TIME": Measured(sum(shown), len(shown)),
        "PUBLIC_CONTENT_FULL": Measured(sum(not p.missing for p in found), len(found)),
    }


def _procedures(
    since: date, until: date, unit: Organisation | None
) -> dict[str, Measured]:
    """Count procedures: offered online, used online, with fees, on population data."""
    offers = offered(until)
    used = _used(since, until, unit.pk if unit else None)
    fees = _with_fees(offers, used, whole=unit is None)
    paid = {code for code, use in used.items() if use.paid_online}
    full = [use for code, use in used.items() if code in offers.full]
    return {
        "ONLINE_SERVICE_RATIO": Measured(offers.online, offers.procedures),
        "ONLINE_SERVICE_USED": Measured(
            sum(use.online > 0 for use in used.values()),
            len(used) if unit else offers.online,
        ),
        "FULL_ONLINE_DOSSIER_RATIO": Measured(
            sum(use.online for use in full), sum(use.filed for use in full)
        ),
        "PAY_PROCEDURE_USED": Measured(len(fees & paid), len(fees)),
        # What is filed here can be paid online; what was paid online elsewhere, there.
        "PAY_PROCEDURE_OFFERED": Measured(
            len(fees & (offers.paid_here | paid)), len(fees)
        ),
        "CITIZEN_DATA_CONNECTED_FORMALITY": Measured(
            offers.population, offers.procedures
        ),
    }  # fmt: skip


def _with_fees(
    offers: Offered, used: Mapping[str, _Use], *, whole: bool
) -> frozenset[str]:
    """Return the procedures with fees: all of the city's, or those a unit had to do with."""
    known = offers.with_fees if whole else offers.with_fees & used.keys()
    return known | {code for code, use in used.items() if use.with_fee}


@dataclass(frozen=True, slots=True)
class _Use:
    filed: int
    online: int
    with_fee: int
    paid_online: int


def _used(since: date, until: date, unit: UUID | None) -> dict[str, _Use]:
    """Return how each procedure was used: from totals for the city, from cases of a unit.

    The city's are counted by whole months.
    """
    if unit is None:
        codes = ("measures.online_by_procedure", "measures.paid_online_by_procedure")
        spread = spread_between(codes, "procedure", since.replace(day=1), until)
        return {
            key: _Use(
                filed=(online := found.get(codes[0], Sums())).denominator,
                online=online.numerator,
                with_fee=(paid := found.get(codes[1], Sums())).denominator,
                paid_online=paid.numerator,
            )
            for key, found in spread.items()
        }
    with connection.cursor() as cursor:
        cursor.execute(
            _USED, [unit, clock.at_local(since, DAY_START), clock.end_of_day(until)]
        )
        return {row[0]: _Use(*row[1:]) for row in cursor.fetchall()}


def _certified_copies(
    since: date, until: date, unit: Organisation | None, version: IndexVersion
) -> dict[str, Measured]:
    """Count communes that issued an electronic certified copy."""
    item = version.item("ELECTRONIC_CERTIFIED_COPY")
    if item is None:
        return {}
    communes = Organisation.objects.in_force(until).filter(
        kind=OrganisationKind.COMMUNE
    )
    if unit is not None:
        communes = communes.filter(pk=unit.pk)
    key = unit.pk if unit else None
    span = clock.at_local(since, DAY_START), clock.end_of_day(until)
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [list(item.procedures), *span, key, key])
        [issuing] = cursor.fetchone()
    return {item.code: Measured(issuing, communes.count())}


def _satisfaction(
    since: date, until: date, unit: Organisation | None, ended: Measured
) -> dict[str, Measured]:
    """Count petitions kept and answered well, and dossiers nobody complained of."""
    told = petition_counts(
        since=since, until=until, organisation=unit.pk if unit else None
    )
    unhappy = told.dissatisfied
    late = ended.denominator - ended.numerator
    return {
        "PETITION_PROCESSING_ON_TIME": Measured(told.on_time, told.items),
        "PETITION_HANDLING_SATISFACTION": Measured(told.items - unhappy, told.items),
        "DOSSIER_RECEIVING_SATISFACTION": Measured(
            ended.denominator - late - told.filed, ended.denominator
        ),
    }

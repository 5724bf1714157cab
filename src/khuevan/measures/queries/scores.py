"""What was counted for the index: of the city or one unit, between two days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from khuevan.directory.public import Organisation, OrganisationKind
from khuevan.indicators.public import Sums, sums_between
from khuevan.measures.cases import (
    FLOW_OF,
    RUNNING,
    RUNNING_IN_TIME,
    UNHAPPY_THOUGH_IN_TIME,
    given,
)
from khuevan.measures.models import NationalCount
from khuevan.measures.rules.index766 import (
    IndexVersion,
    Measured,
    Scored,
    Tier,
    score,
    total,
)
from khuevan.measures.rules.national import Reported, denominator
from khuevan.measures.versions import index_on

from .members import Services, members, services


_FLOWS = tuple(f"measures.{name}" for name in ("on_time", *FLOW_OF.values()))
_RUNNING = """
    SELECT count(*) FILTER (WHERE {in_time}), count(*)
    FROM counter_case
    WHERE {running} AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
"""
_UNHAPPY = """
    SELECT count(*) FROM counter_case
    WHERE {unhappy} AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
"""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A score with everything it is made of."""

    version: IndexVersion
    since: date
    until: date
    unit: Organisation | None
    tier: Tier
    measured: Mapping[str, Measured]
    scored: tuple[Scored, ...]

    @property
    def points(self) -> Decimal:
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
    scored = score(chosen, told, tier)
    return Scorecard(chosen, since, until, unit, tier, told, scored)


def tier_of(unit: Organisation | None) -> Tier:
    """Return as what a unit is scored."""
    if unit is None:
        return Tier.CITY
    return Tier.COMMUNE if unit.kind == OrganisationKind.COMMUNE else Tier.DEPARTMENT


def measured(
    since: date, until: date, unit: Organisation | None, version: IndexVersion
) -> dict[str, Measured]:
    """Return numerator and denominator of every item a version may have."""
    of = services(since, until, unit)
    things = members(since, until, unit, version, of)
    return {
        **{code: one.measured for code, one in things.items()},
        **_dossiers(since, until, unit),
        "FULL_ONLINE_DOSSIER_RATIO": _fully_online(of),
    }


def _dossiers(
    since: date, until: date, unit: Organisation | None
) -> dict[str, Measured]:
    """Count what is made of dossiers: from the flows, and of what is still in process."""
    cell = {"unit": str(unit.pk)} if unit else None
    flows = sums_between(_FLOWS, since, until, cell)
    ended = _of(flows["measures.on_time"])
    asked = {**given(since, until), "unit": unit.pk if unit else None}
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING.format(in_time=RUNNING_IN_TIME, running=RUNNING), asked)
        in_time, running = cursor.fetchone()
        cursor.execute(_UNHAPPY.format(unhappy=UNHAPPY_THOUGH_IN_TIME), asked)
        [unhappy] = cursor.fetchone()
    return {
        **{item: _of(flows[f"measures.{flow}"]) for item, flow in FLOW_OF.items()},
        "DOSSIER_SYNC": _synced(since, until, unit, flows["measures.synced"]),
        "PROGRESS_ON_TIME": Measured(
            ended.numerator + in_time, ended.denominator + running
        ),
        # Distinct dossiers: one that is late and complained of is one.
        "DOSSIER_RECEIVING_SATISFACTION": Measured(
            ended.numerator - unhappy, ended.denominator
        ),
    }


def _synced(
    since: date, until: date, unit: Organisation | None, sums: Sums
) -> Measured:
    """Divide by what the national report counts where that is more, or what stands in."""
    rows = NationalCount.objects.filter(
        unit=unit, since__year__gte=since.year - 1, until__lte=until
    )
    reports = [Reported(*row) for row in rows.values_list("since", "until", "dossiers")]
    below, flag = denominator(since, until, sums.denominator, reports)
    return Measured(sums.numerator, below, flag.value)


def _fully_online(of: Services) -> Measured:
    used = [use for code, use in of.used.items() if code in of.full]
    return Measured(sum(use.online for use in used), sum(use.filed for use in used))


def _of(sums: Sums) -> Measured:
    return Measured(sums.numerator, sums.denominator)

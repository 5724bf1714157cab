"""The exchange's statistics for other programs: what the public page tells."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field as Bounds

from khuevan.clients.public import Scope, for_everybody
from khuevan.exchange.public import Field
from khuevan.platform import clock
from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.problems import NO

from .dated import begun
from .queries import Part, Statistics, statistics, targets
from .rules.funnel import Funnel
from .sides import Region


router = Router(tags=["results"])
READING = for_everybody(Scope.EXCHANGE_READ)
FIRST = begun()


class Asked(Schema):
    """Which statistics a program wants; without days, all since the exchange opened."""

    since: date = Bounds(FIRST, ge=FIRST)
    until: date | None = None
    field: Field | None = None


class StepOut(Schema):
    """A step: how many came to it, ended at it, are still at it; `share` of the step before."""

    step: str
    count: int
    share: float | None
    lost: int
    open: int


class PartOut(Schema):
    """A field, a kind of listing or a month with its funnel."""

    key: str
    steps: list[StepOut]


class RegionOut(Schema):
    """A region (code of the province, "abroad", or "" for none told) with the deals whose
    provider, and whose recipient, sits in it, by step."""

    region: str
    provided: dict[str, int]
    received: dict[str, int]


class CostsOut(Schema):
    """What contracts cost their sides here beside the price, in đồng, of whole groups whose
    deals have all ended; `share` of the value."""

    contracts: int
    value: int
    exchange: int
    broker: int
    experts: int
    registration: int
    share: float | None


class TargetOut(Schema):
    """A target: where the figure stands and is expected today, and its dated points.

    `whole` is false where the figure is of told contracts alone, then without a rating.
    """

    indicator: str
    dimensions: dict[str, str]
    value: float | None
    expected: float | None
    rating: str
    whole: bool
    points: list[tuple[date, float]]
    document: str


class StatisticsOut(Schema):
    """The exchange's statistics.

    `value` in đồng is of `value_contracts` of the contracts: prices are told in groups of
    several contracts of one field whose every one lies in the time asked for; null where
    no group does.
    """

    since: date
    until: date
    field: str
    as_of: date
    steps: list[StepOut]
    fields: list[PartOut]
    kinds: list[PartOut]
    months: list[PartOut]
    regions: list[RegionOut]
    costs: CostsOut | None
    contracts: int
    value: int | None
    value_contracts: int
    median_days: float | None
    satisfaction: float | None
    answers: int
    introduced: int
    elsewhere_answered: int
    elsewhere: int
    targets: list[TargetOut]


@router.get(
    "",
    response={200: StatisticsOut, **NO},
    auth=READING,
    operation_id="read_statistics",
)
def read_statistics(
    request: HttpRequest, asked: Annotated[Asked, Query()]
) -> StatisticsOut:
    """Funnel by field and month, contracts, words of both sides, targets: public figures."""
    today = clock.today()
    until = min(asked.until or today, today)
    if asked.since > until:
        raise InputRefused(
            [
                Problem(
                    "since",
                    N_("It is after the last day"),
                    N_("Turn the two days round."),
                )
            ]
        )
    told = statistics(asked.since, until, str(asked.field) if asked.field else "")
    return StatisticsOut(
        since=asked.since, until=until, field=told.field, as_of=today,
        steps=_steps(told.funnel), fields=[_part(part) for part in told.fields],
        kinds=[_part(part, first=1) for part in told.kinds],
        months=[_part(part) for part in told.months],
        regions=[_region(region) for region in told.regions],
        costs=CostsOut.from_orm(told.costs) if told.costs else None, targets=_targets(), **_sums(told),
    )  # fmt: skip


def _sums(told: Statistics) -> dict[str, Any]:
    signed, elsewhere, worth = told.signed, told.elsewhere, told.worth
    return {
        "contracts": signed.contracts if signed else 0,
        "value": worth.value if worth else None,
        "value_contracts": worth.contracts if worth else 0,
        "median_days": signed.median_days if signed else None,
        "satisfaction": told.satisfaction.points, "answers": told.satisfaction.answers,
        "introduced": elsewhere.introduced, "elsewhere_answered": elsewhere.answered,
        "elsewhere": elsewhere.elsewhere,
    }  # fmt: skip


def _region(told: Region) -> RegionOut:
    sides = [{str(step): n for step, n in side.items()} for side in (told.provided, told.received)]  # fmt: skip
    return RegionOut(region=told.code, provided=sides[0], received=sides[1])


def _part(part: Part, first: int = 0) -> PartOut:
    return PartOut(key=part.key, steps=_steps(part.funnel)[first:])


def _steps(found: Funnel) -> list[StepOut]:
    return [
        StepOut(step=s.name, count=s.count, share=s.share, lost=s.lost, open=s.open)
        for s in found.steps
    ]


def _targets() -> list[TargetOut]:
    return [
        TargetOut(
            indicator=one.aim.indicator, dimensions=dict(one.aim.dims),
            value=one.card.value.value, expected=one.card.expected, rating=str(one.card.rating), whole=one.whole,
            points=list(one.aim.points), document=one.aim.document,
        )
        for one in targets()
    ]  # fmt: skip

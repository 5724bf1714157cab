"""What deals amount to, in sums that name nobody: steps, time, value, closings elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Avg, Case, Count, F, Q, QuerySet, When
from django.db.models.functions import TruncMonth

from khuevan.deals.models import Deal, Party, Rating, Survey
from khuevan.deals.models.deals import Answer
from khuevan.deals.rules.shares import part
from khuevan.deals.rules.states import ENDS, SIDES, Move, Part, State
from khuevan.deals.rules.steps import COLUMNS, Reached, after
from khuevan.platform import clock


LOST = sorted(ENDS - {State.CLOSED})
"""Ends at which a deal was not delivered, unless it came to that before."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The deals one month brought in one field over one kind of listing.

    `reached` counts those that came to a step by now, `lost` those that ended there.
    """

    month: date
    field: str
    kind: str
    reached: dict[Reached, int]
    lost: dict[Reached, int]


@dataclass(frozen=True, slots=True)
class Signed:
    """The contracts a time brought in one field: how many, their prices in đồng, and the
    days from introduction to signature (median and nine of ten).

    `told` of them, worth `told_value`, stand in whole groups: that sum may be made public.
    """

    field: str | None
    contracts: int
    value: int
    median_days: float
    most_days: float
    told: int
    told_value: int


@dataclass(frozen=True, slots=True)
class Cost:
    """A contract's price, the exchange's fee taken so far and the broker's agreed share; đồng.

    `ref` is the deal's; `told`: it stands in a group that may be made public.
    """

    ref: str
    field: str
    value: int
    exchange: int
    broker: int
    told: bool


@dataclass(frozen=True, slots=True)
class SideCount:
    """How many deals of a member came to each step, as provider or as recipient."""

    part: Part
    member: UUID | None
    reached: dict[Reached, int]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """How many introduced pairs closed elsewhere, by what they say; `value` in đồng.

    Counted by deals: one side's word is enough, the newest one of each side holds.
    """

    introduced: int
    asked: int
    answered: int
    elsewhere: int
    value: int


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What sides gave the exchange: how many of them, and their mean from 1 to 5."""

    answers: int
    points: float | None


def cohorts(since: date, until: date) -> list[Cohort]:
    """Return the deals whose contact was asked for between two days, by month of asking.

    One query, whatever their number.
    """
    counts = {f"reached_{step}": Count(COLUMNS[step]) for step in Reached}
    counts |= {f"lost_{step}": Count("pk", filter=lost_at(step)) for step in list(Reached)[:-1]}  # fmt: skip
    rows = _between(since, until).annotate(month=TruncMonth("asked_at", tzinfo=clock.HANOI))  # fmt: skip
    grouped = rows.values("month", "field", "listing_kind").annotate(**counts)
    found: Iterable[Any] = grouped.order_by("month", "field", "listing_kind")
    return [
        Cohort(
            row["month"].date(), row["field"], row["listing_kind"],
            {step: row[f"reached_{step}"] for step in Reached},
            {step: row.get(f"lost_{step}", 0) for step in Reached},
        )
        for row in found
    ]  # fmt: skip


def lost_at(step: Reached) -> Q:
    """Return what finds the deals that ended at a step and came to no further one."""
    found = Q(state__in=LOST, **{f"{COLUMNS[step]}__isnull": False})
    following = after(step)
    return found & Q(**{f"{COLUMNS[following]}__isnull": True}) if following else found


def signed_between(since: date, until: date, *, least: int) -> list[Signed]:
    """Return the contracts signed between two days by field, None for all of them.

    The contracts of a field fall into groups of `least`, in the order in which their
    signature was first noted; a group is told whole or not at all, and not once a contract
    of it was undone. So the difference of any two told sums, of whatever times and fields,
    today's and a later day's, is made of whole groups: nobody can take one contract's price
    from it. One query, whatever their number.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GROUPED + _BY_FIELD, {"since": since, "until": until, "least": least, "noted": Move.NOTE_SIGNED})  # fmt: skip
        return [Signed(*row) for row in cursor.fetchall()]


_GROUPED = """
    WITH signed AS (
        SELECT d.id, d.field, d.signed_on, d.ended_at, coalesce((v.terms ->> 'broker')::int, 0) AS broker, (
                SELECT sum((milestone ->> 'amount')::bigint)
                FROM jsonb_array_elements(v.terms -> 'milestones') AS milestone
            ) AS price,
            d.signed_on - (d.introduced_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS took,
            (row_number() OVER (PARTITION BY d.field ORDER BY noted.at, d.id) - 1) / %(least)s AS flock
        FROM deals_deal d
        JOIN (SELECT deal_id, min(at) AS at FROM deals_step WHERE move = %(noted)s GROUP BY deal_id)
            AS noted ON noted.deal_id = d.id
        LEFT JOIN deals_version v ON v.deal_id = d.id AND v.agreed_at IS NOT NULL AND v.reopened_at IS NULL
            AND v.amends_id IS NULL
    ), grouped AS (
        SELECT signed.*, count(signed_on) OVER flock = %(least)s AND min(signed_on) OVER flock >= %(since)s
            AND max(signed_on) OVER flock <= %(until)s AS told,
            count(ended_at) OVER flock = %(least)s AS over
        FROM signed WINDOW flock AS (PARTITION BY field, flock)
    )
"""
_BY_FIELD = """
    SELECT CASE WHEN grouping(field) = 0 THEN field END, count(*), coalesce(sum(price), 0)::bigint,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY took),
        percentile_cont(0.9) WITHIN GROUP (ORDER BY took),
        count(*) FILTER (WHERE told), coalesce(sum(price) FILTER (WHERE told), 0)::bigint
    FROM grouped WHERE signed_on BETWEEN %(since)s AND %(until)s
    GROUP BY GROUPING SETS ((field), ()) HAVING count(*) > 0 ORDER BY 1
"""


def costs_between(since: date, until: date, *, least: int) -> list[Cost]:
    """Return what each contract signed between two days cost its sides here so far.

    `told` is as for the prices, and only once all deals of a group have ended: what is
    told changes by whole groups then, too. One query, whatever their number.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GROUPED + _EACH, {"since": since, "until": until, "least": least, "noted": Move.NOTE_SIGNED})  # fmt: skip
        rows = cursor.fetchall()
    return [
        Cost(f"deals.deal:{key}", field, price, fee, part(price, broker), told)
        for key, field, price, fee, broker, told in rows
    ]


_EACH = """
    SELECT id, field, coalesce(price, 0)::bigint, (
            coalesce((SELECT sum(fee) FROM deals_milestone WHERE deal_id = grouped.id), 0)
            + coalesce((SELECT sum(fee) FROM deals_royaltyreport WHERE deal_id = grouped.id), 0)
        )::bigint, broker, told AND over
    FROM grouped WHERE signed_on BETWEEN %(since)s AND %(until)s ORDER BY id
"""


def sides_between(since: date, until: date, field: str = "") -> list[SideCount]:
    """Return how far deals came by who supplied and who received: one query.

    `member` is None for a lister whose listing hides it.
    """
    hidden = Q(deal__lister_hidden=True) & ~Q(part=F("deal__asker"))
    rows = Party.objects.filter(part__in=SIDES, deal__in=_between(since, until))
    if field:
        rows = rows.filter(deal__field=field)
    counts = {str(step): Count(f"deal__{COLUMNS[step]}") for step in Reached}
    shown = rows.annotate(shown=Case(When(hidden, then=None), default="member"))
    found: Iterable[Any] = shown.values("part", "shown").annotate(**counts).order_by("part", "shown")  # fmt: skip
    return [
        SideCount(Part(row["part"]), row["shown"], {step: row[str(step)] for step in Reached})
        for row in found
    ]  # fmt: skip


def closed_elsewhere(since: date = date.min, until: date = date.max, field: str = "") -> Elsewhere:  # fmt: skip
    """Return what the pairs introduced between two days, in a field or all, said about it."""
    pairs = Deal.objects.filter(introduced_at__isnull=False)
    if field:
        pairs = pairs.filter(field=field)
    if since > date.min:
        pairs = pairs.filter(introduced_at__gte=clock.at_local(since, time.min))
    if until < date.max:
        pairs = pairs.filter(introduced_at__lte=clock.end_of_day(until))
    asked, said = set(), {}
    rows = Survey.objects.filter(deal__in=pairs).order_by("days")
    for deal, side, answer, value in rows.values_list("deal_id", "part", "answer", "value"):  # fmt: skip
        asked.add(deal)
        if answer:
            said[deal, side] = (answer, value or 0)
    values: dict[UUID, int] = {}
    for (deal, _part), (answer, value) in said.items():
        if answer == Answer.ELSEWHERE:
            values[deal] = max(values.get(deal, 0), value)
    return Elsewhere(
        pairs.count(), len(asked), len({deal for deal, _part in said}),
        len(values), sum(values.values()),
    )  # fmt: skip


def said_elsewhere(deal: Deal, until: date = date.max) -> bool:
    """Tell whether one side's newest answer by a day is that both closed elsewhere."""
    answers = deal.surveys.exclude(answer="").order_by("days")
    if until < date.max:
        answers = answers.filter(answered_at__lte=clock.end_of_day(until))
    newest = {survey.part: survey.answer for survey in answers}
    return Answer.ELSEWHERE in newest.values()


def satisfaction(since: date, until: date, field: str = "") -> Satisfaction:
    """Return what sides gave the exchange between two days, over a field or all."""
    given = Rating.objects.filter(
        at__gte=clock.at_local(since, time.min), at__lte=clock.end_of_day(until)
    )
    if field:
        given = given.filter(deal__field=field)
    found = given.aggregate(answers=Count("pk"), points=Avg("points"))
    return Satisfaction(found["answers"], found["points"])


def _between(since: date, until: date) -> QuerySet[Deal]:
    return Deal.objects.filter(
        asked_at__gte=clock.at_local(since, time.min),
        asked_at__lte=clock.end_of_day(until),
    )

"""What statistics and the reference-price database read of deals: steps, closings, shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from khuevan.contracts.public import Right, RoyaltyBase
from khuevan.deals.models import Deal, Survey, Version
from khuevan.deals.models.deals import Answer
from khuevan.deals.rules.states import State
from khuevan.platform import clock


@dataclass(frozen=True, slots=True)
class Funnel:
    """The steps of one deal with their times; None where it did not come so far.

    How often a listing was looked at before is not kept anywhere: the first step is the
    request for contact. `contract_at` is the day of signing, `contacted` its request.
    """

    code: str
    listing: str
    kind: str
    field: str
    brokered: bool
    state: State
    contacted_at: datetime
    introduced_at: datetime | None
    nda_at: datetime | None
    negotiation_at: datetime | None
    agreed_at: datetime | None
    contract_on: date | None
    registered_on: date | None
    effective_on: date | None
    delivered_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClosedDeal:
    """What was agreed in a deal that was delivered: đồng, hundredths of a per cent.

    It names neither side: who publishes prices groups them until nobody is recognised.
    """

    month: date
    kind: str
    field: str
    right: Right
    exclusive: bool
    territory: str
    state_funded: bool | None
    price: int
    royalty_rate: int | None
    royalty_base: RoyaltyBase | None
    equity: int


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


def funnel(since: date | None = None, until: date | None = None) -> Iterator[Funnel]:
    """Yield the steps of every deal whose contact was asked for in a time, the first first."""
    rows = Deal.objects.prefetch_related("parties").order_by("asked_at", "pk")
    if since:
        rows = rows.filter(asked_at__gte=clock.at_local(since, time.min))  # fmt: skip
    if until:
        rows = rows.filter(asked_at__lte=clock.end_of_day(until))
    for deal in rows.iterator(chunk_size=500):
        yield Funnel(
            deal.code, deal.listing_code, deal.listing_kind, deal.field,
            any(party.part == "broker" for party in deal.parties.all()),
            State(deal.state), deal.asked_at, deal.introduced_at, deal.room_at,
            deal.negotiating_at, deal.agreed_at, deal.signed_on, deal.registered_on,
            deal.effective_on, deal.delivered_at, deal.ended_at,
        )  # fmt: skip


def closed_deals() -> Iterator[ClosedDeal]:
    """Yield what was agreed in every deal delivered to its end, the first first."""
    rows = Version.objects.filter(
        agreed_at__isnull=False, deal__delivered_at__isnull=False
    )
    for version in rows.select_related("deal").order_by("deal__delivered_at", "pk").iterator(chunk_size=500):  # fmt: skip
        deal, terms = version.deal, version.told
        assert deal.delivered_at is not None
        yield ClosedDeal(
            clock.local_day(deal.delivered_at).replace(day=1), deal.listing_kind,
            deal.field, terms.right, terms.exclusive, terms.territory,
            deal.state_funded, terms.price, terms.royalty.rate if terms.royalty else None,
            terms.royalty.base if terms.royalty else None, terms.equity,
        )  # fmt: skip


def closed_elsewhere() -> Elsewhere:
    """Return what introduced pairs said about closing elsewhere."""
    asked, said = set(), {}
    rows = Survey.objects.order_by("days").values_list("deal_id", "part", "answer", "value")  # fmt: skip
    for deal, part, answer, value in rows:
        asked.add(deal)
        if answer:
            said[deal, part] = (answer, value or 0)
    values: dict[object, int] = {}
    for (deal, _part), (answer, value) in said.items():
        if answer == Answer.ELSEWHERE:
            values[deal] = max(values.get(deal, 0), value)
    return Elsewhere(
        Deal.objects.exclude(introduced_at=None).count(), len(asked),
        len({deal for deal, _part in said}), len(values), sum(values.values()),
    )  # fmt: skip

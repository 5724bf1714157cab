"""What other apps read of deals: the funnel and closed deals."""

from __future__ import annotations

import pytest

from khuevan.contracts.public import Right, RoyaltyBase
from khuevan.deals.public import closed_deals, funnel
from khuevan.deals.rules.states import State
from khuevan.platform import clock

from .factories import TERMS, finish_work, later, make_deal, with_royalty


pytestmark = pytest.mark.django_db


def test_the_funnel_tells_how_far_a_deal_came_and_when(cast):
    deal = make_deal(cast, State.CONTRACTING, brokered=True)
    [told] = funnel()
    assert (told.code, told.brokered, told.field, told.kind) == (deal.code, True, "environment", "technology")  # fmt: skip
    assert told.contacted_at <= told.introduced_at <= told.nda_at <= told.negotiation_at <= told.agreed_at  # fmt: skip
    assert (told.contract_on, told.delivered_at) == (None, None)
    with later(1):
        assert list(funnel(since=clock.today())) == []
        assert len(list(funnel(until=clock.today()))) == 1


def test_a_closed_deal_tells_its_price_and_neither_side(cast):
    deal = make_deal(cast, State.PERFORMING, with_royalty())
    assert list(closed_deals()) == []
    finish_work(cast, deal)
    [told] = closed_deals()
    assert (told.price, told.right, told.exclusive, told.month.day) == (TERMS.price, Right.USE, False, 1)  # fmt: skip
    assert (told.royalty_rate, told.royalty_base) == (350, RoyaltyBase.NET_REVENUE)
    assert cast.buyer.name not in str(told)

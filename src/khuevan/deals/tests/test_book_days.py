"""A deal's money in the book agrees with the bank on every day of its life."""

from __future__ import annotations

import pytest

from khuevan.deals import actions
from khuevan.deals.rules.states import State
from khuevan.payments.public import orders_of
from khuevan.payments.tests.factories import off_today, take_back

from .factories import make_deal, pay, with_royalty


pytestmark = pytest.mark.django_db


def test_from_paying_in_to_paying_out_books_and_bank_agree(cast):
    deal = make_deal(cast, State.PERFORMING, with_royalty())
    first = deal.milestones.first()
    pay(first)
    assert off_today() == [0]
    actions.deliver(milestone=first, evidence="Biên bản kèm theo", by=cast.provider)
    actions.accept_work(milestone=first, by=cast.recipient)
    actions.pay_out(deal=deal, amount=1_000, reference="FT1", by=cast.staff)
    assert off_today() == [0]
    take_back(first.ref, 2_000)
    assert off_today() == [0]
    [_paid, again] = orders_of(first.ref)
    assert again.missing == 2_000
    pay(first)
    assert off_today() == [0]

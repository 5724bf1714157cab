"""Who is told of what happens to a contract."""

from __future__ import annotations

from datetime import timedelta

import pytest

from khuevan.contracts import actions
from khuevan.contracts.rules.states import State
from khuevan.contracts.tasks import watch
from khuevan.notices.tests.factories import notices_of
from khuevan.platform import clock

from .factories import make_contract


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


def told(kind):
    return {notice.person for notice in notices_of(f"contracts.{kind}")}


def test_both_sides_hear_of_the_paper_and_of_a_signature(cast):
    make_contract(cast, State.HALF_SIGNED)
    # Whoever did it need not be told of it.
    assert cast.taker in told("contract_drawn_up")
    assert cast.taker in told("contract_signed")
    assert cast.stranger not in told("contract_drawn_up")


def test_an_overdue_duty_is_told_to_both_sides_and_the_exchange(cast):
    make_contract(cast, State.SIGNED)
    with clock.telling(clock.now() + timedelta(days=91)):
        watch()
        assert {cast.giver, cast.taker, cast.staff} <= told("contract_fell_late")


def test_both_sides_hear_why_it_was_called_off(cast):
    contract = make_contract(cast, State.DRAWN_UP)
    actions.call_off_contract(contract=contract.id, words="Thôi", by=cast.giver)
    assert cast.taker in told("contract_called_off")

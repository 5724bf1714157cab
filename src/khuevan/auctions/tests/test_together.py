"""Many at once, and anything in any order: the audit replays to what the database says."""

from __future__ import annotations

import json
import runpy
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from khuevan.auctions import actions
from khuevan.auctions.models import Auction, Bid
from khuevan.auctions.queries import audit_of, events_of, outcome_of
from khuevan.auctions.rules.replay import Kind, check_chain
from khuevan.auctions.rules.terms import Form, State
from khuevan.platform.errors import RuleBroken

from .factories import (
    RESERVE,
    START,
    STEP,
    clock_restored,
    make_cast,
    set_clock,
)


TOOL = runpy.run_path(str(Path(__file__).parents[4] / "tools/replay_auction.py"))
BIDDERS = 3
acts = st.lists(
    st.one_of(
        st.tuples(st.just("bid"), st.integers(1, BIDDERS), st.integers(-1, 30)),
        st.tuples(st.just("again"), st.integers(1, BIDDERS), st.integers(-1, 30)),
        st.tuples(st.just("wait"), st.integers(-6_000, 900_000), st.just(0)),
        st.tuples(st.just("close"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(form=st.sampled_from(Form), acts=acts, cancelled=st.booleans())
def test_random_bids_at_random_instants_replay_to_what_the_database_says(db, form, acts, cancelled):  # fmt: skip
    with transaction.atomic():
        cast = make_cast(form, BIDDERS)
        at, acknowledged = cast.opens_at - timedelta(minutes=1), {}
        for number, (verb, told, steps) in enumerate(acts):
            if verb == "wait":
                at += timedelta(milliseconds=told)
            set_clock(at)
            try:
                _do(cast, form, verb, told, steps, number, acknowledged)
            except RuleBroken:
                continue
        _end(cast, cancelled)
        _agree(cast, acknowledged)
        transaction.set_rollback(True)


def _do(cast, form, verb, who, steps, number, acknowledged):
    if verb == "close":
        actions.close(auction=cast.auction, by=None)
        return
    if verb == "wait":
        return
    key = f"{who}-{steps}" if verb == "again" else f"k{number}"
    amount = START + steps * STEP if form is not Form.DUTCH else START - steps * STEP
    receipt = (cast.seal if form is Form.SEALED else cast.bid)(who, amount, key)
    assert acknowledged.setdefault((who, key), receipt.number) == receipt.number


def _end(cast, cancelled):
    set_clock(cast.closes_at)
    if cancelled and cast.auction.state in {State.RUNNING, State.CLOSED}:
        actions.cancel(auction=cast.auction, reason="Chủ bằng rút hồ sơ", by=None)
    else:
        actions.close(auction=cast.auction, by=None)
    cast.auction.refresh_from_db()
    if cast.auction.state == State.CLOSED:
        cast.tell(0, 2)
        cast.auction.refresh_from_db()


def _agree(cast, acknowledged):
    auction, events = cast.auction, events_of(cast.auction)
    check_chain(auction.code, events)
    outcome = outcome_of(auction)
    assert outcome is not None
    # No acknowledged bid is lost, none is there that was not acknowledged.
    kept = Bid.objects.filter(bidder__auction=auction)
    assert {bid.event.number for bid in kept} == set(acknowledged.values())
    if auction.form != Form.SEALED and outcome.winner is not None:
        assert auction.best_bidder is not None
        assert (outcome.winner, outcome.price) == (
            auction.best_bidder.number,
            auction.best_amount,
        )
    # The stranger's tool, which knows nothing of the platform, finds the same.
    told = TOOL["replay"](json.loads(json.dumps(audit_of(auction))))
    assert told == (outcome.winner, outcome.price, outcome.why)


@pytest.fixture
def real_clock(transactional_db, documents):
    with clock_restored():
        yield


def at_once(count, act):
    """Let `count` threads do the same at the same instant; return what each got."""
    start = Barrier(count)

    def one(number):
        try:
            start.wait()
            return act(number)
        except RuleBroken as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_equal_bids_in_the_same_instant_have_one_order_and_one_leader(real_clock):
    cast = make_cast(bidders=8)
    set_clock(cast.opens_at + timedelta(minutes=5))  # one millisecond for all of them
    got = at_once(8, lambda n: cast.bid(n + 1, START))
    taken = [receipt for receipt in got if not isinstance(receipt, str)]
    refused = [sentence for sentence in got if isinstance(sentence, str)]
    assert len(taken) == 1
    assert all("somebody may have been faster" in sentence for sentence in refused)
    assert Bid.objects.count() == 1
    check_chain(cast.auction.code, events_of(cast.auction))


def test_rising_bids_at_once_keep_every_one_that_was_acknowledged(real_clock):
    cast = make_cast(bidders=6)
    set_clock(cast.opens_at + timedelta(minutes=5))
    got = at_once(6, lambda n: cast.bid(n + 1, RESERVE + n * STEP))
    acknowledged = {receipt.number for receipt in got if not isinstance(receipt, str)}
    bids = [e for e in events_of(cast.auction) if e.kind is Kind.BID]
    assert {event.number for event in bids} == acknowledged
    assert len({event.at for event in bids}) == len(bids)
    cast.end()
    assert outcome_of(cast.auction).price == RESERVE + 5 * STEP


def test_the_same_bid_sent_by_many_threads_is_one_bid(real_clock):
    cast = make_cast(bidders=1)
    set_clock(cast.opens_at)
    got = at_once(8, lambda n: cast.bid(1, START, key="a"))
    assert len({receipt.note for receipt in got}) == 1
    assert Bid.objects.count() == 1


def test_a_falling_price_taken_by_many_at_once_is_sold_once(real_clock):
    cast = make_cast(Form.DUTCH, bidders=6)
    set_clock(cast.opens_at)
    got = at_once(6, lambda n: cast.bid(n + 1, START))
    assert sum(not isinstance(receipt, str) for receipt in got) == 1
    assert Auction.objects.get().state == State.DECIDED


def test_bids_and_the_close_at_the_end_do_not_cross(real_clock):
    """Whoever comes first decides: a bid that was taken counts, a closed auction stays."""
    cast = make_cast(bidders=4)
    set_clock(cast.closes_at - timedelta(microseconds=1))
    cast.bid(1, RESERVE)
    set_clock(cast.closes_at)

    def act(number):
        if number == 0:
            return actions.close(auction=cast.auction, by=None)
        return cast.bid(number + 1, RESERVE + number * STEP)

    got = at_once(4, act)
    assert all("came after the end" in sentence for sentence in got[1:])
    assert outcome_of(cast.auction).winner == 1

"""Announcing, depositing, bidding, deciding: what is taken, what is refused and why."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError

from khuevan.auctions import actions
from khuevan.auctions.models import Auction, Bid, Bidder, EventRow
from khuevan.auctions.queries import database_now, events_of, outcome_of, standing_of
from khuevan.auctions.rules.replay import Outcome, Why, check_chain
from khuevan.auctions.rules.terms import Form, State
from khuevan.auctions.tasks import close_ended
from khuevan.books.public import HoldState, balance, holds_about
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import PersonFactory, make_person
from khuevan.payments.public import orders_of
from khuevan.payments.tests.factories import refund_of
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import (
    DEPOSIT,
    RESERVE,
    START,
    STEP,
    join,
    make_cast,
    pay,
    sent_back,
    set_clock,
)


pytestmark = pytest.mark.django_db
MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def cast(db):
    return make_cast()


def taken(cast):
    """Everything that a refusal must leave as it was."""
    return (
        EventRow.objects.count(),
        Bid.objects.count(),
        Auction.objects.values().get(pk=cast.auction.pk),
    )


def refused(cast, act, words):
    before = taken(cast)
    with pytest.raises(RuleBroken, match=words), transaction.atomic():
        act()
    assert taken(cast) == before


# ----------------------------------------------------------------- announcing


def test_only_people_of_the_keeper_announce():
    before = Auction.objects.count()
    cast = make_cast(bidders=0)
    for person in (make_person(Role.OFFICIAL), PersonFactory.create()):
        with pytest.raises(PermissionDenied):
            make_cast(keeper=cast.keeper, by=person)
    assert Auction.objects.count() == before + 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"deposit": START * 4 // 100}, "deposit"),
        ({"form": Form.DUTCH, "reserve": DEPOSIT}, "deposit"),
        ({"deposit": START * 21 // 100}, "deposit"),
        ({"start": 0}, "start"),
        ({"reserve": START - 1}, "reserve"),
        ({"step": 0}, "step"),
        ({"window": 4000}, "window"),
        ({"code": "đấu giá"}, "code"),
        ({"title": " "}, "title"),
        ({"form": Form.SEALED, "opening_key": None}, "opening_key"),
        ({"form": Form.SEALED, "opening_key": UUID(int=7)}, "opening_key"),
        ({"form": Form.DUTCH, "reserve": START + 1}, "reserve"),
        ({"form": Form.DUTCH, "reserve": START, "tick": 0}, "tick"),
    ],
)
def test_terms_under_which_no_auction_can_be_held_are_refused(changes, field):
    with pytest.raises(RuleBroken) as refusal, transaction.atomic():
        make_cast(**changes)
    assert refusal.value.field == field
    assert not Auction.objects.exists()


def test_it_opens_in_the_future_and_ends_after_it_opens():
    now = database_now()
    for opens_at, closes_at, field in (
        (now - timedelta(seconds=1), now + timedelta(hours=1), "opens_at"),
        (now + timedelta(hours=1), now + timedelta(hours=1), "closes_at"),
    ):
        with pytest.raises(RuleBroken) as refusal, transaction.atomic():
            make_cast(opens_at=opens_at, closes_at=closes_at)
        assert refusal.value.field == field
    assert not Auction.objects.exists()


# ------------------------------------------------------------------- deposits


def test_a_deposit_that_was_paid_is_held_and_makes_a_bidder(cast):
    numbers = list(Bidder.objects.order_by("number").values_list("number", flat=True))
    assert numbers == [1, 2, 3]
    holds = holds_about(cast.auction.ref)
    assert [(hold.amount, hold.state) for hold in holds] == [
        (DEPOSIT, HoldState.OPEN)
    ] * 3
    assert balance(cast.auction.book, "BANK").standing == 3 * DEPOSIT


def test_who_has_not_paid_does_not_bid(cast):
    person = PersonFactory.create()
    actions.apply(auction=cast.auction, by=person)
    cast.people.append(person)
    cast.open()
    refused(cast, lambda: cast.bid(4, START), "deposit is held")
    cast.people.append(PersonFactory.create())
    refused(cast, lambda: cast.bid(5, START), "deposit is held")


def test_people_of_the_keeper_do_not_bid(cast):
    with pytest.raises(PermissionDenied):
        actions.apply(auction=cast.auction, by=cast.official)
    assert cast.auction.bidders.count() == 3


def test_asking_twice_is_asking_once(cast):
    person = PersonFactory.create()
    first = actions.apply(auction=cast.auction, by=person)
    assert actions.apply(auction=cast.auction, by=person) == first


def test_a_deposit_after_the_end_admits_nobody_and_goes_back(cast):
    late, never = (
        actions.apply(auction=cast.auction, by=PersonFactory.create()) for _ in range(2)
    )
    set_clock(cast.closes_at)
    pay(late)
    late.refresh_from_db()
    assert late.number is None
    refused(cast, lambda: join(cast), "Bidding is over")
    cast.end()
    assert refund_of(late.ref).amount == DEPOSIT
    [order] = orders_of(never.ref)
    assert order.state == "cancelled"


def test_losers_get_their_deposits_back_and_the_winner_is_held(cast):
    cast.open()
    cast.bid(1, START)
    cast.bid(2, RESERVE)
    cast.end()
    states = {hold.key: hold.state for hold in holds_about(cast.auction.ref)}
    winner = cast.auction.bidders.get(number=2)
    assert states.pop(winner.account) is HoldState.OPEN
    assert set(states.values()) == {HoldState.VOID}
    assert sent_back(cast) == [1, 3]


# -------------------------------------------------------------------- English


def test_the_highest_bid_wins_and_everybody_can_see_why(cast):
    cast.open()
    cast.bid(1, START)
    cast.bid(2, START + STEP)
    cast.bid(1, RESERVE)
    cast.end()
    assert cast.auction.state == State.DECIDED
    assert outcome_of(cast.auction) == Outcome(1, RESERVE, Why.HIGHEST)
    check_chain(cast.auction.code, events_of(cast.auction))


def test_a_bid_must_beat_the_highest_by_a_step(cast):
    cast.open()
    refused(cast, lambda: cast.bid(1, START - 1), "between")
    cast.bid(1, START)
    refused(cast, lambda: cast.bid(2, START + STEP - 1), "1050000000")
    refused(cast, lambda: cast.bid(2, START), "somebody may have been faster")
    refused(cast, lambda: cast.bid(1, START + STEP), "already")
    cast.bid(2, START + STEP)


def test_below_the_reserve_nobody_wins(cast):
    cast.open()
    cast.bid(1, RESERVE - 1)
    cast.end()
    assert outcome_of(cast.auction) == Outcome(None, None, Why.BELOW_RESERVE)
    assert sent_back(cast) == [1, 2, 3]
    assert orders_of(cast.auction.ref) == ()
    refused(cast, lambda: actions.declare_default(auction=cast.auction, by=cast.official), "Nobody won")  # fmt: skip


def test_without_bids_nobody_wins(cast):
    cast.end()
    assert outcome_of(cast.auction) == Outcome(None, None, Why.NO_BID)


def test_a_bid_one_millisecond_late_is_refused_and_one_in_time_is_taken(cast):
    set_clock(cast.opens_at - MILLISECOND)
    refused(cast, lambda: cast.bid(1, START), "not opened")
    cast.open()
    cast.bid(1, START)
    set_clock(cast.closes_at - MILLISECOND)
    cast.bid(2, START + STEP)
    end = cast.closes_at
    set_clock(end)
    refused(cast, lambda: cast.bid(1, RESERVE), "came after the end")
    set_clock(end + MILLISECOND)
    refused(cast, lambda: cast.bid(1, RESERVE), "came after the end")


def test_a_bid_in_the_last_minutes_moves_the_end_in_the_same_statement(cast):
    end, window = cast.closes_at, timedelta(seconds=120)
    set_clock(end - window)
    cast.bid(1, START)
    assert cast.closes_at == end
    set_clock(end - MILLISECOND)
    cast.bid(2, START + STEP)
    assert cast.closes_at == end - MILLISECOND + window
    set_clock(end)
    with pytest.raises(RuleBroken, match="not over yet"):
        actions.close(auction=cast.auction, by=None)
    cast.bid(1, RESERVE)
    cast.end()
    assert outcome_of(cast.auction) == Outcome(1, RESERVE, Why.HIGHEST)


def test_the_clock_of_the_application_does_not_matter(cast):
    cast.open()
    for hours in (-5, 0, 5):
        with clock.telling(cast.closes_at + timedelta(hours=hours)):
            assert standing_of(cast.auction).open
    with clock.telling(clock.now() + timedelta(seconds=5)):
        cast.bid(1, START)
    with clock.telling(clock.now() - timedelta(seconds=5)):
        cast.bid(2, START + STEP)
    assert [e.at for e in events_of(cast.auction)[-2:]] == sorted(
        e.at for e in events_of(cast.auction)[-2:]
    )


def test_the_databases_clock_may_step_and_events_keep_one_order(cast):
    middle = cast.opens_at + timedelta(minutes=30)
    set_clock(middle)
    cast.bid(1, START)
    set_clock(middle - timedelta(seconds=5))
    cast.bid(2, START + STEP)
    set_clock(middle + timedelta(seconds=5))
    cast.bid(1, RESERVE)
    events = events_of(cast.auction)
    instants = [event.at for event in events]
    assert instants == sorted(set(instants))
    cast.end()
    set_clock(cast.closes_at - timedelta(seconds=5))
    # Once it is closed it stays closed, also where the clock steps back before the end.
    refused(cast, lambda: cast.bid(2, RESERVE + STEP), "came after the end")
    assert outcome_of(cast.auction) == Outcome(1, RESERVE, Why.HIGHEST)


def test_the_same_key_is_the_same_bid(cast):
    cast.open()
    first = cast.bid(1, START, key="a")
    again = cast.bid(1, START, key="a")
    assert (first.number, first.note) == (again.number, again.note)
    assert (first.is_new, again.is_new) == (True, False)
    refused(cast, lambda: cast.bid(1, START + STEP, key="a"), "another bid")
    # Replayed by somebody else it is their own bid, and too low.
    refused(cast, lambda: cast.bid(2, START, key="a"), "least")
    cast.end()
    # An answer that was lost is told again after the end, too.
    assert cast.bid(1, START, key="a").note == first.note


def test_what_happened_is_never_changed(cast):
    cast.open()
    cast.bid(1, START)
    for model, change in ((EventRow, {"body": "{}"}), (Bid, {"amount": 1})):
        with pytest.raises((IntegrityError, InternalError), match="never changed"), transaction.atomic():  # fmt: skip
            model.objects.update(**change)
        with pytest.raises((IntegrityError, InternalError), match="never changed"), transaction.atomic():  # fmt: skip
            model.objects.all()._raw_delete("default")
    for table in ("auctions_bid", "auctions_eventrow CASCADE", "auctions_auction CASCADE"):  # fmt: skip
        with pytest.raises((IntegrityError, InternalError), match="never changed"), transaction.atomic(), connection.cursor() as cursor:  # fmt: skip
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table}")
    assert (EventRow.objects.count(), Bid.objects.count()) == (5, 1)


def test_an_event_put_in_by_hand_lands_at_the_end_of_the_chain(cast):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO auctions_eventrow (id, auction_id, number, at, kind, body,"
            " previous, hash) VALUES (gen_random_uuid(), %s, 1, '2000-01-01', 'bid',"
            " '{\"bidder\": 1, \"amount\": 5, \"closes_at\": 1}', '', '')",
            [cast.auction.pk],
        )
    check_chain(cast.auction.code, events_of(cast.auction))
    with pytest.raises(RuleBroken, match="could not have been accepted"):
        outcome_of(cast.auction)


# ---------------------------------------------------------------------- Dutch


def test_a_falling_price_is_taken_by_the_first_who_takes_it():
    cast = make_cast(Form.DUTCH)
    set_clock(cast.opens_at + timedelta(minutes=3) - MILLISECOND)
    price = START - 2 * STEP
    refused(cast, lambda: cast.bid(1, price - STEP), str(price))
    cast.bid(2, price)
    cast.auction.refresh_from_db()
    assert cast.auction.state == State.DECIDED
    assert outcome_of(cast.auction) == Outcome(2, price, Why.FIRST)
    refused(cast, lambda: cast.bid(3, price), "came after the end")


def test_a_price_that_fell_meanwhile_is_paid_as_it_is_now():
    cast = make_cast(Form.DUTCH)
    set_clock(cast.opens_at + timedelta(minutes=1))
    cast.bid(1, START)
    assert outcome_of(cast.auction) == Outcome(1, START - STEP, Why.FIRST)


def test_a_falling_price_stops_at_the_reserve_and_may_find_nobody():
    cast = make_cast(Form.DUTCH)
    set_clock(cast.closes_at - MILLISECOND)
    assert standing_of(cast.auction).price == START // 2
    cast.end()
    assert outcome_of(cast.auction) == Outcome(None, None, Why.NO_BID)


# --------------------------------------------------------------------- ending


def test_the_worker_closes_what_ended(cast):
    assert close_ended() == 0
    set_clock(cast.closes_at)
    assert close_ended() == 1
    assert close_ended() == 0


def test_the_keeper_cancels_with_a_reason_and_every_deposit_goes_back(cast):
    cast.open()
    cast.bid(1, RESERVE)
    with pytest.raises(PermissionDenied):
        actions.cancel(auction=cast.auction, reason="x" * 20, by=cast.people[0])
    refused(cast, lambda: actions.cancel(auction=cast.auction, reason="x", by=cast.official), "ten characters")  # fmt: skip
    actions.cancel(auction=cast.auction, reason="Chủ bằng rút hồ sơ", by=cast.official)
    assert outcome_of(cast.auction) == Outcome(None, None, Why.CANCELLED)
    assert sent_back(cast) == [1, 2, 3]
    refused(cast, lambda: cast.bid(2, RESERVE + STEP), "came after the end")

"""Who is told what, who comes next, and what the app that owns a thing may refuse."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from django.urls import reverse

from khuevan.auctions import actions, lots
from khuevan.auctions.models import Auction, Bidder
from khuevan.auctions.public import Lots, is_bound, on_sale
from khuevan.auctions.queries import (
    audit_of,
    buyer_of,
    database_now,
    events_of,
    outcome_of,
    view_of,
)
from khuevan.auctions.rules.replay import Event, Kind, hash_of, next_bid, replay
from khuevan.auctions.rules.terms import Form, State
from khuevan.books.public import balance
from khuevan.directory.tests.factories import PersonFactory
from khuevan.notices.tests.factories import notices_of
from khuevan.platform.errors import RuleBroken

from .factories import (
    DEPOSIT,
    RESERVE,
    START,
    STEP,
    clock_restored,
    let_lapse,
    make_cast,
    pay_price,
    set_clock,
)
from .test_replay import run


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def real_clock_afterwards(db):
    with clock_restored():
        yield


@pytest.fixture
def cast(db):
    return make_cast()


def told(kind):
    return {notice.person for notice in notices_of(f"auctions.{kind}")}


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_each_bidder_hears_of_their_own_bids(cast):
    one, two, three = cast.people
    cast.open()
    cast.bid(1, START)
    assert told("bid_placed") == set()
    cast.bid(2, RESERVE)
    assert told("bid_placed") == {one}
    assert told("auction_extended") == set()
    set_clock(cast.closes_at - timedelta(seconds=5))
    cast.bid(3, RESERVE + STEP)
    assert told("bid_placed") == {one, two}
    # Whoever moved the end is told of it like the others: they watch the same clock.
    assert told("auction_extended") == {one, two, three}
    cast.end()
    assert told("auction_decided") == {three}
    assert told("deposit_returned") == {one, two}
    [notice] = notices_of("auctions.auction_decided")
    assert notice.link == reverse("auction", args=[cast.auction.code])


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_a_cancelled_auction_tells_everybody_who_paid(cast):
    actions.cancel(auction=cast.auction, reason="Không bán nữa", by=cast.official)
    assert told("deposit_returned") == set(cast.people)


@pytest.fixture
def defaulted(cast):
    cast.open()
    cast.bid(1, RESERVE - STEP)
    cast.bid(2, RESERVE)
    cast.bid(3, RESERVE + STEP)
    cast.end()
    let_lapse(cast)
    return cast


def test_the_next_bidder_may_buy_where_the_winner_did_not_pay(defaulted, tmp_path):
    cast = defaulted
    auction = actions.name_runner_up(auction=cast.auction, by=cast.official)
    assert auction.state == State.OFFERED
    assert events_of(auction)[-1].told == {"bidder": 2, "price": RESERVE}
    assert buyer_of(auction.code) is None
    auction = pay_price(auction)
    assert auction.state == State.SETTLED
    assert buyer_of(auction.code) == cast.people[1]
    assert view_of(auction).price == RESERVE
    # The defaulted deposit and the whole price are the seller's.
    assert balance(auction.book, "SELLER").standing == DEPOSIT + RESERVE
    assert events_of(auction)[-1].told == {"bidder": 2}
    assert outcome_of(auction).winner == 3
    code, said = run(tmp_path, audit_of(auction))
    assert (code, "Bidder 3 won" in said) == (0, True)


def test_nobody_is_next_twice(defaulted):
    cast = defaulted
    actions.name_runner_up(auction=cast.auction, by=cast.official)
    let_lapse(cast)
    with pytest.raises(RuleBroken, match="Nobody is next"):
        actions.name_runner_up(auction=cast.auction, by=cast.official)
    cast.auction.refresh_from_db()
    assert cast.auction.state == State.DEFAULTED


@pytest.mark.parametrize(("gap", "named"), [(DEPOSIT, True), (DEPOSIT + 1, False)])
def test_the_next_bid_and_the_deposit_reach_the_winners_price(cast, gap, named):
    cast.open()
    cast.bid(1, RESERVE)
    cast.bid(2, RESERVE + gap)
    cast.end()
    found = next_bid(cast.auction.code, events_of(cast.auction))
    assert found == ((1, RESERVE) if named else None)


def test_of_equal_sealed_bids_the_later_is_next(db):
    cast = make_cast(Form.SEALED)
    cast.open()
    for who in (1, 2, 3):
        cast.seal(who, RESERVE)
    cast.end()
    cast.tell(0, 2)
    assert next_bid(cast.auction.code, events_of(cast.auction)) == (2, RESERVE)


def test_an_audit_that_names_somebody_else_next_is_wrong(defaulted, tmp_path):
    cast = defaulted
    actions.name_runner_up(auction=cast.auction, by=cast.official)
    audit = copy.deepcopy(audit_of(cast.auction))
    last = audit["events"][-1]
    last["body"] = last["body"].replace('"bidder": 2', '"bidder": 1')
    last["hash"] = hash_of(audit["auction"], last["number"], last["at"], last["kind"], last["previous"], last["body"])  # fmt: skip
    code, said = run(tmp_path, audit)
    assert (code, "could not have been accepted: runner_up" in said) == (1, True)
    with pytest.raises(RuleBroken, match="could not have been accepted"):
        replay(audit["auction"], [Event(**{**e, "kind": Kind(e["kind"])}) for e in audit["events"]])  # fmt: skip


def test_the_keeper_offers_it_to_the_next_bidder_on_the_page(client, defaulted):
    cast = defaulted
    client.force_login(cast.official)
    page = reverse("auction", args=[cast.auction.code])
    assert "runner-up" in client.get(page).text
    client.post(reverse("auction-end", args=[cast.auction.code, "runner-up"]))
    cast.auction.refresh_from_db()
    assert cast.auction.state == State.OFFERED
    assert "runner-up" not in client.get(page).text


def test_a_thing_is_bound_until_it_is_paid_or_nobody_buys_it(cast):
    subject = cast.auction.subject
    assert on_sale([subject, "other.thing:1"]) == {subject: cast.auction.code}
    cast.open()
    cast.bid(1, RESERVE)
    assert is_bound(subject)
    cast.end()
    assert on_sale([subject]) == {}
    assert is_bound(subject)
    pay_price(cast.auction)
    assert not is_bound(subject)


def _no(*_):
    raise RuleBroken("the owner's app says no")


@pytest.fixture
def known(monkeypatch):
    """Let a model's app say something of its lots, for this test."""
    monkeypatch.setattr(lots, "_known", {})

    def say(**functions):
        told = {"check_announcement": lambda *_: None, "check_bidder": lambda *_: None, "page": lambda subject: f"/{subject}/"}  # fmt: skip
        lots.register_lots("things.patent", Lots(**(told | functions)))

    return say


def test_the_app_that_owns_a_thing_may_refuse_a_bidder_and_knows_the_others(
    cast, known
):
    seen = []
    known(check_bidder=lambda subject, person, others: seen.append((subject, others)) or _no())  # fmt: skip
    before = Bidder.objects.count()
    with pytest.raises(RuleBroken, match="says no"):
        actions.apply(auction=cast.auction, by=PersonFactory.create())
    assert Bidder.objects.count() == before
    [(subject, others)] = seen
    assert (subject, set(others)) == (cast.auction.subject, set(cast.people))


def test_the_app_that_owns_a_thing_may_refuse_an_auction(known):
    known(check_announcement=_no)
    with pytest.raises(RuleBroken, match="says no"):
        make_cast()
    assert not Auction.objects.exists()


def test_the_page_leads_to_what_is_sold(client, cast, known):
    known()
    page = client.get(reverse("auction", args=[cast.auction.code])).text
    assert f'href="/{cast.auction.subject}/"' in page
    assert database_now() < cast.opens_at

"""Sealed bids: nobody reads them before enough holders open them together."""

from __future__ import annotations

import base64
import json
import runpy
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse

from khuevan.auctions import actions
from khuevan.auctions.models import Auction, Bid, EventRow, KeyHolder, OpeningKey
from khuevan.auctions.queries import (
    audit_of,
    events_of,
    lock_of,
    outcome_of,
    standing_of,
)
from khuevan.auctions.rules.replay import Kind, Outcome, Why, commitment, replay
from khuevan.auctions.rules.terms import Form, State
from khuevan.auctions.sealing import SealedBid, make_holder_key, seal
from khuevan.auctions.words import event_words
from khuevan.directory.tests.factories import PersonFactory
from khuevan.notices.tests.factories import notices_of
from khuevan.platform.errors import RuleBroken

from .factories import (
    HOLDERS,
    RESERVE,
    START,
    ask_for_key,
    make_cast,
    make_key,
    sent_back,
)
from .test_replay import as_event, rechained


TOOLS = Path(__file__).parents[4] / "tools"
TOOL = runpy.run_path(str(TOOLS / "replay_auction.py"))
OPEN = runpy.run_path(str(TOOLS / "open_bids.py"))


@pytest.fixture
def cast(db):
    cast = make_cast(Form.SEALED)
    cast.open()
    return cast


def test_the_database_holds_neither_the_amount_nor_a_private_key(cast):
    cast.seal(1, 1_234_567_891)
    kept = (Auction, Bid, EventRow, OpeningKey, KeyHolder)
    told = json.dumps([list(model.objects.values()) for model in kept], default=str)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(figures::text, ' ') FROM journal_fact")
        told += cursor.fetchone()[0]
    assert "1234567891" not in told
    assert [holder for holder in cast.holders if holder.private_key in told] == []
    assert standing_of(cast.auction).price is None


def test_the_highest_sealed_bid_wins_once_two_of_three_holders_told_their_keys(cast):
    cast.seal(1, RESERVE)
    cast.seal(2, RESERVE + 7)
    cast.seal(3, START)
    cast.end()
    cast.tell(2)
    cast.auction.refresh_from_db()
    assert cast.auction.state == State.CLOSED
    assert not EventRow.objects.filter(kind=Kind.OPENED).exists()
    cast.tell(0)
    cast.auction.refresh_from_db()
    assert cast.auction.state == State.DECIDED
    assert outcome_of(cast.auction) == Outcome(2, RESERVE + 7, Why.HIGHEST)
    assert sent_back(cast) == [1, 3]


def test_of_equal_bids_the_earlier_wins_and_a_bidders_last_bid_counts(cast):
    cast.seal(3, RESERVE + 9)
    cast.seal(1, RESERVE)
    cast.seal(2, RESERVE)
    cast.seal(3, RESERVE)
    cast.end()
    cast.tell(0, 2)
    assert outcome_of(cast.auction) == Outcome(1, RESERVE, Why.EARLIER)


def test_below_the_reserve_or_without_bids_nobody_wins(cast):
    cast.seal(1, RESERVE - 1)
    cast.end()
    cast.tell(0, 2)
    assert outcome_of(cast.auction) == Outcome(None, None, Why.BELOW_RESERVE)


def test_without_a_bid_no_holder_has_to_come(cast):
    cast.end()
    assert outcome_of(cast.auction) == Outcome(None, None, Why.NO_BID)


def nothing_told(cast):
    return not EventRow.objects.filter(kind__in=[Kind.KEY, Kind.OPENED]).exists()


def test_no_key_is_taken_before_the_end_nor_from_anybody_but_its_holder(cast):
    cast.seal(1, RESERVE)
    with pytest.raises(RuleBroken, match="as it stands"), transaction.atomic():
        cast.tell(0)
    cast.end()
    key = cast.holders[0].private_key
    for person in (cast.official, cast.people[0]):
        with pytest.raises(PermissionDenied), transaction.atomic():
            actions.enter_key(auction=cast.auction, private_key=key, by=person)
    assert nothing_told(cast)


@pytest.mark.parametrize("wrong", ["another holder's", "of another auction", "no key"])
def test_a_key_that_is_not_the_holders_own_is_refused_and_not_repeated(cast, wrong):
    cast.seal(1, RESERVE)
    cast.end()
    other = make_cast(Form.SEALED, bidders=0).holders[0].private_key
    given = {"another holder's": cast.holders[1].private_key, "of another auction": other, "no key": "x"}[wrong]  # fmt: skip
    with pytest.raises(RuleBroken) as refusal, transaction.atomic():
        actions.enter_key(auction=cast.auction, private_key=given, by=cast.holders[0].person)  # fmt: skip
    assert given not in str(refusal.value) or given == "x"
    assert nothing_told(cast)


def test_the_same_key_told_twice_is_told_once_and_opens_nothing_alone(cast):
    cast.seal(1, RESERVE)
    cast.end()
    cast.tell(1, 1)
    assert EventRow.objects.filter(kind=Kind.KEY).count() == 1
    assert not EventRow.objects.filter(kind=Kind.OPENED).exists()
    cast.tell(2, 2)
    assert EventRow.objects.filter(kind=Kind.KEY).count() == 2
    with pytest.raises(RuleBroken, match="as it stands"), transaction.atomic():
        cast.tell(0)
    assert EventRow.objects.filter(kind=Kind.KEY).count() == 2


PEOPLE = [f"Người {n}" for n in range(8)]


@pytest.mark.parametrize(
    ("posts", "threshold", "field"),
    [
        (["A"], 2, "holders"),
        (["A", "A "], 2, "holders"),
        (["A", " "], 2, "holders"),
        (PEOPLE, 2, "holders"),
        (["A", "B"], 1, "threshold"),
        (["A", "B"], 3, "threshold"),
    ],
)
def test_a_key_that_too_few_hold_is_not_made(cast, posts, threshold, field):
    before = OpeningKey.objects.count()
    holders = [(PersonFactory.create(), post) for post in posts]
    with pytest.raises(RuleBroken) as refusal, transaction.atomic():
        actions.make_opening_key(keeper=cast.keeper, holders=holders, threshold=threshold, by=cast.official)  # fmt: skip
    assert refusal.value.field == field
    assert OpeningKey.objects.count() == before


def test_one_login_holds_one_part_of_a_key(cast):
    before, twice = OpeningKey.objects.count(), PersonFactory.create()
    holders = [(twice, "Thanh tra"), (PersonFactory.create(), "Trưởng phòng"), (twice, "Công chứng viên")]  # fmt: skip
    with pytest.raises(RuleBroken, match="named twice") as refusal, transaction.atomic():  # fmt: skip
        actions.make_opening_key(keeper=cast.keeper, holders=holders, threshold=2, by=cast.official)  # fmt: skip
    assert refusal.value.params == {"name": twice.username}
    assert OpeningKey.objects.count() == before


def test_a_holder_makes_their_part_once_and_nobody_for_them(cast):
    key = ask_for_key(cast.keeper, cast.official)
    first, second, _ = key.holders.all()
    made, other = make_holder_key().public_key, make_holder_key().public_key
    with pytest.raises(PermissionDenied), transaction.atomic():
        actions.join_opening_key(key=key, public_key=made, by=cast.official)
    actions.join_opening_key(key=key, public_key=made, by=first.person)
    actions.join_opening_key(key=key, public_key=made, by=first.person)
    refusals = [(other, first, "made your key already"), (made, second, "handed in before"), ("0" * 64, second, "no key")]  # fmt: skip
    for public_key, holder, sentence in refusals:
        with pytest.raises(RuleBroken, match=sentence), transaction.atomic():
            actions.join_opening_key(key=key, public_key=public_key, by=holder.person)
    assert list(key.holders.values_list("public_key", flat=True)) == [made, "", ""]


def test_a_key_is_used_once_every_holder_has_made_their_part(cast):
    key = ask_for_key(cast.keeper, cast.official)
    for holder in key.holders.all():
        with pytest.raises(RuleBroken, match="opening key"), transaction.atomic():
            make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)  # fmt: skip
        made = make_holder_key().public_key
        actions.join_opening_key(key=key, public_key=made, by=holder.person)
    made = make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)  # fmt: skip
    told = events_of(made.auction)[0].told
    assert (told["holders"], told["threshold"]) == (list(HOLDERS), 2)
    assert told["public_keys"] == list(key.holders.values_list("public_key", flat=True))


def test_an_opening_key_serves_one_auction_of_its_keeper(cast):
    key, _holders = make_key(cast.keeper, cast.official)
    with pytest.raises(PermissionDenied):
        make_key(cast.keeper, cast.people[0])
    with pytest.raises(RuleBroken, match="opening key"), transaction.atomic():
        make_cast(Form.SEALED, opening_key=key.pk)  # a keeper of another body
    make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)
    with pytest.raises(RuleBroken, match="opening key"), transaction.atomic():
        make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)


def told(kind):
    return {(notice.person, notice.link) for notice in notices_of(f"auctions.{kind}")}


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_holders_are_told_when_they_are_asked_and_when_their_keys_are_needed(cast):
    people = [holder.person for holder in cast.holders]
    key = reverse("auction-key", args=[cast.auction.opening_key.pk])
    assert told("opening_key_made") == {(person, key) for person in people}
    cast.seal(1, RESERVE)
    assert told("auction_closed") == set()
    cast.end()
    address = reverse("auction-open", args=[cast.auction.code])
    assert told("auction_closed") == {(person, address) for person in people}


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_nobody_is_asked_for_a_key_where_nobody_bid(cast):
    cast.end()
    assert told("auction_closed") == set()


def test_who_helps_to_open_the_bids_makes_none(cast):
    before = cast.auction.bidders.count()
    with pytest.raises(PermissionDenied), transaction.atomic():
        actions.apply(auction=cast.auction, by=cast.holders[2].person)
    assert cast.auction.bidders.count() == before


def test_a_bidder_proves_with_the_nonce_what_was_bid(cast):
    receipt = cast.seal(1, RESERVE, key="a")
    bid = Bid.objects.get()
    assert commitment(cast.auction.code, 1, RESERVE, receipt.nonce) == bid.commitment
    assert bid.commitment in receipt.note
    again = cast.seal(1, RESERVE + 1, key="a")
    assert (again.note, again.nonce, again.is_new) == (receipt.note, "", False)
    assert Bid.objects.count() == 1


def test_a_box_changed_behind_our_back_is_named_and_holds_the_award(cast):
    cast.seal(1, RESERVE)
    cast.seal(2, RESERVE + 1)
    box = Bid.objects.get(bidder__number=1).sealed
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE auctions_bid SET sealed = %s WHERE sealed <> %s", [box, box]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    cast.end()
    cast.tell(0, 2)
    [event] = [e for e in events_of(cast.auction) if e.kind is Kind.UNREADABLE]
    assert (event.told["bidder"], event.told["why"]) == (2, "changed")
    # Nobody knows whether that bid would have won: a person decides, or calls it off.
    cast.auction.refresh_from_db()
    assert (cast.auction.state, outcome_of(cast.auction)) == (State.CLOSED, None)
    actions.award(auction=cast.auction, words="Người số 2 rút giá, có biên bản", by=cast.official)  # fmt: skip
    assert outcome_of(cast.auction) == Outcome(1, RESERVE, Why.HIGHEST)
    audit = audit_of(cast.auction)
    assert TOOL["replay"](audit) == (1, RESERVE, "highest")
    assert list(OPEN["problems_of"](audit)) == []


def retold(audit, kind, **changed):
    """What an operator with the whole database could make: other words, a chain that holds."""
    events = [
        e | {"body": json.dumps(json.loads(e["body"]) | changed)} if e["kind"] == kind else e
        for e in audit["events"]
    ]  # fmt: skip
    return rechained(audit, events)


def test_whoever_has_the_audit_opens_the_boxes_again(cast, tmp_path, capsys):
    cast.seal(1, RESERVE)
    hand_in(cast, 2, sealed_by(cast, 1, RESERVE))
    cast.end()
    cast.tell(0, 2)
    file = tmp_path / "audit.json"
    file.write_text(json.dumps(audit_of(cast.auction)))
    assert OPEN["main"]([str(file)]) == 0
    said = capsys.readouterr().out
    assert f"bidder 1: {RESERVE} dong." in said
    assert "bidder 2: unbound." in said


def test_a_bid_called_unreadable_that_is_not_is_found_by_its_box(cast):
    """The highest bid marked as shut, and the chain made anew: the tool opens its box."""
    cast.seal(1, RESERVE)
    cast.end()
    cast.tell(0, 2)
    audit = audit_of(cast.auction)
    [opened] = [e for e in audit["events"] if e["kind"] == "opened"]
    told = json.loads(opened["body"])
    lie = opened | {"kind": "unreadable", "body": json.dumps({"bid": told["bid"], "bidder": 1, "box": told["box"], "why": "shut"})}  # fmt: skip
    audit["events"][audit["events"].index(opened)] = lie
    audit = retold(audit, "decided", winner=None, price=None, why="no_bid")
    assert TOOL["replay"](audit) == (None, None, "no_bid")
    [problem] = OPEN["problems_of"](audit)
    assert str(RESERVE) in problem


def test_neither_another_box_nor_another_key_passes_for_the_one_that_was_told(cast):
    cast.seal(1, RESERVE)
    cast.end()
    cast.tell(0, 2)
    audit = audit_of(cast.auction)
    other = sealed_by(cast, 1, RESERVE)
    for change in ({"box": other.box}, {"box": ""}):
        wrong = retold(audit, "opened", **change)
        with pytest.raises(TOOL["Wrong"], match="could not have been accepted: opened"):
            TOOL["replay"](wrong)
        with pytest.raises(RuleBroken, match="could not have been accepted"):
            replay(wrong["auction"], [as_event(e) for e in wrong["events"]])
    first = next(e for e in audit["events"] if e["kind"] == "key")
    for keys in ([], [first], [first, first]):
        events = [e for e in audit["events"] if e["kind"] != "key"]
        place = next(n for n, e in enumerate(events) if e["kind"] == "opened")
        fewer = rechained(audit, events[:place] + keys + events[place:])
        with pytest.raises(TOOL["Wrong"]):
            TOOL["replay"](fewer)
        with pytest.raises(RuleBroken, match="could not have been accepted"):
            replay(fewer["auction"], [as_event(e) for e in fewer["events"]])
    [problem] = OPEN["problems_of"](retold(audit, "key", private_key="11" * 32))
    assert "not the one that bids were sealed for" in problem


# ------------------------------------------------- sealed by the bidder, unseen here


def hand_in(cast, who, sealed, key="k"):
    return actions.place_sealed(
        auction=cast.auction, box=sealed.box, commitment=sealed.commitment, key=key,
        by=cast.people[who - 1],
    )  # fmt: skip


def sealed_by(cast, who, amount, code=""):
    lock = lock_of(cast.auction)
    return seal(lock, code=code or cast.auction.code, bidder=who, amount=amount)


def test_a_bid_the_bidder_sealed_wins_like_any_other(cast):
    own = sealed_by(cast, 1, RESERVE + 5)
    receipt = hand_in(cast, 1, own)
    assert (receipt.nonce, receipt.commitment) == ("", own.commitment)
    assert own.commitment in receipt.note
    cast.seal(2, RESERVE)
    cast.end()
    cast.tell(0, 1)
    assert outcome_of(cast.auction) == Outcome(1, RESERVE + 5, Why.HIGHEST)


def test_what_is_no_sealed_bid_is_refused_and_nothing_is_kept(cast):
    good = sealed_by(cast, 1, RESERVE)
    longer = base64.b64encode(base64.b64decode(good.box) + b"x").decode()
    for wrong in (
        SealedBid("", good.commitment, ""),
        SealedBid("ô" + good.box[1:], good.commitment, ""),
        SealedBid(longer, good.commitment, ""),
        SealedBid(good.box, good.commitment.upper(), ""),
        SealedBid(good.box, "", ""),
    ):
        with pytest.raises(RuleBroken, match="no sealed bid"), transaction.atomic():
            hand_in(cast, 1, wrong)
    assert Bid.objects.count() == 0


def test_bids_that_turn_out_to_be_none_are_named_with_the_reason_and_do_not_count(cast):
    """Another's bid sent as one's own, one of another auction, one that holds nothing."""
    own = sealed_by(cast, 1, RESERVE)
    hand_in(cast, 1, own)
    hand_in(cast, 2, own)
    broken = bytearray(base64.b64decode((third := sealed_by(cast, 3, RESERVE)).box))
    broken[32:80] = bytes(48)  # what holders 1 and 2 would open
    hand_in(cast, 3, SealedBid(base64.b64encode(broken).decode(), third.commitment, ""))
    cast.end()
    cast.tell(0, 2)
    told = {e.told["bidder"]: e.told["why"] for e in events_of(cast.auction) if e.kind is Kind.UNREADABLE}  # fmt: skip
    assert told == {2: "unbound", 3: "uneven"}
    assert list(OPEN["problems_of"](audit_of(cast.auction))) == []
    assert outcome_of(cast.auction) == Outcome(1, RESERVE, Why.HIGHEST)
    assert TOOL["replay"](audit_of(cast.auction)) == (1, RESERVE, "highest")
    says = [event_words(e) for e in events_of(cast.auction) if e.kind is Kind.UNREADABLE]  # fmt: skip
    assert "bound itself" in says[0] or "cam kết" in says[0]


def test_a_sealed_bid_below_the_start_is_told_when_opened_and_wins_nothing(cast):
    hand_in(cast, 1, sealed_by(cast, 1, 5))
    cast.end()
    cast.tell(0, 2)
    [event] = [e for e in events_of(cast.auction) if e.kind is Kind.OPENED]
    assert event.told["amount"] == 5
    assert outcome_of(cast.auction) == Outcome(None, None, Why.BELOW_RESERVE)


def test_a_sealed_bid_sent_twice_is_one_bid(cast):
    first = hand_in(cast, 1, sealed_by(cast, 1, RESERVE))
    again = hand_in(cast, 1, sealed_by(cast, 1, RESERVE + 1))
    assert (again.note, again.commitment) == (first.note, first.commitment)
    assert Bid.objects.count() == 1


def test_an_open_bid_is_refused_where_bids_are_sealed_and_the_other_way(cast):
    with pytest.raises(RuleBroken, match="another way"), transaction.atomic():
        cast.bid(1, RESERVE)
    english = make_cast()
    english.open()
    with pytest.raises(RuleBroken, match="another way"), transaction.atomic():
        english.seal(1, RESERVE)
    assert Bid.objects.count() == 0

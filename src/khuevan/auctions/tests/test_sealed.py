"""Sealed bids: nobody reads them before enough holders open them together."""

from __future__ import annotations

import base64
import json
import runpy
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

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
from khuevan.auctions.sealing import SealedBid, seal
from khuevan.auctions.words import event_words
from khuevan.platform.errors import RuleBroken

from .factories import (
    RESERVE,
    START,
    make_cast,
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

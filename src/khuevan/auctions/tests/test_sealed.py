"""Sealed bids: nobody reads them before enough keepers open them together."""

from __future__ import annotations

import base64
import itertools
import json
import runpy
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import given, settings, strategies as st

from khuevan.auctions import actions, sealing
from khuevan.auctions.models import Auction, Bid, EventRow, OpeningKey
from khuevan.auctions.queries import audit_of, events_of, outcome_of, standing_of
from khuevan.auctions.rules.replay import Kind, Outcome, Why, commitment, replay
from khuevan.auctions.rules.terms import Form, State
from khuevan.auctions.sealing import (
    Fault,
    SealedBid,
    boxed,
    check_box,
    joined,
    make_keys,
    opened,
    public_of,
    seal,
)
from khuevan.auctions.words import event_words
from khuevan.platform.errors import RuleBroken

from .factories import (
    HOLDERS,
    RESERVE,
    START,
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


def open_with(cast, *shares):
    return actions.open_bids(auction=cast.auction, shares=shares, by=cast.official)


# ------------------------------------------------------------ the boxes themselves


@settings(max_examples=15, deadline=None)
@given(keepers=st.integers(2, 6), data=st.data(), amount=st.integers(1, 10**17))
def test_any_k_of_n_shares_open_a_bid_and_fewer_do_not(keepers, data, amount):
    threshold = data.draw(st.integers(2, keepers))
    keys = make_keys(keepers=keepers, threshold=threshold)
    sealed = seal(keys.public_key, code="A-1", bidder=3, amount=amount)
    for chosen in itertools.combinations(keys.shares, threshold):
        private = joined(chosen, keys.digests, threshold)
        assert public_of(private) == keys.public_key
        found = opened(private, keys.public_key, sealed.box, sealed.commitment)
        assert found == (amount, sealed.nonce)
        assert commitment("A-1", 3, *found) == sealed.commitment
    with pytest.raises(RuleBroken, match="different shares"):
        joined(keys.shares[: threshold - 1], keys.digests, threshold)
    # Fewer points, taken for enough, give another key altogether.
    fewer = joined(keys.shares[: threshold - 1], keys.digests, threshold - 1) if threshold > 2 else bytes(32)  # fmt: skip
    assert opened(fewer, keys.public_key, sealed.box, sealed.commitment) is Fault.SHUT


def test_a_box_tells_nothing_by_its_length_and_is_never_the_same_twice():
    keys = make_keys(keepers=2, threshold=2)
    boxes = [
        seal(keys.public_key, code="A-1", bidder=1, amount=amount).box
        for amount in (1, 1, 10**17)
    ]
    assert len({len(box) for box in boxes}) == 1
    assert len(set(boxes)) == 3


def test_a_flipped_bit_in_a_box_makes_it_unreadable():
    keys = make_keys(keepers=2, threshold=2)
    private = joined(keys.shares, keys.digests, 2)
    sealed = seal(keys.public_key, code="A-1", bidder=1, amount=5)
    raw = bytearray(base64.b64decode(sealed.box))
    for place in (0, 40, len(raw) - 1):
        changed = raw.copy()
        changed[place] ^= 1
        box = base64.b64encode(changed).decode()
        assert opened(private, keys.public_key, box, sealed.commitment) is Fault.SHUT


VECTOR = json.loads((Path(__file__).parent / "sealed_bid.json").read_text())


def test_the_server_makes_the_box_of_the_example_and_opens_it():
    ours = X25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR["ours"]))
    amount, nonce, binding = (VECTOR[name] for name in ("amount", "nonce", "commitment"))  # fmt: skip
    assert commitment(VECTOR["code"], VECTOR["bidder"], amount, nonce) == binding
    assert boxed(ours, VECTOR["public_key"], amount, nonce, binding) == VECTOR["box"]
    private = bytes.fromhex(VECTOR["private_key"])
    found = opened(private, VECTOR["public_key"], VECTOR["box"], binding)
    assert found == (amount, nonce)
    check_box(VECTOR["box"], binding)


def crafted(public_key, content, binding):
    """A box as somebody makes it who knows the scheme and means no good."""
    ours = X25519PrivateKey.generate()
    shared = ours.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(public_key)))
    mine = ours.public_key().public_bytes_raw()
    key = sealing._key(shared, mine, public_key)
    box = AESGCM(key).encrypt(bytes(12), content, binding.encode())
    return base64.b64encode(mine + box).decode()


NONCE = "a" * 64
NONSENSE = {
    "words": b"x" * 108,
    "another shape": json.dumps({"nonce": NONCE, "amount": "0" * 19 + "5"}, separators=(",", ":")).encode(),
    "nothing": json.dumps({"amount": "0" * 20, "nonce": NONCE}, separators=(",", ":")).encode(),
    "more than there is": json.dumps({"amount": "9" * 20, "nonce": NONCE}, separators=(",", ":")).encode(),
    "below nought": json.dumps({"amount": "-" + "0" * 18 + "5", "nonce": NONCE}, separators=(",", ":")).encode(),
}  # fmt: skip


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE)
def test_a_box_of_nonsense_opens_to_nothing(content):
    keys = make_keys(keepers=2, threshold=2)
    private = joined(keys.shares, keys.digests, 2)
    box = crafted(keys.public_key, content, NONCE)
    assert opened(private, keys.public_key, box, NONCE) is Fault.NONSENSE


def test_a_key_that_makes_no_secret_stops_no_opening():
    keys = make_keys(keepers=2, threshold=2)
    private = joined(keys.shares, keys.digests, 2)
    box = base64.b64encode(bytes(32 + 108 + 16)).decode()
    assert opened(private, keys.public_key, box, NONCE) is Fault.SHUT


# ------------------------------------------------------------------- the auction


def test_the_database_holds_neither_the_amount_nor_the_key_nor_a_share(cast):
    cast.seal(1, 1_234_567_891)
    told = json.dumps(
        [
            list(Auction.objects.values()),
            list(Bid.objects.values()),
            list(EventRow.objects.values()),
        ],
        default=str,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(figures::text, ' ') FROM journal_fact")
        told += cursor.fetchone()[0]
    assert "1234567891" not in told
    assert [share for share in cast.shares if share.partition("-")[2] in told] == []
    assert standing_of(cast.auction).price is None


def test_the_highest_sealed_bid_wins_once_two_of_three_keepers_come(cast):
    cast.seal(1, RESERVE)
    cast.seal(2, RESERVE + 7)
    cast.seal(3, START)
    cast.end()
    assert cast.auction.state == State.CLOSED
    open_with(cast, *cast.shares[1:])
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
    open_with(cast, *cast.shares)
    assert outcome_of(cast.auction) == Outcome(1, RESERVE, Why.EARLIER)


def test_below_the_reserve_or_without_bids_nobody_wins(cast):
    cast.seal(1, RESERVE - 1)
    cast.end()
    open_with(cast, *cast.shares)
    assert outcome_of(cast.auction) == Outcome(None, None, Why.BELOW_RESERVE)


def test_without_a_bid_no_keeper_has_to_come(cast):
    cast.end()
    assert outcome_of(cast.auction) == Outcome(None, None, Why.NO_BID)


def test_nothing_is_opened_before_the_end_nor_by_others(cast):
    cast.seal(1, RESERVE)
    with pytest.raises(RuleBroken, match="as it stands"), transaction.atomic():
        open_with(cast, *cast.shares)
    cast.end()
    with pytest.raises(PermissionDenied):
        actions.open_bids(auction=cast.auction, shares=cast.shares, by=cast.people[0])
    assert EventRow.objects.filter(kind=Kind.OPENED).count() == 0


@pytest.mark.parametrize(
    ("holders", "threshold", "field"),
    [
        (["A"], 2, "holders"),
        (["A", "A "], 2, "holders"),
        (["A", " "], 2, "holders"),
        ([f"Người {n}" for n in range(13)], 2, "holders"),
        (["A", "B"], 1, "threshold"),
        (["A", "B"], 3, "threshold"),
    ],
)
def test_a_key_that_too_few_hold_is_not_made(cast, holders, threshold, field):
    before = OpeningKey.objects.count()
    with pytest.raises(RuleBroken) as refusal, transaction.atomic():
        actions.make_opening_key(keeper=cast.keeper, holders=holders, threshold=threshold, by=cast.official)  # fmt: skip
    assert refusal.value.field == field
    assert OpeningKey.objects.count() == before


def test_an_opening_key_serves_one_auction_of_its_keeper(cast):
    key, _shares = make_key(cast.keeper, cast.official)
    with pytest.raises(PermissionDenied):
        make_key(cast.keeper, cast.people[0])
    with pytest.raises(RuleBroken, match="opening key"), transaction.atomic():
        make_cast(Form.SEALED, opening_key=key.pk)  # a keeper of another body
    made = make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)  # fmt: skip
    assert events_of(made.auction)[0].told["holders"] == list(HOLDERS)
    with pytest.raises(RuleBroken, match="opening key"), transaction.atomic():
        make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)


@pytest.mark.parametrize("wrong", ["one", "the same twice", "a slip", "of another"])
def test_wrong_shares_open_nothing_and_say_what_is_wrong(cast, wrong):
    cast.seal(1, RESERVE)
    cast.end()
    first, second, _ = cast.shares
    slip = second[:-1] + ("0" if second[-1] != "0" else "1")
    other = make_cast(Form.SEALED, bidders=0).shares[0]
    given = {
        "one": [first], "the same twice": [first, f" {first} "],
        "a slip": [first, slip], "of another": [first, other],
    }[wrong]  # fmt: skip
    with pytest.raises(RuleBroken) as refusal, transaction.atomic():
        open_with(cast, *given)
    assert refusal.value.field == "shares"
    assert second not in str(refusal.value)
    assert EventRow.objects.filter(kind=Kind.OPENED).count() == 0
    open_with(cast, first, second)


def test_a_bidder_proves_with_the_nonce_what_was_bid(cast):
    receipt = cast.seal(1, RESERVE, key="a")
    bid = Bid.objects.get()
    assert commitment(cast.auction.code, 1, RESERVE, receipt.nonce) == bid.commitment
    assert bid.commitment in receipt.note
    again = cast.seal(1, RESERVE + 1, key="a")
    assert (again.note, again.nonce, again.is_new) == (receipt.note, "", False)
    assert Bid.objects.count() == 1


def test_a_box_changed_behind_our_back_is_left_out_and_named(cast):
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
    open_with(cast, *cast.shares)
    assert outcome_of(cast.auction) == Outcome(1, RESERVE, Why.HIGHEST)
    [event] = [e for e in events_of(cast.auction) if e.kind is Kind.UNREADABLE]
    assert (event.told["bidder"], event.told["why"]) == (2, "changed")
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
    open_with(cast, *cast.shares)
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
    open_with(cast, *cast.shares)
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
    open_with(cast, *cast.shares)
    audit = audit_of(cast.auction)
    other = seal(cast.auction.public_key, code=cast.auction.code, bidder=1, amount=RESERVE)  # fmt: skip
    for change in ({"box": other.box}, {"box": ""}):
        wrong = retold(audit, "opened", **change)
        with pytest.raises(TOOL["Wrong"], match="could not have been accepted: opened"):
            TOOL["replay"](wrong)
        with pytest.raises(RuleBroken, match="could not have been accepted"):
            replay(wrong["auction"], [as_event(e) for e in wrong["events"]])
    keyless = rechained(audit, [e for e in audit["events"] if e["kind"] != "key"])
    with pytest.raises(TOOL["Wrong"]):
        TOOL["replay"](keyless)
    [problem] = OPEN["problems_of"](retold(audit, "key", private_key="11" * 32))
    assert "not the one that bids were sealed with" in problem


# ------------------------------------------------- sealed by the bidder, unseen here


def hand_in(cast, who, sealed, key="k"):
    return actions.place_sealed(
        auction=cast.auction, box=sealed.box, commitment=sealed.commitment, key=key,
        by=cast.people[who - 1],
    )  # fmt: skip


def sealed_by(cast, who, amount, code=""):
    key = cast.auction.public_key
    return seal(key, code=code or cast.auction.code, bidder=who, amount=amount)


def test_a_bid_the_bidder_sealed_wins_like_any_other(cast):
    own = sealed_by(cast, 1, RESERVE + 5)
    receipt = hand_in(cast, 1, own)
    assert (receipt.nonce, receipt.commitment) == ("", own.commitment)
    assert own.commitment in receipt.note
    cast.seal(2, RESERVE)
    cast.end()
    open_with(cast, *cast.shares[:2])
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
    binding = commitment(cast.auction.code, 3, RESERVE, NONCE)
    box = crafted(cast.auction.public_key, NONSENSE["words"], binding)
    hand_in(cast, 3, SealedBid(box, binding, ""))
    cast.end()
    open_with(cast, *cast.shares)
    told = {e.told["bidder"]: e.told["why"] for e in events_of(cast.auction) if e.kind is Kind.UNREADABLE}  # fmt: skip
    assert told == {2: "unbound", 3: "nonsense"}
    assert list(OPEN["problems_of"](audit_of(cast.auction))) == []
    assert outcome_of(cast.auction) == Outcome(1, RESERVE, Why.HIGHEST)
    assert TOOL["replay"](audit_of(cast.auction)) == (1, RESERVE, "highest")
    says = [event_words(e) for e in events_of(cast.auction) if e.kind is Kind.UNREADABLE]  # fmt: skip
    assert "bound itself" in says[0] or "cam kết" in says[0]


def test_a_sealed_bid_below_the_start_is_told_when_opened_and_wins_nothing(cast):
    hand_in(cast, 1, sealed_by(cast, 1, 5))
    cast.end()
    open_with(cast, *cast.shares)
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

"""The boxes of sealed bids: enough holders open them together, fewer do not."""

from __future__ import annotations

import base64
import itertools
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings, strategies as st

from khuevan.auctions import sealing
from khuevan.auctions.rules.replay import commitment
from khuevan.auctions.sealing import (
    Fault,
    Lock,
    boxed,
    check_box,
    check_public_key,
    make_holder_key,
    opened,
    public_of,
    seal,
)
from khuevan.platform.errors import RuleBroken

from .test_sealed import OPEN


def make_lock(holders=3, threshold=2):
    """A lock, and its holders' private keys by their places."""
    made = [make_holder_key() for _ in range(holders)]
    lock = Lock(tuple(key.public_key for key in made), threshold)
    return lock, {place: key.private_key for place, key in enumerate(made)}


def some(keys, places):
    return {place: keys[place] for place in places}


@settings(max_examples=15, deadline=None)
@given(holders=st.integers(2, 5), data=st.data(), amount=st.integers(1, 10**17))
def test_any_k_of_n_holders_open_a_bid_and_fewer_with_anybody_else_do_not(holders, data, amount):  # fmt: skip
    threshold = data.draw(st.integers(2, holders))
    lock, keys = make_lock(holders, threshold)
    sealed = seal(lock, code="A-1", bidder=3, amount=amount)
    stranger = make_holder_key().private_key
    for group in itertools.combinations(range(holders), threshold):
        found = opened(lock, some(keys, group), sealed.box, sealed.commitment)
        assert found == (amount, sealed.nonce)
        assert commitment("A-1", 3, *found) == sealed.commitment
        missing = data.draw(st.sampled_from(group))
        fewer = some(keys, group) | {missing: stranger}
        assert opened(lock, fewer, sealed.box, sealed.commitment) is Fault.SHUT


def test_a_box_tells_nothing_by_its_length_and_is_never_the_same_twice():
    lock, _ = make_lock()
    boxes = [seal(lock, code="A-1", bidder=1, amount=amount).box for amount in (1, 1, 10**17)]  # fmt: skip
    assert {len(base64.b64decode(box)) for box in boxes} == {lock.box_bytes}
    assert len(set(boxes)) == 3


def test_a_flipped_bit_anywhere_in_a_box_makes_it_no_bid_for_any_holders():
    lock, keys = make_lock()
    sealed = seal(lock, code="A-1", bidder=1, amount=5)
    raw = base64.b64decode(sealed.box)
    for place in range(0, len(raw), 7):
        changed = bytearray(raw)
        changed[place] ^= 1
        box = base64.b64encode(changed).decode()
        for group in lock.groups:
            found = opened(lock, some(keys, group), box, sealed.commitment)
            assert found in (Fault.SHUT, Fault.UNEVEN), (place, group)


def test_a_box_that_only_some_holders_can_open_counts_for_none_of_them():
    """A bidder who would choose later, with one holder's help, whether the bid stands."""
    lock, keys = make_lock()
    sealed = seal(lock, code="A-1", bidder=1, amount=5)
    raw = bytearray(base64.b64decode(sealed.box))
    raw[32 + 48 : 32 + 96] = bytes(48)  # what holders 1 and 3 would open
    box = base64.b64encode(raw).decode()
    judged = {group: opened(lock, some(keys, group), box, sealed.commitment) for group in lock.groups}  # fmt: skip
    assert judged == {(0, 1): Fault.UNEVEN, (0, 2): Fault.SHUT, (1, 2): Fault.UNEVEN}
    told = {"public_keys": lock.public_keys, "threshold": 2}
    for group, fault in judged.items():
        privates = {place: OPEN["private_of"](keys[place]) for place in group}
        assert OPEN["Lock"](told).open(privates, box, sealed.commitment) == fault


VECTOR = json.loads((Path(__file__).parent / "sealed_bid.json").read_text())


def test_the_server_and_the_tool_make_the_box_of_the_example_and_open_it():
    lock = Lock(tuple(VECTOR["publicKeys"]), VECTOR["threshold"])
    amount, nonce, binding = (VECTOR[name] for name in ("amount", "nonce", "commitment"))  # fmt: skip
    assert commitment(VECTOR["code"], VECTOR["bidder"], amount, nonce) == binding
    assert boxed(lock, amount, nonce, binding) == VECTOR["box"]
    told = {"public_keys": lock.public_keys, "threshold": lock.threshold}
    assert OPEN["Lock"](told).close(amount, nonce, binding) == VECTOR["box"]
    keys = dict(enumerate(VECTOR["privateKeys"]))
    assert [public_of(key) for key in keys.values()] == VECTOR["publicKeys"]
    for group in lock.groups:
        found = opened(lock, some(keys, group), VECTOR["box"], binding)
        assert found == (amount, nonce)
    check_box(lock, VECTOR["box"], binding)


def crafted(lock, content, binding):
    """A box as somebody makes it who knows the scheme and means no good."""
    ours, own = X25519PrivateKey.generate(), bytes(32)
    mine = ours.public_key().public_bytes_raw()
    bound, parts = bytes.fromhex(binding), [mine]
    publics = [X25519PublicKey.from_public_bytes(bytes.fromhex(key)) for key in lock.public_keys]  # fmt: skip
    for group in lock.groups:
        shared = [ours.exchange(publics[place]) for place in group]
        key = sealing._group_key(shared, group, mine, lock)
        parts.append(AESGCM(key).encrypt(bytes(12), own, bound))
    parts.append(AESGCM(own).encrypt(bytes(12), content, bound))
    return base64.b64encode(b"".join(parts)).decode()


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
    lock, keys = make_lock()
    box = crafted(lock, content, NONCE)
    assert opened(lock, some(keys, (0, 2)), box, NONCE) is Fault.NONSENSE


def test_a_bid_closed_with_another_key_than_its_nonce_gives_is_uneven():
    lock, keys = make_lock()
    content = json.dumps({"amount": "0" * 19 + "5", "nonce": NONCE}, separators=(",", ":")).encode()  # fmt: skip
    box = crafted(lock, content, NONCE)
    assert opened(lock, some(keys, (0, 1)), box, NONCE) is Fault.UNEVEN


def test_a_key_that_makes_no_secret_stops_no_opening():
    lock, keys = make_lock()
    box = base64.b64encode(bytes(lock.box_bytes)).decode()
    assert opened(lock, some(keys, (0, 1)), box, NONCE) is Fault.SHUT


@pytest.mark.parametrize(
    "digits", ["", "0" * 64, "1" + "0" * 63, "01" + "0" * 62, "a" * 63, "A" * 64, "z" * 64]
)  # fmt: skip
def test_what_no_secret_is_shared_with_is_no_key(digits):
    if digits == "1" + "0" * 63:
        check_public_key(digits)  # a point like any other
        return
    with pytest.raises(RuleBroken, match="no key"):
        check_public_key(digits)

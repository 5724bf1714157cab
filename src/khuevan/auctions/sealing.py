"""Sealed bids: closed so that only enough key holders together open them.

Every holder makes a key pair (X25519) in their own browser and hands in the public key;
the private one stays with them until bidding is over. A box holds the bid under a key of
its own, and that key once for every group of holders that is large enough, closed with
what the bidder shares with each of the group: nobody ever has one key to all boxes, not
even the program for a moment. All of a box follows from the amount and the bidder's
nonce, so whoever knows them makes it again, and a box that would open to some holders
and not to others is found out by whichever of them open it.

`static/auctions/sealing.js` closes bids in the bidder's browser; tests hold the two to
one example. `tools/open_bids.py` opens them without the platform.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import comb

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from khuevan.platform.errors import N_, RuleBroken

from .rules.replay import commitment
from .rules.terms import LARGEST


_KEY = re.compile(r"[0-9a-f]{64}")
_NO_NONCE = bytes(12)
"""Every key closes one thing, so the cipher's nonce may be the same every time."""
_CONTENT = re.compile(rb'\{"amount":"([0-9]{20})","nonce":"([0-9a-f]{64})"\}')
_DIGITS = 20
"""Amounts are padded: the length of a box tells nothing about the bid."""
_SEAL = 16
_WRAPPED = 32 + _SEAL
_CLOSED_CONTENT = len(json.dumps({"amount": "0" * _DIGITS, "nonce": "0" * 64}, separators=(",", ":"))) + _SEAL  # fmt: skip


class Fault(StrEnum):
    """Why a bid cannot be read and does not count."""

    SHUT = "shut"  # the holders' keys do not open it
    NONSENSE = "nonsense"  # it opens, and holds no amount and nonce
    UNBOUND = "unbound"  # it holds another bid than the one it bound itself to
    UNEVEN = "uneven"  # other holders would have found something else in it
    CHANGED = "changed"  # it is not the box whose SHA-256 was told when it came


@dataclass(frozen=True, slots=True)
class Lock:
    """What the bids of one auction are closed with: the holders' keys, and how many open."""

    public_keys: tuple[str, ...]
    threshold: int

    @property
    def groups(self) -> list[tuple[int, ...]]:
        """Return every group of holders, by place from 0, that is just large enough."""
        return list(combinations(range(len(self.public_keys)), self.threshold))

    @property
    def box_bytes(self) -> int:
        """Return how long a box is: a public key, the groups' keys, the bid."""
        groups = comb(len(self.public_keys), self.threshold)
        return 32 + groups * _WRAPPED + _CLOSED_CONTENT


@dataclass(frozen=True, slots=True)
class SealedBid:
    """A bid nobody reads: the box, what it binds itself to, and the bidder's proof."""

    box: str
    commitment: str
    nonce: str


@dataclass(frozen=True, slots=True)
class HolderKey:
    """The key pair of one holder, in hex; browsers make them, and tests and the demo."""

    private_key: str
    public_key: str


def make_holder_key() -> HolderKey:
    """Make a key pair for one who will help to open bids."""
    private = X25519PrivateKey.generate()
    return HolderKey(private.private_bytes_raw().hex(), _public(private).hex())


def public_of(private_key: str) -> str:
    """Return the public key that belongs to a private one, both hex.

    Raises RuleBroken for what is no key.
    """
    return _public(_private(_hex(private_key))).hex()


def check_public_key(public_key: str) -> None:
    """Refuse what is no public key, and one with which nobody can share a secret."""
    try:
        X25519PrivateKey.generate().exchange(_theirs(_hex(public_key)))
    except ValueError as broken:
        raise _no_key() from broken


def seal(lock: Lock, *, code: str, bidder: int, amount: int) -> SealedBid:
    """Close a bid; the nonce lets its bidder prove later what was in it."""
    nonce = secrets.token_hex(32)
    binding = commitment(code, bidder, amount, nonce)
    return SealedBid(boxed(lock, amount, nonce, binding), binding, nonce)


def boxed(lock: Lock, amount: int, nonce: str, binding: str) -> str:
    """Return the box of a bid: the same for the same amount, nonce and binding."""
    seed, bound = bytes.fromhex(nonce), bytes.fromhex(binding)
    ours = _private(_derived(seed, bound, "box"))
    own = _derived(seed, bound, "bid")
    shared = [ours.exchange(_theirs(bytes.fromhex(key))) for key in lock.public_keys]
    parts = [_public(ours)]
    for group in lock.groups:
        key = _group_key([shared[place] for place in group], group, parts[0], lock)
        parts.append(_closed(key, own, bound))
    told = {"amount": f"{amount:0{_DIGITS}d}", "nonce": nonce}
    content = json.dumps(told, separators=(",", ":")).encode()
    parts.append(_closed(own, content, bound))
    return base64.b64encode(b"".join(parts)).decode()


def check_box(lock: Lock, box: str, binding: str) -> None:
    """Refuse what cannot be a sealed bid; more nobody can tell of it before it is opened."""
    try:
        size = len(base64.b64decode(box, validate=True))
    except ValueError:
        size = 0
    if size != lock.box_bytes or not _KEY.fullmatch(binding):
        raise RuleBroken(
            N_("What came is no sealed bid: nothing was taken. Reload the page and bid again.")
        )  # fmt: skip


def opened(lock: Lock, keys: Mapping[int, str], box: str, binding: str) -> tuple[int, str] | Fault:  # fmt: skip
    """Return the amount and nonce in a box, or why it cannot be read: bidders made it.

    `keys` are the private keys of as many holders as it takes, by their place from 0.
    Whether amount and nonce are those the bid bound itself to is for the caller to see.
    """
    raw, bound = base64.b64decode(box), bytes.fromhex(binding)
    group = tuple(sorted(keys))
    start = 32 + lock.groups.index(group) * _WRAPPED
    try:
        theirs = _theirs(raw[:32])
        shared = [_private(bytes.fromhex(keys[place])).exchange(theirs) for place in group]  # fmt: skip
        key = _group_key(shared, group, raw[:32], lock)
        own = AESGCM(key).decrypt(_NO_NONCE, raw[start : start + _WRAPPED], bound)
        content = AESGCM(own).decrypt(_NO_NONCE, raw[-_CLOSED_CONTENT:], bound)
    except (InvalidTag, ValueError):  # ValueError: a public key that makes no secret
        return Fault.SHUT
    found = _CONTENT.fullmatch(content)
    if found is None or not 0 < int(found[1]) <= LARGEST:
        return Fault.NONSENSE
    amount, nonce = int(found[1]), found[2].decode()
    return (amount, nonce) if boxed(lock, amount, nonce, binding) == box else Fault.UNEVEN  # fmt: skip


def _group_key(shared: list[bytes], group: tuple[int, ...], ours: bytes, lock: Lock) -> bytes:  # fmt: skip
    salt = ours + b"".join(bytes.fromhex(key) for key in lock.public_keys)
    places = ",".join(str(place + 1) for place in group)
    return _derived(b"".join(shared), salt, f"holders {places}")


def _derived(secret: bytes, salt: bytes, use: str) -> bytes:
    info = f"khuevan sealed bid 2: {use}".encode()
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


def _closed(key: bytes, content: bytes, bound: bytes) -> bytes:
    return AESGCM(key).encrypt(_NO_NONCE, content, bound)


def _hex(written: str) -> bytes:
    if not _KEY.fullmatch(written):
        raise _no_key()
    return bytes.fromhex(written)


def _no_key() -> RuleBroken:
    return RuleBroken(
        N_("This is no key: it has 64 digits from 0 to f. Choose the file you saved when you made yours.")
    )  # fmt: skip


def _private(raw: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(raw)


def _theirs(raw: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(raw)


def _public(private: X25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()

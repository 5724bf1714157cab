"""Sealed bids: closed with a public key, opened by enough keepers together.

A bid is encrypted to the auction's X25519 key (a key of its own each, HKDF-SHA256,
AES-256-GCM: what browsers can do). The private key is split among the keepers the
moment it is made and kept nowhere: until enough of them come together, neither the
database nor whoever administers it can read a bid. `static/auctions/sealing.js` closes
bids in the bidder's browser; tests hold the two to one example.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import shamirs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from khuevan.platform.errors import N_, RuleBroken

from .rules.replay import commitment
from .rules.terms import LARGEST


_PRIME = 2**256 + 297
"""The first prime above 2**256: any key of 32 bytes is a number below it."""
_RAW = serialization.Encoding.Raw
_NO_NONCE = bytes(12)
"""A box has a key of its own, so its nonce may be the same every time."""
_CONTENT = re.compile(rb'\{"amount":"([0-9]{20})","nonce":"([0-9a-f]{64})"\}')
_DIGITS = 20
"""Amounts are padded: the length of a box tells nothing about the bid."""
_BOX_BYTES = 32 + len(json.dumps({"amount": "0" * _DIGITS, "nonce": "0" * 64}, separators=(",", ":"))) + 16  # fmt: skip
"""A public key, the content, its seal."""


class Fault(StrEnum):
    """Why a bid cannot be read and does not count."""

    SHUT = "shut"  # the auction's key does not open it
    NONSENSE = "nonsense"  # it opens, and holds no amount and nonce
    UNBOUND = "unbound"  # it holds another bid than the one it bound itself to
    CHANGED = "changed"  # it is not the box whose SHA-256 was told when it came


@dataclass(frozen=True, slots=True)
class Keys:
    """The public key of an auction and the shares of the private one, shown once."""

    public_key: str
    shares: tuple[str, ...]

    @property
    def digests(self) -> tuple[str, ...]:
        """Return what is published of the shares: enough to know a true one."""
        return tuple(digest_of(share) for share in self.shares)


@dataclass(frozen=True, slots=True)
class SealedBid:
    """A bid nobody reads: the box, what it binds itself to, and the bidder's proof."""

    box: str
    commitment: str
    nonce: str


def make_keys(*, keepers: int, threshold: int) -> Keys:
    """Make a key and split it; any `threshold` of the shares make it again."""
    private = X25519PrivateKey.generate()
    raw = private.private_bytes(
        _RAW, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    split = shamirs.shares(
        int.from_bytes(raw, "big"), keepers, modulus=_PRIME, threshold=threshold
    )
    shares = tuple(f"{one.index}-{one.value:065x}" for one in split)
    return Keys(_public(private).hex(), shares)


def digest_of(share: str) -> str:
    """Return the SHA-256 by which a share is known."""
    return hashlib.sha256(share.encode()).hexdigest()


def seal(public_key: str, *, code: str, bidder: int, amount: int) -> SealedBid:
    """Close a bid; the nonce lets its bidder prove later what was in it."""
    nonce = secrets.token_hex(32)
    binding = commitment(code, bidder, amount, nonce)
    ours = X25519PrivateKey.generate()
    return SealedBid(boxed(ours, public_key, amount, nonce, binding), binding, nonce)


def boxed(ours: X25519PrivateKey, public_key: str, amount: int, nonce: str, binding: str) -> str:  # fmt: skip
    """Return the box of a bid, closed with a private key that is used for nothing else."""
    shared = ours.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(public_key)))
    told = {"amount": f"{amount:0{_DIGITS}d}", "nonce": nonce}
    content = json.dumps(told, separators=(",", ":")).encode()
    key = _key(shared, _public(ours), public_key)
    box = AESGCM(key).encrypt(_NO_NONCE, content, binding.encode())
    return base64.b64encode(_public(ours) + box).decode()


def check_box(box: str, binding: str) -> None:
    """Refuse what cannot be a sealed bid; more nobody can tell of it before it is opened."""
    try:
        size = len(base64.b64decode(box, validate=True))
    except ValueError:
        size = 0
    if size != _BOX_BYTES or not re.fullmatch(r"[0-9a-f]{64}", binding):
        raise RuleBroken(
            N_("What came is no sealed bid: nothing was taken. Reload the page and bid again.")
        )  # fmt: skip


def joined(shares: Iterable[str], known: Iterable[str], threshold: int) -> bytes:
    """Return the private key that shares make; raises RuleBroken where they do not."""
    given = {share.strip().lower() for share in shares if share.strip()}
    for share in given:
        if digest_of(share) not in set(known):
            raise RuleBroken(
                N_("“%(share)s…” is no share of this auction. Look for a slip and type it again."),
                field="shares",
                share=share[:6],
            )  # fmt: skip
    if len(given) < threshold:
        raise RuleBroken(
            N_("%(threshold)s different shares open the bids; %(given)s came."),
            field="shares",
            threshold=threshold,
            given=len(given),
        )
    parts = [share.split("-") for share in sorted(given)]
    points = [shamirs.share(int(n), int(value, 16), _PRIME) for n, value in parts]
    return int(shamirs.interpolate(points, threshold=threshold)).to_bytes(32, "big")


def opened(private_key: bytes, public_key: str, sealed: str, binding: str) -> tuple[int, str] | Fault:  # fmt: skip
    """Return the amount and nonce in a box, or why it cannot be read: bidders made it."""
    raw = base64.b64decode(sealed)
    private = X25519PrivateKey.from_private_bytes(private_key)
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(raw[:32]))
        key = _key(shared, raw[:32], public_key)
        content = AESGCM(key).decrypt(_NO_NONCE, raw[32:], binding.encode())
    except (InvalidTag, ValueError):  # ValueError: a public key that makes no secret
        return Fault.SHUT
    found = _CONTENT.fullmatch(content)
    if found is None or not 0 < int(found[1]) <= LARGEST:
        return Fault.NONSENSE
    return int(found[1]), found[2].decode()


def public_of(private_key: bytes) -> str:
    """Return the public key that belongs to a private one."""
    return _public(X25519PrivateKey.from_private_bytes(private_key)).hex()


def _public(private: X25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(_RAW, serialization.PublicFormat.Raw)


def _key(shared: bytes, ours: bytes, public_key: str) -> bytes:
    salt = ours + bytes.fromhex(public_key)
    info = b"khuevan sealed bid 1"
    return HKDF(hashes.SHA256(), 32, salt, info).derive(shared)

#!/usr/bin/env python3
"""Open the sealed bids of an auction again, from its public audit and without the platform.

    open_bids.py AUDIT.json

AUDIT.json is what the auction's page hands out after the bids were opened: the keys its
holders told and the boxes stand in it. Every key is held against the public key that was
announced, every box is opened with them, made again from what was in it, and held
against what the audit says. It needs the package `cryptography`; that the boxes are those
which were handed in, and who won, `replay_auction.py` finds. Exit code 0: the audit tells
what is in the boxes; 1: it does not; 2: the file is not an audit of opened bids.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from itertools import combinations
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


CONTENT = re.compile(rb'\{"amount":"([0-9]{20})","nonce":"([0-9a-f]{64})"\}')
LARGEST = 10**17
WRAPPED, CONTENT_BYTES = 48, 124


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def derive(secret, salt, use):
    info = f"khuevan sealed bid 2: {use}".encode()
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


def private_of(digits):
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(digits))


def public_of(private):
    return private.public_key().public_bytes_raw()


class Lock:
    """The holders' public keys, and how many of them open a box."""

    def __init__(self, terms):
        self.publics = [bytes.fromhex(key) for key in terms["public_keys"]]
        self.groups = list(combinations(range(len(self.publics)), terms["threshold"]))

    def key(self, group, shared, ours):
        places = ",".join(str(place + 1) for place in group)
        salt = ours + b"".join(self.publics)
        return derive(b"".join(shared), salt, f"holders {places}")

    def close(self, amount, nonce, binding):
        """Make the box of a bid; the same bid and nonce make the same box."""
        seed, bound = bytes.fromhex(nonce), bytes.fromhex(binding)
        ours, own = private_of(derive(seed, bound, "box").hex()), derive(seed, bound, "bid")  # fmt: skip
        shared = [ours.exchange(X25519PublicKey.from_public_bytes(key)) for key in self.publics]  # fmt: skip
        parts = [public_of(ours)]
        for group in self.groups:
            key = self.key(group, [shared[place] for place in group], parts[0])
            parts.append(AESGCM(key).encrypt(bytes(12), own, bound))
        content = json.dumps({"amount": f"{amount:020d}", "nonce": nonce}, separators=(",", ":"))  # fmt: skip
        parts.append(AESGCM(own).encrypt(bytes(12), content.encode(), bound))
        return base64.b64encode(b"".join(parts)).decode()

    def open(self, privates, box, binding):
        """Return (amount, nonce) of a box, or the one word for why it holds no bid."""
        raw, bound = base64.b64decode(box), bytes.fromhex(binding)
        group = tuple(sorted(privates))
        start = 32 + self.groups.index(group) * WRAPPED
        try:
            theirs = X25519PublicKey.from_public_bytes(raw[:32])
            shared = [privates[place].exchange(theirs) for place in group]
            key = self.key(group, shared, raw[:32])
            own = AESGCM(key).decrypt(bytes(12), raw[start : start + WRAPPED], bound)
            content = AESGCM(own).decrypt(bytes(12), raw[-CONTENT_BYTES:], bound)
        except (InvalidTag, ValueError):
            return "shut"
        found = CONTENT.fullmatch(content)
        if found is None or not 0 < int(found[1]) <= LARGEST:
            return "nonsense"
        amount, nonce = int(found[1]), found[2].decode()
        return (amount, nonce) if self.close(amount, nonce, binding) == box else "uneven"  # fmt: skip


def judge(code, lock, privates, bid, told):
    """Return what an opened bid is by its own box: (amount, nonce), or why it does not count."""
    if sha256(told["box"]) != bid["box"]:
        return "changed"
    found = lock.open(privates, told["box"], bid["commitment"])
    if isinstance(found, str):
        return found
    bound = "\n".join(["khuevan-sealed-bid/1", code, str(bid["bidder"]), str(found[0]), found[1]])  # fmt: skip
    return found if sha256(bound) == bid["commitment"] else "unbound"


def problems_of(audit):
    """Yield what the audit tells otherwise than the boxes do, as sentences."""
    events = [(e["number"], e["kind"], json.loads(e["body"])) for e in audit["events"]]
    by_number = {number: body for number, _, body in events}
    lock, privates = Lock(by_number[1]), {}
    for number, kind, told in events:
        if kind == "key":
            place, private = told["holder"] - 1, private_of(told["private_key"])
            if public_of(private) != lock.publics[place]:
                yield f"The key of event {number} is not the one that bids were sealed for."  # fmt: skip
                return
            privates[place] = private
    for number, kind, told in events:
        if kind not in ("opened", "unreadable"):
            continue
        found = judge(audit["auction"], lock, privates, by_number[told["bid"]], told)
        says = (told["amount"], told["nonce"]) if kind == "opened" else told["why"]
        if found != says:
            yield f"Event {number} says {words(says)} of the bid of event {told['bid']}, but its box: {words(found)}."  # fmt: skip
        else:
            print(f"Bid of event {told['bid']}, bidder {told['bidder']}: {words(found)}.")  # fmt: skip


def words(found):
    return found if isinstance(found, str) else f"{found[0]} dong"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("audit")
    given = parser.parse_args(arguments)
    try:
        audit = json.loads(Path(given.audit).read_text(encoding="utf-8"))
        wrong = list(problems_of(audit))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"This is not an audit of opened bids: {error!r}", file=sys.stderr)
        return 2
    for problem in wrong:
        print(f"WRONG: {problem}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Open the sealed bids of an auction again, from its public audit and without the platform.

    open_bids.py AUDIT.json

AUDIT.json is what the auction's page hands out after the bids were opened: the opening
key and the boxes stand in it. Every box is opened with the key and held against what the
audit says of it. It needs the package `cryptography`; that the boxes are those which
were handed in, and who won, `replay_auction.py` finds. Exit code 0: the audit tells
what is in the boxes; 1: it does not; 2: the file is not an audit of opened bids.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
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


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def look_into(private, box, binding):
    """Return (amount, nonce) of a box, or the one word for why it holds no bid."""
    raw, ours = base64.b64decode(box), private.public_key().public_bytes_raw()
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(raw[:32]))
        key = HKDF(hashes.SHA256(), 32, raw[:32] + ours, b"khuevan sealed bid 1").derive(shared)  # fmt: skip
        content = AESGCM(key).decrypt(bytes(12), raw[32:], binding.encode())
    except (InvalidTag, ValueError):
        return "shut"
    found = CONTENT.fullmatch(content)
    if found is None or not 0 < int(found[1]) <= LARGEST:
        return "nonsense"
    return int(found[1]), found[2].decode()


def judge(code, private, bid, told):
    """Return what an opened bid is by its own box: (amount, nonce), or why it does not count."""
    if sha256(told["box"]) != bid["box"]:
        return "changed"
    found = look_into(private, told["box"], bid["commitment"])
    if isinstance(found, str):
        return found
    bound = "\n".join(["khuevan-sealed-bid/1", code, str(bid["bidder"]), str(found[0]), found[1]])  # fmt: skip
    return found if sha256(bound) == bid["commitment"] else "unbound"


def problems_of(audit):
    """Yield what the audit tells otherwise than the boxes do, as sentences."""
    events = [(e["number"], e["kind"], json.loads(e["body"])) for e in audit["events"]]
    by_number = {number: body for number, _, body in events}
    [told_key] = [body["private_key"] for _, kind, body in events if kind == "key"]
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(told_key))
    if private.public_key().public_bytes_raw().hex() != by_number[1]["public_key"]:
        yield "The key in the audit is not the one that bids were sealed with."
        return
    for number, kind, told in events:
        if kind not in ("opened", "unreadable"):
            continue
        found = judge(audit["auction"], private, by_number[told["bid"]], told)
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
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"This is not an audit of opened bids: {error!r}", file=sys.stderr)
        return 2
    for problem in wrong:
        print(f"WRONG: {problem}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Check proofs that facts stand in the journal, without the platform.

    verify_proof.py PROOF.json [--key PUBLIC] [--witness PUBLIC]

PROOF.json holds one proof, or all of a thing's; of these it also says whether one is
missing between the others. Uses the standard library only. PUBLIC is a key as C2SP writes it, `name+id+base64`,
and should come from where the city publishes it, not from the proof itself. Exit
code 0: everything holds; 1: something does not; 2: the file is not a proof.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from datetime import UTC, datetime, timedelta
from functools import cache


# Ed25519, verification only (RFC 8032 §5.1). Points are (X, Y, Z, T), extended.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    s, m = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = m - s, d - c, d + c, m + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 == (a[1] * b[2] - b[1] * a[2]) % P


def point_from(encoded):
    number = int.from_bytes(encoded, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_from((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verifies(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = point_from(public), point_from(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return same(multiply(scalar, BASE), add(commitment, multiply(challenge, key)))


# Merkle inclusion (RFC 9162 §2.1.3.2).


def root_from(leaf, index, size, path):
    last, found = size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        index, last = index >> 1, last >> 1
    return found if last == 0 else None


# Signed notes (c2sp.org/signed-note and tlog-cosignature).


def parse_key(text):
    name, rest = text.strip().split("+", 1)
    key_id, encoded = rest.split("+", 1)
    key = base64.b64decode(encoded, validate=True)
    if hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() != key_id:
        raise ValueError("the key does not match its id")
    return name, bytes.fromhex(key_id), key[:1], key[1:]


@cache
def signed(note, key_text):
    """Return whether the key signed the note; for a witness, the time it gave."""
    name, key_id, algorithm, public = parse_key(key_text)
    text, _, lines = note.partition("\n\n")
    text += "\n"
    for line in lines.splitlines():
        dash, _, rest = line.partition(" ")
        signer, _, encoded = rest.rpartition(" ")
        if dash != "—" or signer != name:
            continue
        blob = base64.b64decode(encoded, validate=True)
        message, signature, answer = text, blob[4:], True
        if algorithm == b"\x04":
            seconds = int.from_bytes(blob[4:12], "big")
            message = f"cosignature/v1\ntime {seconds}\n{text}"
            signature, answer = blob[12:], seconds
        if blob[:4] == key_id and ed25519_verifies(public, message.encode(), signature):
            return answer
    return False


# The fact itself: twelve lines whose SHA-256 is the leaf.

LINES = ("format", "number", "subject", "position", "kind", "actor", "organisation",
         "occurred_at", "recorded_at", "transaction", "previous", "figures")  # fmt: skip


def describe(content):
    fact = dict(zip(LINES, content.split("\n", len(LINES) - 1), strict=True))
    for name in ("occurred_at", "recorded_at"):
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        instant = epoch + timedelta(microseconds=int(fact[name]))
        fact[name] = instant.isoformat()
    return fact


def problems_of(proof, key, witness):
    """Return what does not hold, as sentences; none: the proof holds."""
    yield from content_problems(proof)
    leaf, note = bytes.fromhex(proof["hash"]), proof["checkpoint"]
    origin, size, encoded = note.split("\n")[:3]
    path = [bytes.fromhex(step) for step in proof["path"]]
    if int(size) != proof["size"] or not 0 <= proof["index"] < int(size):
        yield "The proof and the checkpoint speak of different trees."
    root = root_from(leaf, proof["index"], proof["size"], path)
    if root != base64.b64decode(encoded):
        yield "The fact is not in the tree that the checkpoint signs."
    if not signed(note, key):
        yield f"The checkpoint is not signed by {parse_key(key)[0]}."
    if parse_key(key)[0] != origin:
        yield "The checkpoint is of another log than the key."
    if witness and not signed(note, witness):
        yield f"The checkpoint is not cosigned by {parse_key(witness)[0]}."


def content_problems(proof):
    content = proof.get("content")
    if content is None:
        return
    if hashlib.sha256(content.encode()).hexdigest() != proof["hash"]:
        yield "The fact's content does not match its hash."
    if describe(content)["number"] != str(proof["number"]):
        yield "The content is that of another fact."


def gaps_in(document):
    """Return what is missing or strange between the facts of one thing."""
    subject, before = document["subject"], None
    lines = [
        proof["content"].split("\n", len(LINES) - 1) for proof in document["proofs"]
    ]
    told = [dict(zip(LINES, line, strict=True)) for line in lines]
    hashes = {fact["number"]: proof["hash"] for fact, proof in zip(told, document["proofs"], strict=True)}  # fmt: skip
    for place, fact in enumerate(sorted(told, key=lambda f: int(f["position"])), 1):
        if fact["subject"] != subject:
            yield f"Fact {fact['number']} is about another thing."
        elif int(fact["position"]) != place or (before and fact["previous"] != before):
            yield f"A fact is missing before fact {fact['number']}."
            return
        before = hashes[fact["number"]]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("proof")
    parser.add_argument("--key", help="the log's public key")
    parser.add_argument(
        "--witness", help="a witness's public key that must have signed"
    )
    given = parser.parse_args(arguments)
    try:
        with open(given.proof, encoding="utf-8") as file:
            document = json.load(file)
        key = given.key or document["keys"]["log"]
        proofs = document.get("proofs", [document])
        wrong = [told_of(proof, key, given.witness) for proof in proofs]
        gaps = list(gaps_in(document)) if "proofs" in document else []
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"This is not a proof that can be read: {error!r}", file=sys.stderr)
        return 2
    for problem in gaps:
        print(f"WRONG: {problem}")
    for number in document.get("waiting", []):
        print(f"Note: fact {number} was not under a signed checkpoint yet.")
    if not given.key:
        print("Note: the key came with the proof; compare it with the published one.")
    return 1 if gaps or any(wrong) or not proofs else 0


def told_of(proof, key, witness):
    """Print one fact and what does not hold of it; return whether anything does not."""
    problems = list(problems_of(proof, key, witness))
    fact = describe(proof["content"]) if proof.get("content") else {}
    for name in LINES[1:]:
        if name in fact:
            print(f"{name:13} {fact[name]}")
    for problem in problems:
        print(f"WRONG: {problem}")
    if not problems:
        print(f"Fact {proof['number']} stands in the log at {proof['index']}"
              f" of {proof['size']}.")  # fmt: skip
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Find who won an auction from its public audit, without the platform.

    replay_auction.py AUDIT.json [--receipt RECEIPT.txt ...] [--key PUBLIC]

AUDIT.json is what the auction's page hands out. The chain of hashes is checked, every
event is judged by the terms that were announced, sealed bids by what they bound
themselves to and by the SHA-256 of their boxes (`open_bids.py` opens the boxes
themselves), and the winner and price are found anew. A bidder adds the receipts they
hold: each must stand in the audit as it was given and, with the log's public key
(`name+id+base64`, from where the city publishes it), carry its signature; for that alone
`verify_proof.py` has to lie beside this file. Uses the standard library only. Exit code 0: everything holds; 1: something does not; 2: the
file is not an audit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import runpy
import sys
from pathlib import Path


FORMAT = "khuevan-auction/1"
RECEIPT = "khuevan-auction-receipt/1"
SIGNATURES = Path(__file__).parent / "verify_proof.py"
SECOND = 1_000_000


class Wrong(Exception):
    """What does not hold, as a sentence."""


def sha256(*lines):
    return hashlib.sha256("\n".join(map(str, lines)).encode()).hexdigest()


def check_chain(audit):
    before = "0" * 64
    for number, event in enumerate(audit["events"], 1):
        found = sha256(FORMAT, audit["auction"], number, event["at"], event["kind"], before, event["body"])  # fmt: skip
        if (event["number"], event["previous"], event["hash"]) != (number, before, found):  # fmt: skip
            raise Wrong(f"Event {number} was changed, moved, or one before it is missing.")  # fmt: skip
        before = found


class Course:
    """An auction while its events are read, one after the other."""

    def __init__(self, code, terms):
        self.code, self.terms, self.ends = code, terms, terms["closes_at"]
        self.bidders, self.best, self.closed = set(), None, False
        self.sealed, self.opened, self.unreadable = {}, {}, set()
        self.keys = set()
        self.outcome, self.bids, self.buyer = None, {}, None

    def read(self, event):
        step = getattr(self, f"on_{event['kind']}", None)
        over = self.outcome and event["kind"] not in ("settled", "defaulted", "runner_up")  # fmt: skip
        self.must(step is not None and not over, event)
        step(event, json.loads(event["body"]))

    def must(self, holds, event):
        if not holds:
            number, kind = event["number"], event["kind"]
            raise Wrong(f"Event {number} could not have been accepted: {kind}.")

    def must_be_in_time(self, event, told):
        in_time = self.terms["opens_at"] <= event["at"] < self.ends
        known = told["bidder"] in self.bidders
        self.must(in_time and known and not self.closed, event)

    def on_admitted(self, event, told):
        self.must(told["bidder"] not in self.bidders and not self.closed, event)
        self.bidders.add(told["bidder"])

    def on_bid(self, event, told):
        self.must_be_in_time(event, told)
        if self.terms["form"] == "dutch":
            self.must(not self.best and told["amount"] == self.price(event["at"]), event)  # fmt: skip
        else:
            self.rise(event, told)
        self.best = (told["amount"], told["bidder"])
        self.bids[told["bidder"]] = (told["amount"], -event["number"])

    def price(self, at):
        terms = self.terms
        falls = (at - terms["opens_at"]) // (terms["tick"] * SECOND)
        return max(terms["reserve"], terms["start"] - terms["step"] * falls)

    def rise(self, event, told):
        terms, (best, leader) = self.terms, self.best or (None, None)
        least = terms["start"] if best is None else best + terms["step"]
        self.ends = max(self.ends, event["at"] + terms["window"] * SECOND)
        self.must(terms["form"] == "english" and told["bidder"] != leader, event)
        self.must(told["amount"] >= least and told["closes_at"] == self.ends, event)

    def on_sealed_bid(self, event, told):
        self.must(self.terms["form"] == "sealed", event)
        self.must_be_in_time(event, told)
        self.sealed[told["bidder"]] = (event["number"], told["commitment"], told.get("box"))  # fmt: skip

    def on_closed(self, event, told):
        taken = self.terms["form"] == "dutch" and self.best is not None
        over = taken or event["at"] >= self.ends
        self.must(over and not self.closed, event)
        self.closed = True

    def on_key(self, event, told):
        sealed = self.closed and self.terms["form"] == "sealed"
        holder, holders = told.get("holder", 0), self.terms.get("public_keys")
        known = 1 <= holder <= len(holders) if holders else not holder
        self.must(sealed and known and holder not in self.keys, event)
        self.must(not self.opened and not self.unreadable, event)
        self.keys.add(holder)

    def enough_keys(self):
        """Of the first auctions one key was told, put together from shares."""
        needed = self.terms["threshold"] if self.terms.get("public_keys") else 1
        return len(self.keys) >= needed

    def must_be_the_box(self, event, told, same=True):
        """Enough keys were told, and the box has the SHA-256 that was told when it came."""
        _, _, box = self.sealed.get(told["bidder"], (None, None, None))
        if box:
            fits = sha256(told.get("box", "")) == box
            self.must(self.enough_keys() and fits == same, event)

    def on_opened(self, event, told):
        self.must_be_the_box(event, told)
        number, binding, _ = self.sealed.get(told["bidder"], (None, None, None))
        found = sha256("khuevan-sealed-bid/1", self.code, told["bidder"], told["amount"], told["nonce"])  # fmt: skip
        self.must(self.closed and (told["bid"], found) == (number, binding), event)
        self.opened[told["bidder"]] = told["amount"]
        self.bids[told["bidder"]] = (told["amount"], -number)

    def on_unreadable(self, event, told):
        self.must_be_the_box(event, told, told.get("why") != "changed")
        number, *_ = self.sealed.get(told["bidder"], (None,))
        self.must(self.closed and told["bid"] == number, event)
        self.unreadable.add(told["bidder"])

    def on_decided(self, event, told):
        looked_at, found = self.opened.keys() | self.unreadable, self.result()
        self.must(self.closed and looked_at == self.sealed.keys(), event)
        if (told["winner"], told["price"], told["why"]) != found:
            raise Wrong(f"The audit says {told}, but by its own events it is {found}.")
        self.outcome, self.buyer = found, found[0]

    def on_cancelled(self, event, told):
        self.outcome = (None, None, "cancelled")

    def on_settled(self, event, told):
        self.must(self.buyer is not None and self.buyer == told["bidder"], event)
        self.buyer = None

    on_defaulted = on_settled

    def on_runner_up(self, event, told):
        winner, price, _ = self.outcome or (None, None, None)
        others = [(bid, bidder) for bidder, bid in self.bids.items() if bidder != winner]  # fmt: skip
        self.must(winner is not None and self.buyer is None and others, event)
        (amount, _), bidder = max(others)
        reaches = amount + self.terms["deposit"] >= price and amount >= self.terms["reserve"]  # fmt: skip
        self.must(reaches and (told["bidder"], told["price"]) == (bidder, amount), event)  # fmt: skip
        self.buyer = bidder

    def result(self):
        if self.terms["form"] == "sealed":
            bids = [(-amount, self.sealed[bidder][0], bidder) for bidder, amount in self.opened.items()]  # fmt: skip
        else:
            bids = [(-self.best[0], 0, self.best[1])] if self.best else []
        if not bids:
            return (None, None, "no_bid")
        amount, _, winner = min(bids)
        if -amount < self.terms["reserve"]:
            return (None, None, "below_reserve")
        equal = sum(bid[0] == amount for bid in bids) > 1
        why = "first" if self.terms["form"] == "dutch" else "earlier" if equal else "highest"  # fmt: skip
        return (winner, -amount, why)


def replay(audit):
    """Return (winner, price, why), None while the auction goes on; raises Wrong."""
    check_chain(audit)
    first, *rest = audit["events"]
    if audit["format"] != FORMAT or first["kind"] != "announced":
        raise Wrong("The audit does not begin with an announcement.")
    course, last = Course(audit["auction"], json.loads(first["body"])), first["at"]
    for event in rest:
        if event["at"] < last:
            raise Wrong(f"Event {event['number']} happened before the one before it.")
        last = event["at"]
        course.read(event)
    return course.outcome


def check_receipt(audit, note):
    """Raise Wrong where a receipt and the audit do not tell the same; return its event."""
    lines = note.split("\n\n")[0].split("\n")
    if len(lines) != 7 or lines[0] != RECEIPT:
        raise Wrong("This is no receipt of a bid.")
    _, code, number, at, digest, bidder, told = lines
    if code != audit["auction"]:
        raise Wrong("The receipt is of another auction.")
    event = next((e for e in audit["events"] if str(e["number"]) == number), None)
    if event is None or (event["hash"], str(event["at"])) != (digest, at):
        raise Wrong(f"The bid of receipt {number} is not in the audit as it was given.")
    body = json.loads(event["body"])
    if str(body["bidder"]) != bidder or str(body.get("commitment", body.get("amount"))) != told:  # fmt: skip
        raise Wrong(f"Receipt {number} tells another bid than the audit.")
    return number


def check_signatures(notes, key):
    """Raise Wrong where the log's key did not sign a receipt."""
    signed = runpy.run_path(str(SIGNATURES))["signed"]
    for note in notes:
        if not signed(note, key):
            raise Wrong(f"Receipt {note.split()[2]} is not signed with this key.")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("audit")
    parser.add_argument("--receipt", action="append", default=[])
    parser.add_argument("--key", help="the log's public key")
    given = parser.parse_args(arguments)
    if given.key and not SIGNATURES.exists():
        parser.error("To check signatures, put verify_proof.py beside this file; without --key the rest is checked.")  # fmt: skip
    try:
        audit = json.loads(Path(given.audit).read_text(encoding="utf-8"))
        notes = [Path(name).read_text(encoding="utf-8") for name in given.receipt]
        outcome = replay(audit)
        held = [check_receipt(audit, note) for note in notes]
        if given.key:
            check_signatures(notes, given.key)
    except Wrong as wrong:
        print(f"WRONG: {wrong}")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"This is not an audit that can be read: {error!r}", file=sys.stderr)
        return 2
    print(
        f"Auction {audit['auction']}: {len(audit['events'])} events, the chain holds."
    )
    for number in held:
        checked = "" if given.key else " (signature not checked: no key given)"
        print(f"Receipt {number} stands in the audit{checked}.")
    print(words(outcome))
    return 0


def words(outcome):
    if outcome is None:
        return "The auction is not decided yet."
    winner, price, why = outcome
    if winner is None:
        return f"Nobody won ({why})."
    return f"Bidder {winner} won at {price} dong ({why})."


if __name__ == "__main__":
    sys.exit(main())

"""The public audit, and who wins by it: a pure function of the events.

The events of an auction are a chain: each holds the SHA-256 of the one before. Whoever
has them finds the same winner and price; an event that could not have been accepted is
named. `tools/replay_auction.py` does the same without the platform.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from khuevan.platform.errors import N_, RuleBroken

from .terms import SECOND, Form, Terms, dutch_price, least_bid


FORMAT = "khuevan-auction/1"
GENESIS = "0" * 64


class Kind(StrEnum):
    """What happens to an auction, in public."""

    ANNOUNCED = "announced"
    ADMITTED = "admitted"
    BID = "bid"
    SEALED_BID = "sealed_bid"
    CLOSED = "closed"
    KEY = "key"
    OPENED = "opened"
    UNREADABLE = "unreadable"
    DECIDED = "decided"
    CANCELLED = "cancelled"
    SETTLED = "settled"
    DEFAULTED = "defaulted"
    RUNNER_UP = "runner_up"


CHANGED = "changed"
"""Why a bid is unreadable whose box is not the one that was handed in."""


class Why(StrEnum):
    """Why somebody won, or nobody did."""

    HIGHEST = "highest"
    EARLIER = "earlier"
    FIRST = "first"
    NO_BID = "no_bid"
    BELOW_RESERVE = "below_reserve"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the audit; `at` in microseconds, `body` the very text that was hashed."""

    number: int
    at: int
    kind: Kind
    body: str
    previous: str
    hash: str

    @property
    def told(self) -> dict[str, Any]:
        """Return what the body says."""
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who won, by number, at how many đồng, and why; nobody where `winner` is None."""

    winner: int | None
    price: int | None
    why: Why


@dataclass(frozen=True, slots=True)
class _Sealed:
    """The last sealed bid of a bidder; of the first auctions the box's SHA-256 was not told."""

    number: int
    commitment: str
    box: str


@dataclass
class _Course:
    """What is known of an auction while its events are read."""

    terms: Terms
    ends: int
    bidders: set[int] = field(default_factory=set)
    best: tuple[int, int] | None = None  # amount, bidder
    sealed: dict[int, _Sealed] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    opened: dict[int, int] = field(default_factory=dict)
    unreadable: set[int] = field(default_factory=set)
    closed: bool = False
    outcome: Outcome | None = None
    bids: dict[int, tuple[int, int]] = field(default_factory=dict)  # amount, -event
    buyer: int | None = None


def hash_of(code: str, number: int, at: int, kind: str, previous: str, body: str) -> str:  # fmt: skip
    """Return the SHA-256 of an event; the database's `auctions_chain` computes the same."""
    content = "\n".join([FORMAT, code, str(number), str(at), kind, previous, body])
    return hashlib.sha256(content.encode()).hexdigest()


def commitment(code: str, bidder: int, amount: int, nonce: str) -> str:
    """Return what a sealed bid binds itself to: with the nonce anybody can check it."""
    content = f"khuevan-sealed-bid/1\n{code}\n{bidder}\n{amount}\n{nonce}"
    return hashlib.sha256(content.encode()).hexdigest()


def box_digest(box: str) -> str:
    """Return the SHA-256 of a box as it was handed in, told when the bid is taken."""
    return hashlib.sha256(box.encode()).hexdigest()


def check_chain(code: str, events: Iterable[Event]) -> None:
    """Refuse an audit in which an event is missing, moved or changed."""
    before = GENESIS
    for number, event in enumerate(events, 1):
        whole = hash_of(code, number, event.at, event.kind, before, event.body)
        if (event.number, event.previous, event.hash) != (number, before, whole):
            raise RuleBroken(
                N_("The audit is broken at event %(number)s."), number=number
            )
        before = event.hash


def replay(code: str, events: Iterable[Event]) -> Outcome | None:
    """Return how an auction ended by its audit, None while it has not.

    Raises RuleBroken with the number of the first event that could not have been.
    """
    return _read(code, events).outcome


def result_of(code: str, events: Iterable[Event]) -> Outcome:
    """Return who wins an auction that is closed and, where sealed, opened."""
    return _result(_read(code, events))


def _read(code: str, events: Iterable[Event]) -> _Course:
    waiting = iter(events)
    first = next(waiting)
    if first.kind is not Kind.ANNOUNCED:
        raise _broken(first)
    terms = Terms.of(first.told)
    course, last = _Course(terms, terms.closes_at), first.at
    for event in waiting:
        over = course.outcome is not None and event.kind not in _AFTERWARDS
        if event.at < last or over or event.kind is Kind.ANNOUNCED:
            raise _broken(event)
        last = event.at
        _READ[event.kind](course, event, code)
    return course


def _broken(event: Event) -> RuleBroken:
    return RuleBroken(
        N_("Event %(number)s of the audit could not have been accepted."),
        number=event.number,
    )


def _require(holds: bool, event: Event) -> None:
    if not holds:
        raise _broken(event)


def _admitted(course: _Course, event: Event, _code: str) -> None:
    bidder = event.told["bidder"]
    _require(bidder not in course.bidders and not course.closed, event)
    course.bidders.add(bidder)


def _in_time(course: _Course, event: Event) -> bool:
    on_time = course.terms.opens_at <= event.at < course.ends
    known = event.told["bidder"] in course.bidders
    return on_time and known and not course.closed


def _bid(course: _Course, event: Event, _code: str) -> None:
    told, terms = event.told, course.terms
    bidder, amount = told["bidder"], told["amount"]
    _require(_in_time(course, event), event)
    if terms.form is Form.DUTCH:
        _require(course.best is None and amount == dutch_price(terms, event.at), event)
    else:
        best, leader = course.best or (None, None)
        _require(terms.form is Form.ENGLISH and leader != bidder, event)
        _require(amount >= least_bid(terms, best), event)
        course.ends = max(course.ends, event.at + terms.window * SECOND)
        _require(told["closes_at"] == course.ends, event)
    course.best = (amount, bidder)
    course.bids[bidder] = (amount, -event.number)


def _sealed_bid(course: _Course, event: Event, _code: str) -> None:
    _require(course.terms.form is Form.SEALED and _in_time(course, event), event)
    # A bidder may bid again before the end: the last one counts, and keeps its place.
    told = event.told
    bid = _Sealed(event.number, told["commitment"], told.get("box", ""))
    course.sealed[told["bidder"]] = bid


def _closed(course: _Course, event: Event, _code: str) -> None:
    taken = course.terms.form is Form.DUTCH and course.best is not None
    _require(not course.closed and (taken or event.at >= course.ends), event)
    course.closed = True


def _key(course: _Course, event: Event, _code: str) -> None:
    """With enough holders' keys anybody opens the boxes again: `tools/open_bids.py`.

    Of the first auctions one key was told, put together from shares: holder 0.
    """
    told, terms = event.told, course.terms
    holder = told.get("holder", 0)
    known = 1 <= holder <= len(terms.public_keys) if terms.public_keys else not holder
    _require(course.closed and terms.form is Form.SEALED and known, event)
    _require(
        holder not in course.keys and not course.opened.keys() | course.unreadable,
        event,
    )
    course.keys[holder] = told["private_key"]


def _enough_keys(course: _Course) -> bool:
    needed = course.terms.threshold if course.terms.public_keys else 1
    return len(course.keys) >= needed


def _looked_into(course: _Course, event: Event, *, whole: bool) -> _Sealed:
    """Return the bid that was looked into: with the keys, in the box that was handed in."""
    told = event.told
    bid = course.sealed.get(told["bidder"])
    _require(course.closed and bid is not None and told["bid"] == bid.number, event)
    assert bid is not None
    if bid.box:
        same = box_digest(told.get("box", "")) == bid.box
        _require(_enough_keys(course) and same is whole, event)
    return bid


def _opened(course: _Course, event: Event, code: str) -> None:
    told, bid = event.told, _looked_into(course, event, whole=True)
    bidder, amount = told["bidder"], told["amount"]
    _require(commitment(code, bidder, amount, told["nonce"]) == bid.commitment, event)
    course.opened[bidder] = amount
    course.bids[bidder] = (amount, -bid.number)


def _unreadable(course: _Course, event: Event, _code: str) -> None:
    _looked_into(course, event, whole=event.told.get("why") != CHANGED)
    course.unreadable.add(event.told["bidder"])


def _decided(course: _Course, event: Event, _code: str) -> None:
    told = event.told
    outcome = Outcome(told["winner"], told["price"], Why(told["why"]))
    looked_at = course.opened.keys() | course.unreadable
    _require(course.closed and looked_at == course.sealed.keys(), event)
    _require(outcome == _result(course), event)
    course.outcome, course.buyer = outcome, outcome.winner


def _cancelled(course: _Course, event: Event, _code: str) -> None:
    course.outcome = Outcome(None, None, Why.CANCELLED)


def _after(course: _Course, event: Event, _code: str) -> None:
    """The winner paid or did not; then the runner-up, where there is one."""
    _require(course.buyer is not None and event.told["bidder"] == course.buyer, event)
    course.buyer = None


def _runner_up(course: _Course, event: Event, _code: str) -> None:
    told = event.told
    _require(course.buyer is None and (told["bidder"], told["price"]) == _next(course), event)  # fmt: skip
    course.buyer = told["bidder"]


def next_bid(code: str, events: Iterable[Event]) -> tuple[int, int] | None:
    """Return who bid next after the winner of a decided auction, and how much; or None.

    Where the next bid and the deposit together reach what the winner was to pay, whoever
    made it may buy at it (Law on Auction of Assets, Article 51). A falling price has no
    next bid.
    """
    return _next(_read(code, events))


def _next(course: _Course) -> tuple[int, int] | None:
    outcome = course.outcome
    if outcome is None or outcome.winner is None or outcome.price is None:
        return None
    others = {b: bid for b, bid in course.bids.items() if b != outcome.winner}
    if not others:
        return None
    bidder = max(others, key=lambda one: others[one])
    price = others[bidder][0]
    reaches = price + course.terms.deposit >= outcome.price
    return (bidder, price) if reaches and price >= course.terms.reserve else None


_AFTERWARDS = frozenset({Kind.SETTLED, Kind.DEFAULTED, Kind.RUNNER_UP})
_READ = {
    Kind.ADMITTED: _admitted,
    Kind.BID: _bid,
    Kind.SEALED_BID: _sealed_bid,
    Kind.CLOSED: _closed,
    Kind.KEY: _key,
    Kind.OPENED: _opened,
    Kind.UNREADABLE: _unreadable,
    Kind.DECIDED: _decided,
    Kind.CANCELLED: _cancelled,
    Kind.SETTLED: _after,
    Kind.DEFAULTED: _after,
    Kind.RUNNER_UP: _runner_up,
}


def _result(course: _Course) -> Outcome:
    if course.terms.form is Form.SEALED:
        return _sealed_result(course)
    if course.best is None:
        return Outcome(None, None, Why.NO_BID)
    amount, bidder = course.best
    if amount < course.terms.reserve:
        return Outcome(None, None, Why.BELOW_RESERVE)
    dutch = course.terms.form is Form.DUTCH
    return Outcome(bidder, amount, Why.FIRST if dutch else Why.HIGHEST)


def _sealed_result(course: _Course) -> Outcome:
    if not course.opened:
        return Outcome(None, None, Why.NO_BID)
    most = max(course.opened.values())
    if most < course.terms.reserve:
        return Outcome(None, None, Why.BELOW_RESERVE)
    equal = [bidder for bidder, amount in course.opened.items() if amount == most]
    winner = min(equal, key=lambda bidder: course.sealed[bidder].number)
    return Outcome(winner, most, Why.EARLIER if len(equal) > 1 else Why.HIGHEST)

"""Reading auctions: how one stands, its audit, and the receipts of a bidder."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from khuevan.books.public import balances_about, entries_about
from khuevan.directory.public import Person
from khuevan.journal.public import signed_note
from khuevan.payments.public import OrderView, orders_of
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .lots import lots_of
from .models import (
    Auction,
    Bid,
    Bidder,
    EventRow,
    Flag,
    KeyHolder,
    OpeningKey,
    event_of,
    terms_of,
)
from .rules.replay import FORMAT, Event, Kind, Outcome, replay
from .rules.terms import Form, State, Terms, dutch_price, least_bid
from .sealing import Lock
from .values import AuctionView, HolderView, Money, Standing


RECEIPT = "khuevan-auction-receipt/1"
_BIDS = (Kind.BID, Kind.SEALED_BID)


def database_now() -> datetime:
    """Return what the only clock of auctions says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT auctions_now()")
        [now] = cursor.fetchone()
    assert isinstance(now, datetime)
    return now


def events_of(auction: Auction) -> list[Event]:
    """Return the public audit, the first event first."""
    rows = EventRow.objects.filter(auction=auction).order_by("number")
    return [event_of(row) for row in rows]


def audit_of(auction: Auction) -> dict[str, Any]:
    """Return the audit as it is handed out: what `tools/replay_auction.py` reads."""
    return {
        "format": FORMAT,
        "auction": auction.code,
        "events": [
            {"number": e.number, "at": e.at, "kind": e.kind, "body": e.body,
             "previous": e.previous, "hash": e.hash}
            for e in events_of(auction)
        ],
    }  # fmt: skip


def outcome_of(auction: Auction) -> Outcome | None:
    """Return how an auction ended, found anew from its audit; None while it has not."""
    return replay(auction.code, events_of(auction))


def sale_of(auction: Auction) -> tuple[int, int] | None:
    """Return who buys, by number, and at how many đồng: the winner, or whoever came next."""
    outcome, events = outcome_of(auction), events_of(auction)
    for event in events:
        if event.kind is Kind.RUNNER_UP:
            return event.told["bidder"], event.told["price"]
    if outcome is None or outcome.winner is None or outcome.price is None:
        return None
    return outcome.winner, outcome.price


def price_order(auction: Auction) -> OrderView | None:
    """Return the order that asks whoever buys for the price; None before the award."""
    return next(iter(orders_of(auction.ref)[::-1]), None)


def buyer_of(code: str) -> Person | None:
    """Return who bought at an auction that was paid, None where nobody did.

    For the app that owns what was sold: the public knows bidders by their numbers.
    """
    found = Auction.objects.filter(code=code, state=State.SETTLED).first()
    sale = sale_of(found) if found else None
    if found is None or sale is None:
        return None
    return found.bidders.select_related("person").get(number=sale[0]).person


def doubts_of(auction: Auction) -> list[tuple[Bidder, RuleBroken]]:
    """Return the admitted bidders who would be refused today, by number, with the refusal."""
    lots = lots_of(auction.subject)
    if lots is None:
        return []
    rows = auction.bidders.filter(number__isnull=False).select_related("person")
    admitted = {row.person: row for row in rows.order_by("number")}
    return [(admitted[person], refused) for person, refused in lots.doubts(auction.subject, list(admitted))]  # fmt: skip


def flags_of(auction: Auction) -> list[Flag]:
    """Return what was flagged in an auction, the first first."""
    rows = Flag.objects.filter(bidder__auction=auction).select_related("bidder", "passed_by")  # fmt: skip
    return list(rows.order_by("raised_at", "pk"))


def is_opened(auction: Auction) -> bool:
    """Tell whether nothing is left to open in an auction that is closed."""
    looked = auction.events.filter(kind__in=[Kind.OPENED, Kind.UNREADABLE])
    return auction.form != Form.SEALED or looked.exists()


def lock_of(auction: Auction) -> Lock:
    """Return what the bids of a sealed auction are closed with."""
    terms = terms_of(auction)
    return Lock(terms.public_keys, terms.threshold)


def keys_told(auction: Auction) -> dict[int, str]:
    """Return the private keys that were told after the end, by the holder's number."""
    rows = EventRow.objects.filter(auction=auction, kind=Kind.KEY).order_by("number")
    bodies = [event_of(row).told for row in rows]
    return {body["holder"]: body["private_key"] for body in bodies if "holder" in body}


def holders_of(auction: Auction, terms: Terms) -> list[HolderView]:
    """Return who opens a sealed auction, by number, and who has told their key."""
    told = keys_told(auction) if terms.holders else {}
    return [HolderView(number, post, number in told) for number, post in enumerate(terms.holders, 1)]  # fmt: skip


def has_bids(auction: Auction) -> bool:
    """Tell whether somebody bid, in the open or sealed."""
    return auction.events.filter(kind__in=_BIDS).exists()


def waits_for_word(auction: Auction) -> bool:
    """Tell whether an auction is over, and only a flag keeps it from its award."""
    return auction.state == State.CLOSED and is_opened(auction)


def money_of(auction: Auction) -> Money:
    """Return what the auction's book holds, owes and has entered."""
    accounts = balances_about(auction.ref)
    stands = {account.code: account.standing for account in accounts}
    return Money(
        held=sum(account.held for account in accounts),
        owed=stands.get("SELLER", 0),
        fees=stands.get("FEES", 0),
        bank=stands.get("BANK", 0),
        entries=entries_about(auction.ref),
        names={account.code: account.name for account in accounts},
    )


def view_of(auction: Auction) -> AuctionView:
    """Return an auction as other apps know it."""
    return AuctionView(
        id=auction.pk,
        ref=auction.ref,
        code=auction.code,
        title=auction.title,
        subject=auction.subject,
        form=Form(auction.form),
        state=State(auction.state),
        opens_at=auction.opens_at,
        closes_at=auction.closes_at,
        outcome=outcome_of(auction),
        price=sale[1] if (sale := sale_of(auction)) else None,
    )


def free_keys(keeper_codes: Collection[str]) -> dict[str, str]:
    """Return the ready opening keys of these bodies that no auction used: id, and who holds them."""
    rows = OpeningKey.objects.ready().filter(keeper__code__in=keeper_codes)
    found = {}
    for row in rows.prefetch_related("holders").order_by("made_at"):
        posts = [holder.post for holder in row.holders.all()]
        found[str(row.pk)] = f"{row.threshold}/{len(posts)}: {'; '.join(posts)}"
    return found


def keys_to_watch(person: Person) -> list[OpeningKey]:
    """Return the unused opening keys somebody holds or keeps, the newest first."""
    rows = OpeningKey.objects.visible_to(person).filter(auction=None)
    return list(rows.select_related("keeper").prefetch_related("holders").order_by("-made_at"))  # fmt: skip


def auctions_to_open(person: Person) -> list[Auction]:
    """Return the auctions that wait for a key which somebody holds."""
    held = KeyHolder.objects.filter(person=person, key__auction__state=State.CLOSED)
    rows = Auction.objects.filter(opening_key__holders__in=held).order_by("closes_at")
    return [auction for auction in rows if not is_opened(auction)]


def auctions_about(subject: str) -> list[AuctionView]:
    """Return the auctions of one thing, the first first."""
    rows = Auction.objects.filter(subject=subject).order_by("opens_at", "pk")
    return [view_of(row) for row in rows]


def on_sale(subjects: Collection[str]) -> dict[str, str]:
    """Return of these things those in an auction that is not decided, with its code."""
    rows = Auction.objects.filter(subject__in=subjects, state__in=[State.RUNNING, State.CLOSED])  # fmt: skip
    return dict(rows.values_list("subject", "code"))


def is_bound(subject: str) -> bool:
    """Tell whether a thing is on sale, or sold to somebody who has yet to pay."""
    rows = Auction.objects.filter(subject=subject)
    if rows.filter(state__in=[State.RUNNING, State.CLOSED, State.OFFERED]).exists():
        return True
    decided = rows.filter(state=State.DECIDED)
    return any((outcome := outcome_of(one)) and outcome.winner for one in decided)


def subjects_of(codes: Collection[str]) -> set[str]:
    """Return the references of what these auctions sell."""
    return set(Auction.objects.filter(code__in=codes).values_list("subject", flat=True))


def standing_of(auction: Auction) -> Standing:
    """Return how an auction stands now, by the database's clock: four small queries."""
    now, terms, state = database_now(), terms_of(auction), State(auction.state)
    counted = EventRow.objects.filter(auction=auction).aggregate(
        bids=Count("pk", filter=Q(kind__in=_BIDS)),
        bidders=Count("pk", filter=Q(kind=Kind.ADMITTED)),
    )
    running = auction.opens_at <= now < auction.closes_at
    leader = auction.best_bidder.number if auction.best_bidder else None
    price, least = _prices(auction, terms, now)
    return Standing(
        now=now,
        opens_at=auction.opens_at,
        closes_at=auction.closes_at,
        state=state,
        open=state is State.RUNNING and running,
        price=price,
        leader=leader,
        least=least,
        mark=mark_of(auction, now),
        **counted,
    )


def _prices(auction: Auction, terms: Terms, now: datetime) -> tuple[int | None, int | None]:  # fmt: skip
    if terms.form is Form.SEALED:
        return None, terms.start
    if terms.form is Form.ENGLISH:
        return auction.best_amount, least_bid(terms, auction.best_amount)
    falling = dutch_price(terms, clock.microseconds(now))
    price = auction.best_amount or falling
    return price, falling


def mark_of(auction: Auction, now: datetime) -> str:
    """Return what changes when the page of an auction does: whoever has it needs no news."""
    stage = (now >= auction.opens_at) + (now >= auction.closes_at)
    falls = 0
    if stage == 1 and auction.tick and auction.state == State.RUNNING:
        falls = int((now - auction.opens_at).total_seconds()) // auction.tick
    return f"{auction.last}-{auction.state}-{stage}-{falls}"


def next_change(auction: Auction, now: datetime) -> float:
    """Return after how many seconds the mark of an auction changes by itself.

    Infinite where only somebody's doing can change it.
    """
    instants = [auction.opens_at, auction.closes_at]
    if auction.form == Form.DUTCH and now >= auction.opens_at:
        fallen = int((now - auction.opens_at).total_seconds()) // auction.tick
        instants.append(auction.opens_at + timedelta(seconds=(fallen + 1) * auction.tick))  # fmt: skip
    ahead = [(at - now).total_seconds() for at in instants if at > now]
    return min(ahead, default=math.inf)


def bidder_of(auction: Auction, person: object) -> Bidder | None:
    """Return as which bidder somebody takes part, None where they do not."""
    if not isinstance(person, Person):
        return None
    return Bidder.objects.filter(auction=auction, person=person).first()


def receipt_of(bid: Bid) -> str:
    """Return the receipt of a bid: its place in the chain, signed with the log's key."""
    event, auction = event_of(bid.event), bid.event.auction
    told = bid.commitment or str(bid.amount)
    lines = [RECEIPT, auction.code, event.number, event.at, event.hash, bid.bidder.number, told]  # fmt: skip
    return signed_note("".join(f"{line}\n" for line in lines))


def bids_of(bidder: Bidder) -> list[Bid]:
    """Return what somebody bid, the newest first."""
    rows = Bid.objects.filter(bidder=bidder).select_related("event__auction", "bidder")
    return list(rows.order_by("-event__number"))


def instant(event: Event) -> datetime:
    """Return when an event happened."""
    return clock.EPOCH + timedelta(microseconds=event.at)

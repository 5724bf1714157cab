"""Asking to bid, the deposit, and bids: taken or refused in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from khuevan.auctions.access import may_apply
from khuevan.auctions.facts import record_in
from khuevan.auctions.lots import lots_of
from khuevan.auctions.models import Auction, Bid, Bidder, Flag, event_of, terms_of
from khuevan.auctions.queries import database_now, lock_of, receipt_of
from khuevan.auctions.rules.refusals import refuse
from khuevan.auctions.rules.replay import Kind
from khuevan.auctions.rules.terms import Form, State, check_amount
from khuevan.auctions.sealing import SealedBid, check_box, seal
from khuevan.auctions.values import Receipt
from khuevan.books.public import (
    Kind as AccountKind,
    enter,
    hold,
    let_go,
    move,
    open_account,
)
from khuevan.directory.public import Person
from khuevan.journal.public import misuse_noted
from khuevan.payments.public import Line, OrderView, open_order, returned_on
from khuevan.platform.errors import N_, RuleBroken

from .awarding_common import decide_unless_flagged
from .common import (
    BANK,
    SELLER,
    add_event,
    deposit_held,
    locked,
    require,
    send_back,
)


_TAKE = "SELECT * FROM auctions_take_bid(%s, %s, %s, %s, %s, %s)"
LONGEST_KEY = 200
NO_DEPOSIT = "deposit_taken_back"
"""The rule by which a bidder is flagged whose deposit the bank took back."""


def apply(*, auction: Auction, by: Person) -> Bidder:
    """Ask to bid and be asked for the deposit; the same again returns the same.

    Raises RuleBroken once bidding is over, and where the app that owns the thing says no:
    who belongs to the seller or to another bidder leaves a fact by trying.
    """
    with misuse_noted("auctions.bidder_refused", subject=auction.ref, by=by, auction=auction.code):  # fmt: skip
        known = _known(auction, by)
        if known is not None:
            return known
        # Bids wait for the auction's lock: only who came meanwhile is looked at under it.
        looked_at = _ask_owner(auction, by, seen=None)
        return _applied(locked(auction), by, looked_at)


def _known(auction: Auction, by: Person) -> Bidder | None:
    """Return as whom somebody takes part already; refuse who may not begin to."""
    require(may_apply(by, auction))
    known = Bidder.objects.filter(auction=auction, person=by).first()
    over = auction.state != State.RUNNING or database_now() >= auction.closes_at
    if known is None and over:
        raise RuleBroken(N_("Bidding is over: nobody is admitted any more."))
    return known


def _applied(auction: Auction, by: Person, looked_at: set[UUID]) -> Bidder:
    known = _known(auction, by)
    if known is not None:
        return known
    _ask_owner(auction, by, seen=looked_at)
    bidder = Bidder.objects.create(auction=auction, person=by)
    order = open_order(
        subject=bidder.ref, purpose="auction_deposit", payer=by,
        lines=[Line("tien_dat_truoc", "Tiền đặt trước", auction.deposit)],
        beneficiary=auction.keeper, due_at=None, by=None,
    )  # fmt: skip
    bidder.order = order.id
    bidder.save(update_fields=["order"])
    record_in(auction, "bidder_applied", by=by)
    return bidder


def _ask_owner(auction: Auction, by: Person, *, seen: set[UUID] | None) -> set[UUID]:
    """Let the app that owns the thing refuse a bidder; return whom it was held against.

    Those in `seen` were looked at; None where nothing was yet.
    """
    others = set(auction.bidders.values_list("person", flat=True))
    fresh = others - (seen or set())
    lots = lots_of(auction.subject)
    if lots and (seen is None or fresh):
        people = Person.objects.filter(pk__in=fresh)
        lots.check_bidder(auction.subject, by, list(people.order_by("pk")))
    return others


@transaction.atomic
def admit(*, bidder: Bidder, order: OrderView, by: Person | None) -> Bidder:
    """Hold a deposit that was paid and give its bidder a number; payments calls this.

    Raises RuleBroken once bidding is over: the money then goes back.
    """
    auction = locked(bidder.auction)
    if bidder.number is not None:
        return bidder
    if auction.state != State.RUNNING or database_now() >= auction.closes_at:
        raise RuleBroken(N_("The deposit came after the end: give it back."))
    last = auction.bidders.aggregate(last=Max("number"))["last"] or 0
    bidder.number = last + 1
    bidder.save(update_fields=["number"])
    open_account(
        book=auction.book, code=bidder.account, name=f"Người đấu giá {bidder.number}",
        kind=AccountKind.LIABILITY, about=auction.ref, by=None,
    )  # fmt: skip
    enter(
        book=auction.book, key=f"in:{order.id}", words="Nộp tiền đặt trước",
        lines=move(auction.deposit, debit=BANK, credit=bidder.account),
        about=auction.ref, by=None,
    )  # fmt: skip
    hold(
        book=auction.book, key=bidder.account, debit=bidder.account, credit=SELLER,
        amount=auction.deposit, words="Giữ tiền đặt trước", about=auction.ref, by=None,
    )  # fmt: skip
    add_event(auction, Kind.ADMITTED, bidder=bidder.number)
    record_in(auction, "bidder_admitted", by=by, bidder=bidder.number)
    return bidder


@transaction.atomic
def note_refunded(*, bidder: Bidder, order: OrderView, by: Person | None) -> None:
    """Enter that a deposit left the bank again; payments calls this."""
    auction = locked(bidder.auction)
    if bidder.number is not None:
        _free_if_taken_back(auction, bidder, by)
        enter(
            book=auction.book, key=f"out:{order.id}", words="Trả tiền đặt trước",
            lines=move(auction.deposit, debit=bidder.account, credit=BANK),
            about=auction.ref, by=by,
        )  # fmt: skip


@transaction.atomic
def note_returned(*, bidder: Bidder, order: OrderView, by: Person | None) -> None:
    """Let go of a deposit of which the bank took some back; the rest goes back, too.

    What the auction itself sends back is held no more by then. Payments calls this.
    """
    auction = locked(bidder.auction)
    if bidder.number is not None and _free_if_taken_back(auction, bidder, by):
        send_back(order.id, auction.deposit - returned_on(order.id))


def _free_if_taken_back(auction: Auction, bidder: Bidder, by: Person | None) -> bool:
    """Free a deposit that is still held though it left the bank; tell whether one was.

    Its bidder stays in the audit everybody reads: the flag leaves the award to a person.
    """
    if not deposit_held(auction, bidder):
        return False
    let_go(book=auction.book, key=bidder.account, by=by)
    told = {"sentence": N_("The bank took the deposit back: nothing is held for this bidder.")}  # fmt: skip
    Flag.objects.get_or_create(bidder=bidder, rule=NO_DEPOSIT, defaults=told)
    record_in(auction, "deposit_taken_back", by=by, bidder=bidder.number)
    return True


@transaction.atomic
def place_bid(*, auction: Auction, amount: int, key: str, by: Person) -> Receipt:
    """Bid in the open; a falling price is taken where it is at most `amount` đồng.

    The same key again gives the first receipt. Raises RuleBroken with the reason where
    the bid was not taken; whether it was in time the database's clock says.
    """
    check_amount(amount, terms_of(auction))
    taken = _take(auction, key, amount, None, by)
    if taken.is_new and auction.form == Form.DUTCH:
        decide_unless_flagged(locked(auction), by=None)
    return taken.receipt()


@transaction.atomic
def seal_bid(*, auction: Auction, amount: int, key: str, by: Person) -> Receipt:
    """Bid unseen: only the encrypted bid is kept, and what binds it.

    The receipt's nonce is told this once: with it the bidder proves what was bid. The
    last bid before the end counts. Raises RuleBroken as `place_bid` does.
    """
    terms = terms_of(auction)
    check_amount(amount, terms)
    bidder = _bidder(auction, by)
    if terms.form is not Form.SEALED or bidder.number is None:
        raise refuse(
            "wrong_form" if terms.form is not Form.SEALED else "not_admitted", None
        )
    lock = lock_of(auction)
    sealed = seal(lock, code=auction.code, bidder=bidder.number, amount=amount)
    taken = _take(auction, key, 0, sealed, by)
    return taken.receipt(sealed.nonce if taken.is_new else "")


@transaction.atomic
def place_sealed(*, auction: Auction, box: str, commitment: str, key: str, by: Person) -> Receipt:  # fmt: skip
    """Bid unseen with a bid that the bidder sealed: its amount nobody here knows.

    What is in the box shows when it is opened; one that holds no bid of this bidder does
    not count then. Raises RuleBroken as `place_bid` does.
    """
    if auction.form != Form.SEALED:
        raise refuse("wrong_form", None)
    check_box(lock_of(auction), box, commitment)
    return _take(auction, key, 0, SealedBid(box, commitment, ""), by).receipt()


@dataclass(frozen=True, slots=True)
class _Taken:
    event: UUID
    is_new: bool

    def receipt(self, nonce: str = "") -> Receipt:
        bid = Bid.objects.select_related("event__auction", "bidder").get(event=self.event)  # fmt: skip
        return Receipt(bid.event.number, receipt_of(bid), self.is_new, nonce, bid.commitment)  # fmt: skip


def _bidder(auction: Auction, by: Person) -> Bidder:
    bidder = Bidder.objects.filter(auction=auction, person=by).first()
    if bidder is None:
        raise refuse("not_admitted", None)
    return bidder


def _take(auction: Auction, key: str, amount: int, sealed: SealedBid | None, by: Person) -> _Taken:  # fmt: skip
    if not 0 < len(key) <= LONGEST_KEY:
        raise RuleBroken(N_("A bid has a key of 1 to 200 characters."))
    bidder = _bidder(auction, by)
    box, binding = (sealed.box, sealed.commitment) if sealed else ("", "")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [auction.pk, bidder.pk, key, amount, binding, box])
        refused, event, is_new, least = cursor.fetchone()
    if refused:
        raise refuse(refused, least)
    if is_new:
        _tell(auction, bidder, by)
    return _Taken(event, is_new)


def _tell(auction: Auction, bidder: Bidder, by: Person) -> None:
    """Write what a bid changed: who bid, who was outbid, and whether the end moved."""
    bids = Bid.objects.filter(bidder__auction=auction, amount__isnull=False)
    last = list(bids.order_by("-event__number").select_related("bidder", "event")[:2])
    outbid = last[1].bidder.number if len(last) == 2 else None
    record_in(auction, "bid_placed", by=by, bidder=bidder.number, outbid=outbid)
    ends = [event_of(bid.event).told["closes_at"] for bid in last if auction.form == Form.ENGLISH]  # fmt: skip
    if ends and ends[0] > (ends[1] if len(ends) == 2 else terms_of(auction).closes_at):
        record_in(auction, "auction_extended", by=None, closes_at=ends[0])

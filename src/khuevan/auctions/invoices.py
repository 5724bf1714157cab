"""What is invoiced after an auction: the price that was paid, and the exchange's fee on it."""

from __future__ import annotations

from datetime import date

from khuevan.directory.public import Person
from khuevan.payments.public import Invoice
from khuevan.platform import clock

from .lots import lots_of
from .models import Auction
from .queries import bidder_of, events_of, instant, money_of, price_order, sale_of
from .rules.replay import Kind


def for_reader(auction: Auction, person: Person, *, runs: bool) -> dict[str, Invoice | None]:  # fmt: skip
    """Return the data somebody may have: the keeper and who sells of both, the buyer of the price."""
    lots, sale = lots_of(auction.subject), sale_of(auction)
    sells = lots is not None and lots.sells(auction.subject, person)
    bidder = bidder_of(auction, person)
    buys = bool(bidder and sale and bidder.number == sale[0])
    return {
        **({"price": price_invoice(auction)} if runs or sells or buys else {}),
        **({"fee": fee_invoice(auction)} if runs or sells else {}),
    }


def price_invoice(auction: Auction) -> Invoice | None:
    """Return what whoever sells invoices the buyer for, None before the price was paid."""
    sale, day = sale_of(auction), _settled_on(auction)
    if sale is None or day is None:
        return None
    buyer = auction.bidders.select_related("person").get(number=sale[0]).person.full_name  # fmt: skip
    return _invoice(auction, day, "gia", _seller(auction), buyer, auction.title, sale[1])  # fmt: skip


def fee_invoice(auction: Auction) -> Invoice | None:
    """Return what the exchange invoices whoever sells for, None where it took no fee."""
    day, fee = _settled_on(auction), money_of(auction).fees
    if day is None or not fee:
        return None
    item = f"Phí của sàn. {auction.title}"
    return _invoice(auction, day, "phi", auction.keeper.name, _seller(auction), item, fee)  # fmt: skip


def _invoice(auction: Auction, day: date, issued_for: str, seller: str, buyer: str, item: str, amount: int) -> Invoice:  # fmt: skip
    order = price_order(auction)
    paid = "Cấn trừ" if issued_for == "phi" else "Chuyển khoản"
    return Invoice(
        auction.code, auction.subject, issued_for, day, seller, buyer, item, "lần", 1,
        amount, "VND", paid, order.pay_reference if order else "",
    )  # fmt: skip


def _seller(auction: Auction) -> str:
    """Return who sells, empty where no app says so: the program that invoices asks."""
    lots = lots_of(auction.subject)
    return lots.seller(auction.subject) if lots else ""


def _settled_on(auction: Auction) -> date | None:
    for event in events_of(auction):
        if event.kind is Kind.SETTLED:
            return clock.local_day(instant(event))
    return None

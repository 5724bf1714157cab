"""Auctions in a given state, reached only through the actions that lead there."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from khuevan.auctions import actions as actions
from khuevan.auctions.actions import bidding as bidding
from khuevan.auctions.models import (
    Auction as Auction,
    Bidder as Bidder,
    KeyHolder as KeyHolder,
    OpeningKey as OpeningKey,
)
from khuevan.auctions.queries import database_now, doubts_of as doubts_of
from khuevan.auctions.rules.terms import Form
from khuevan.auctions.sealing import make_holder_key
from khuevan.directory.public import Organisation, Person, Role
from khuevan.directory.tests.factories import (
    OrganisationFactory,
    PersonFactory,
    make_person,
)
from khuevan.payments.public import orders_of
from khuevan.payments.tests.factories import payment, refund_of, tell
from khuevan.platform import clock


START, STEP, RESERVE, DEPOSIT = 1_000_000_000, 50_000_000, 1_200_000_000, 100_000_000
_numbers = count(1)
REAL = "CREATE OR REPLACE FUNCTION auctions_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()'"
TOLD = "CREATE OR REPLACE FUNCTION auctions_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT {} $$"


def set_clock(at: datetime) -> None:
    """Let the database's clock of auctions stand at an instant."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD.format(f"'{at.isoformat()}'::timestamptz"))


@contextmanager
def clock_restored():
    """Give the database its clock back, whatever a test did to it."""
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(REAL)


@dataclass
class Holder:
    """One who helps to open bids, with the private key only they have."""

    person: Person
    private_key: str


@dataclass
class Cast:
    """A body that holds auctions, and an auction with its bidders."""

    keeper: Organisation
    official: Person
    auction: Auction
    holders: list[Holder] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    @property
    def opens_at(self) -> datetime:
        return self.auction.opens_at

    @property
    def closes_at(self) -> datetime:
        self.auction.refresh_from_db()
        return self.auction.closes_at

    def bid(self, who: int, amount: int, key: str = "") -> object:
        """Let the bidder with a number bid in the open."""
        return actions.place_bid(
            auction=self.auction, amount=amount, key=key or f"k{next(_numbers)}",
            by=self.people[who - 1],
        )  # fmt: skip

    def seal(self, who: int, amount: int, key: str = "") -> object:
        """Let the bidder with a number bid unseen."""
        return actions.seal_bid(
            auction=self.auction, amount=amount, key=key or f"k{next(_numbers)}",
            by=self.people[who - 1],
        )  # fmt: skip

    def tell(self, *places: int) -> None:
        """Let holders, by place from 0, tell their keys, each on their own login."""
        for place in places:
            holder = self.holders[place]
            actions.enter_key(auction=self.auction, private_key=holder.private_key, by=holder.person)  # fmt: skip

    def open(self) -> None:
        """Come to the instant at which bidding opens."""
        set_clock(self.opens_at)

    def end(self) -> None:
        """Come to the instant at which bidding ends, and close."""
        set_clock(self.closes_at)
        actions.close(auction=self.auction, by=None)
        self.auction.refresh_from_db()


def make_cast(form: Form = Form.ENGLISH, bidders: int = 3, **changes: object) -> Cast:
    keeper = OrganisationFactory.create()
    official = make_person(Role.OFFICIAL, keeper)
    opens_at = database_now() + timedelta(hours=1)
    terms: dict[str, object] = {
        "code": f"DG-{next(_numbers)}", "title": "Bằng sáng chế 1-0012345",
        "subject": "things.patent:1", "keeper": keeper, "form": form, "start": START,
        "reserve": RESERVE, "step": STEP, "deposit": DEPOSIT, "opens_at": opens_at,
        "closes_at": opens_at + timedelta(hours=1), "by": official,
    }  # fmt: skip
    holders: list[Holder] = []
    if form is Form.ENGLISH:
        terms |= {"window": 120}
    elif form is Form.SEALED:
        terms |= {"step": 0}
        if "opening_key" not in changes:
            key, holders = make_key(keeper, official)
            terms["opening_key"] = key.pk
    else:
        terms |= {"tick": 60, "reserve": START // 2}
    auction = actions.announce(**(terms | changes))  # type: ignore[arg-type]
    cast = Cast(keeper, official, auction, holders)
    for _ in range(bidders):
        join(cast)
    return cast


HOLDERS = ("Chánh Thanh tra Sở", "Trưởng phòng Quản lý công nghệ", "Công chứng viên")


def ask_for_key(keeper: Organisation, by: Person | None = None) -> OpeningKey:
    """Ask three people for an opening key that two of them use."""
    people = [(PersonFactory.create(), post) for post in HOLDERS]
    return actions.make_opening_key(keeper=keeper, holders=people, threshold=2, by=by)


def make_key(keeper: Organisation, by: Person | None = None) -> tuple[OpeningKey, list[Holder]]:  # fmt: skip
    """Make an opening key that two of three holders open; each has made their part."""
    key = ask_for_key(keeper, by)
    holders = []
    for row in key.holders.all():
        made = make_holder_key()
        actions.join_opening_key(key=key, public_key=made.public_key, by=row.person)
        holders.append(Holder(row.person, made.private_key))
    return key, holders


def join(cast: Cast) -> Person:
    """Let one more person ask to bid and pay the deposit."""
    person = PersonFactory.create()
    pay(actions.apply(auction=cast.auction, by=person))
    cast.people.append(person)
    return person


def pay(bidder: Bidder) -> None:
    """Let the bank tell that the deposit came."""
    [order] = orders_of(bidder.ref)
    tell(payment(order, order.amount, f"AUCTION{next(_numbers)}"))  # type: ignore[arg-type]


def pay_price(auction: Auction) -> Auction:
    """Let the bank tell that whoever buys paid what is left of the price."""
    order = orders_of(auction.ref)[-1]
    tell(payment(order, order.missing, f"PRICE{next(_numbers)}"))  # type: ignore[arg-type]
    auction.refresh_from_db()
    return auction


def let_lapse(cast: Cast) -> Auction:
    """Let the day pass on which the price had to be paid, and say that it was not."""
    order = orders_of(cast.auction.ref)[-1]
    assert order.due_at
    with clock.telling(order.due_at + timedelta(seconds=1)):
        made = actions.declare_default(auction=cast.auction, by=cast.official)
    cast.auction.refresh_from_db()
    return made


def sent_back(cast: Cast) -> list[int]:
    """Return the numbers of bidders whose deposit payments is asked to send back."""
    found = []
    for bidder in cast.auction.bidders.filter(number__isnull=False).order_by("number"):
        try:
            if refund_of(bidder.ref).amount == cast.auction.deposit:
                found.append(bidder.number or 0)
        except ObjectDoesNotExist:
            continue
    return found


def instant(microseconds: int) -> datetime:
    """Return an instant of the audit."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)

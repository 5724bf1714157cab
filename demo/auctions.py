"""The demo's auctions: one that runs when the city is loaded, two that are over.

Auctions know only the database's clock, and that is the real one: the demo's own day
stands still in 2025. So they happen while the demo is loaded, on the day it is, and
their pages show that day; the one that runs does so for two weeks from then.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from khuevan.auctions import actions as auctions
from khuevan.auctions.models import Auction, OpeningKey
from khuevan.auctions.public import Form, database_now
from khuevan.auctions.sealing import HolderKey, make_holder_key
from khuevan.directory.public import Organisation, Person, Role
from khuevan.exchange import actions
from khuevan.exchange.models import Listing, Member
from khuevan.exchange.rules.listings import Kind, Licence, State
from khuevan.payments.public import orders_of, take_cash


OPENS_IN = timedelta(seconds=4)
OVER_AFTER = timedelta(seconds=3)
RUNS_FOR = timedelta(days=14)
BIDDERS = ("DN.01", "DN.04", "DN.05", "VT.04")
HOLDERS = {
    "inspector": "Kiểm tra viên, Ủy ban Kiểm tra Thành ủy",
    "justice": "Chuyên viên, Sở Tư pháp",
    "verifier": "Chuyên viên kiểm chứng, Văn phòng UBND Thành phố",
}
DECISION = (
    "Quyết định số 12/QĐ-GĐ (giả định) ngày 3/11/2025 cho phép chuyển giao qua đấu giá"
)
CONSENT = "Nhóm tác giả đồng ý tại biên bản số 4 (giả định) ngày 3/11/2025"


@dataclass
class Auctions:
    """Tells the auctions; `finish` once the city is loaded."""

    official: Person
    over: Auction | None = field(default=None, init=False)
    sealed: Auction | None = field(default=None, init=False)
    keys: list[tuple[Person, HolderKey]] = field(default_factory=list, init=False)

    def tell(self) -> None:
        """Announce, admit bidders and let them bid, as soon as the database's clock lets them."""
        bidders = [self._bidder(code, number) for number, code in enumerate(BIDDERS)]
        sold, running, unseen = self._listings()
        key = self._opening_key()
        self._ask_holders()  # a key that waits for its holders, to be made in a browser
        opens_at = database_now() + OPENS_IN
        over = opens_at + OVER_AFTER
        self.over = self._announce(sold, opens_at, over)
        self.sealed = self._announce(unseen, opens_at, over, form=Form.SEALED, opening_key=key.pk)  # fmt: skip
        live = self._announce(running, opens_at, opens_at + RUNS_FOR, window=300)
        for auction in (self.over, self.sealed, live):
            for person in bidders:
                self._admit(auction, person)
        while database_now() < opens_at:
            time.sleep(0.1)
        for number, person in enumerate(bidders):
            amount = self.sealed.start + (number * 7 % 4) * self.sealed.start // 20
            auctions.seal_bid(auction=self.sealed, amount=amount, key=f"demo-{number}", by=person)  # fmt: skip
        self._bid(self.over, bidders, (0, 1, 0, 2, 1))
        self._bid(live, bidders, (3, 0, 2))

    def finish(self) -> None:
        """Close what is over: take the price of the one, open the bids of the other."""
        assert self.over is not None
        assert self.sealed is not None
        self.over.refresh_from_db()
        while database_now() < self.over.closes_at:
            time.sleep(0.1)
        auctions.close(auction=self.over, by=None)
        [order] = orders_of(self.over.ref)
        take_cash(order_id=order.id, by=self.official)
        self.sealed.refresh_from_db()
        auctions.close(auction=self.sealed, by=None)
        for person, made in self.keys[:2]:
            auctions.enter_key(auction=self.sealed, private_key=made.private_key, by=person)  # fmt: skip

    def _ask_holders(self) -> OpeningKey:
        people = [(Person.objects.get(username=name), post) for name, post in HOLDERS.items()]  # fmt: skip
        return auctions.make_opening_key(
            keeper=Organisation.objects.get(code="H26.KHCN"), holders=people,
            threshold=2, by=self.official,
        )  # fmt: skip

    def _opening_key(self) -> OpeningKey:
        """Let three holders make a key; what browsers do otherwise is done here."""
        key = self._ask_holders()
        for holder in key.holders.select_related("person"):
            made = make_holder_key()
            self.keys.append((holder.person, made))
            auctions.join_opening_key(key=key, public_key=made.public_key, by=holder.person)  # fmt: skip
        return key

    def _listings(self) -> tuple[Listing, Listing, Listing]:
        """Return two published rights that pass to one buyer, of members who do not bid."""
        rows = Listing.objects.filter(
            state=State.PUBLISHED, kind__in=[Kind.IP_RIGHT, Kind.TECHNOLOGY],
            licence__in=[Licence.ASSIGNMENT, Licence.EXCLUSIVE],
        ).exclude(member__organisation__code__in=BIDDERS)  # fmt: skip
        first, second, third = rows.order_by("kind", "code")[:3]
        return first, second, third

    def _bidder(self, code: str, number: int) -> Person:
        member = Member.objects.get(organisation__code=code)
        roles = [Role.MEMBER, Role.HEAD]
        people = Person.objects.filter(appointments__organisation__code=code, appointments__role__in=roles)  # fmt: skip
        person = people.order_by("pk").first()
        assert person is not None
        actions.declare_parties(
            member=member,
            owners=[f"Cổ đông giả định {number}; 00109900{number:04}"],
            accounts=[f"190000{number:06}; Ngân hàng giả định"],
            by=person,
        )
        return person

    def _announce(
        self, listing: Listing, opens_at: datetime, closes_at: datetime, *,
        form: Form = Form.ENGLISH, window: int = 0, opening_key: UUID | None = None,
    ) -> Auction:  # fmt: skip
        start = listing.price_from or 500_000_000
        row = actions.auction_listing(
            listing=listing, form=form, start=start, reserve=start,
            step=0 if form is Form.SEALED else start // 20, deposit=start // 10,
            opens_at=opens_at, closes_at=closes_at, window=window,
            opening_key=opening_key, consent=CONSENT, decision=DECISION, by=None,
        )  # fmt: skip
        return Auction.objects.get(code=row.code)

    def _admit(self, auction: Auction, person: Person) -> None:
        bidder = auctions.apply(auction=auction, by=person)
        [order] = orders_of(bidder.ref)
        take_cash(order_id=order.id, by=self.official)

    def _bid(self, auction: Auction, bidders: list[Person], turns: tuple[int, ...]) -> None:  # fmt: skip
        for number, turn in enumerate(turns):
            amount = auction.start + number * auction.step
            auctions.place_bid(auction=auction, amount=amount, key=f"demo-{number}", by=bidders[turn])  # fmt: skip


def official_of(body: Organisation) -> Person:
    """Return an official of the exchange's operator, who keeps the auctions."""
    people = Person.objects.filter(appointments__organisation=body, appointments__role=Role.OFFICIAL)  # fmt: skip
    person = people.order_by("pk").first()
    assert person is not None
    return person

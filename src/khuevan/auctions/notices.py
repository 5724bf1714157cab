"""What the facts of auctions tell bidders, of their own bids alone, and holders of keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Case, Q, When
from django.urls import reverse

from khuevan.directory.public import Appointment, Role, in_force
from khuevan.journal.public import Fact
from khuevan.notices.public import Teller
from khuevan.platform.errors import N_

from .models import Auction, Bidder, KeyHolder
from .rules.terms import State


class Bidders:
    """Who stands behind the numbers of the auctions a batch of facts is about."""

    def __init__(self, facts: list[Fact]) -> None:
        keys = {UUID(fact.subject.partition(":")[2]) for fact in facts}
        rows = Bidder.objects.filter(auction__in=keys, number__isnull=False)
        found = rows.values_list("auction_id", "number", "person_id")
        self.people = {(auction, number): person for auction, number, person in found}

    def one(self, fact: Fact, number: int | None) -> list[UUID]:
        """Return the person behind a number."""
        found = self.people.get((_key(fact), number or 0))
        return [found] if found else []

    def keepers(self, fact: Fact) -> list[UUID]:
        """Return the people of the body that holds the auction."""
        keeper = Auction.objects.filter(pk=_key(fact)).values("keeper")
        posts = Appointment.objects.filter(in_force(), organisation__in=keeper, role__in=(Role.HEAD, Role.OFFICIAL))  # fmt: skip
        return list(posts.values_list("person_id", flat=True).distinct())

    def all(self, fact: Fact) -> list[UUID]:
        """Return everybody who was admitted."""
        return [person for (auction, _), person in self.people.items() if auction == _key(fact)]  # fmt: skip


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])


def _params(fact: Fact, known: Bidders) -> dict[str, Any]:
    return {"code": fact.figures["auction"]}


def _page(fact: Fact, known: Bidders) -> str:
    return reverse("auction", args=[fact.figures["auction"]])


class Holders:
    """Who holds the keys a batch of facts is about, or is waited for by its auctions."""

    def __init__(self, facts: list[Fact]) -> None:
        keys = {_key(fact) for fact in facts}
        rows = KeyHolder.objects.filter(Q(key__in=keys) | Q(key__auction__in=keys))
        waits = When(key__auction__state=State.CLOSED, then="key__auction")
        rows = rows.annotate(waiting=Case(waits, default=None))
        self.rows = list(rows.values_list("key_id", "waiting", "person_id"))

    def of(self, fact: Fact) -> list[UUID]:
        """Return the holders of a key, or those an auction waits for."""
        about = _key(fact)
        return [person for key, waiting, person in self.rows if about in (key, waiting)]


def _key_page(fact: Fact, known: Holders) -> str:
    return reverse("auction-key", args=[_key(fact)])


def _open_page(fact: Fact, known: Holders) -> str:
    return reverse("auction-open", args=[fact.figures["auction"]])


tell = Teller("auctions", params=_params, link=_page, gather=Bidders)
ask = Teller("auctions", params=_params, link=_open_page, gather=Holders)


ask(
    "opening_key_made",
    lambda fact, known: known.of(fact),
    N_("You are asked to hold part of an opening key"),
    N_("Sealed bids of an auction will be opened by several people together, you among them. Make your key on its page; it can be used once everybody has."),
    params=lambda fact, known: {},
    link=_key_page,
)  # fmt: skip
ask(
    "auction_closed",
    lambda fact, known: known.of(fact),
    N_("Bidding in auction %(code)s is over: your key is needed to open the bids"),
    N_("Tell the key you saved, on your own login. Once enough holders have, the bids are opened."),
)  # fmt: skip


tell(
    "bid_placed",
    lambda fact, known: known.one(fact, fact.figures.get("outbid")),
    N_("Somebody bid more than you in auction %(code)s"),
    N_("Its page says what the next bid must reach, and how long bidding lasts."),
)
tell(
    "auction_extended",
    lambda fact, known: known.all(fact),
    N_("The end of auction %(code)s has moved"),
    N_("A bid came in the last minutes. Its page says until when bids are taken now."),
)
tell(
    "auction_decided",
    lambda fact, known: known.one(fact, fact.figures.get("winner")),
    N_("You won auction %(code)s"),
    N_("Pay the rest on its page by the day it names; your deposit becomes part of the price. Who does not pay loses it."),
)  # fmt: skip
tell(
    "deposit_returned",
    lambda fact, known: known.one(fact, fact.figures.get("bidder")),
    N_("Auction %(code)s is over for you: your deposit goes back"),
    N_("Somebody else won, nobody did, or it was cancelled; its page says which. The deposit goes back the way it came."),
)  # fmt: skip
tell(
    "runner_up_named",
    lambda fact, known: known.one(fact, fact.figures.get("bidder")),
    N_("The winner of auction %(code)s did not pay: it is yours at your bid"),
    N_("Yours was the next bid. Tell the keeper whether you buy; you owe nothing if you do not."),
)  # fmt: skip
tell(
    "winner_defaulted",
    lambda fact, known: known.one(fact, fact.figures.get("bidder")),
    N_("You did not pay for auction %(code)s"),
    N_("The keeper has said so, and the deposit went to the seller. Whoever thinks this wrong turns to the keeper."),
)  # fmt: skip
tell(
    "bidder_flagged",
    lambda fact, known: known.keepers(fact),
    N_("A bidder of auction %(code)s is flagged"),
    N_("Its page says by which rule. The award waits for your word where the flag holds it."),
)  # fmt: skip
tell(
    "deposit_taken_back",
    lambda fact, known: known.keepers(fact),
    N_("The bank took a deposit of auction %(code)s back"),
    N_("Its bidder is flagged. The award waits for your word if that bidder wins."),
)
tell(
    "price_taken_back",
    lambda fact, known: known.keepers(fact),
    N_("The bank took the price of auction %(code)s back"),
    N_("It was settled already: settle it anew with the buyer and the seller."),
)

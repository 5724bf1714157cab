"""What pages and other apps see of auctions: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from khuevan.books.public import EntryView

from .rules.replay import Outcome
from .rules.terms import Form, State


@dataclass(frozen=True, slots=True)
class Standing:
    """How an auction stands by the database's clock; đồng.

    `price` is the highest bid, or what a falling price is now; None where it is not to
    be known or there is none yet. `least` is what the next bid must reach.
    """

    now: datetime
    opens_at: datetime
    closes_at: datetime
    state: State
    open: bool
    price: int | None
    leader: int | None
    least: int | None
    bids: int
    bidders: int
    mark: str

    @property
    def seconds_left(self) -> int:
        """Return how long bidding lasts yet, or how long until it opens."""
        until = self.closes_at if self.now >= self.opens_at else self.opens_at
        return max(0, int((until - self.now).total_seconds()))


@dataclass(frozen=True, slots=True)
class Money:
    """What an auction's book says, for its keeper; đồng. `entries` are in their order."""

    held: int
    owed: int
    fees: int
    bank: int
    entries: list[EntryView]
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class HolderView:
    """One who helps to open sealed bids, as everybody knows them."""

    number: int
    post: str
    has_told: bool


@dataclass(frozen=True, slots=True)
class AuctionView:
    """An auction as other apps know it; `outcome` is None until it is decided.

    `price` is what the winner pays, or whoever came next and was asked; đồng.
    """

    id: UUID
    ref: str
    code: str
    title: str
    subject: str
    form: Form
    state: State
    opens_at: datetime
    closes_at: datetime
    outcome: Outcome | None
    price: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a bidder holds in hand: the signed text, and for a sealed bid its proof.

    `nonce` is told where the server sealed the bid; else only the bidder has it.
    """

    number: int
    note: str
    is_new: bool
    nonce: str = ""
    commitment: str = ""

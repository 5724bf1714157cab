"""The terms of an auction: fixed before the first bid, told to everybody.

Money is whole đồng. Instants are whole microseconds since 1970, UTC, as the database
keeps them: a bid is in time or late, never nearly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from khuevan.platform.errors import N_, RuleBroken


LARGEST = 10**17
"""đồng of a bid: what the books take in one posting, ten times over."""
SECOND = 1_000_000
LONGEST_WINDOW = 3600
MOST_HOLDERS = 7
"""A sealed bid holds its key once for every group of holders: of seven at most 35."""


class Form(StrEnum):
    """How the price is found."""

    ENGLISH = "english"  # it rises; the end moves while people bid
    SEALED = "sealed"  # one look at all bids after the end; the highest pays its bid
    DUTCH = "dutch"  # it falls; the first who takes it pays it


class State(StrEnum):
    """How far an auction is; whether bids are taken is for the database's clock to say."""

    RUNNING = "running"
    CLOSED = "closed"
    DECIDED = "decided"
    CANCELLED = "cancelled"
    SETTLED = "settled"
    DEFAULTED = "defaulted"
    OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class Terms:
    """What everybody knows from the announcement on.

    `start` is the price an English or sealed bid begins from and a Dutch one falls
    from; below `reserve` nothing is sold. `step` is the least rise, or how much a Dutch
    price falls every `tick` seconds. An English bid in the last `window` seconds moves
    the end to `window` seconds after it. Sealed bids are opened by `threshold` of the
    `holders` together, each with the private key that belongs to theirs of `public_keys`.
    """

    form: Form
    start: int
    reserve: int
    step: int
    deposit: int
    opens_at: int
    closes_at: int
    window: int = 0
    tick: int = 0
    threshold: int = 0
    public_keys: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """Return the terms as the announcement writes them."""
        return asdict(self)

    @classmethod
    def of(cls, body: dict[str, Any]) -> Terms:
        """Return the terms of an announcement."""
        told = {field.name: body.get(field.name, ()) for field in fields(cls)}
        lists = {name: tuple(told[name]) for name in ("public_keys", "holders")}
        return cls(**told | lists | {"form": Form(told["form"])})


def check_terms(terms: Terms) -> None:
    """Refuse terms under which no auction can be held."""
    for name in ("start", "reserve", "deposit"):
        if not 0 < getattr(terms, name) <= LARGEST:
            raise RuleBroken(
                N_("Give an amount of at least 1 đồng, at most %(most)s."),
                field=name,
                most=LARGEST,
            )
    if terms.deposit >= terms.reserve:
        raise RuleBroken(
            N_("The deposit becomes part of the price: it is less than the reserve."),
            field="deposit",
        )
    if terms.closes_at <= terms.opens_at:
        raise RuleBroken(N_("It ends after it opens."), field="closes_at")
    if terms.form is not Form.SEALED and not 0 < terms.step <= LARGEST:
        raise RuleBroken(
            N_("Say by how much the price moves at least: 1 đồng or more."),
            field="step",
        )
    _CHECKS[terms.form](terms)


def _check_english(terms: Terms) -> None:
    if terms.reserve < terms.start:
        raise RuleBroken(
            N_("The reserve is at least the starting price."), field="reserve"
        )
    if not 0 <= terms.window <= LONGEST_WINDOW:
        raise RuleBroken(
            N_("The last minutes last between 0 and %(most)s seconds."),
            field="window",
            most=LONGEST_WINDOW,
        )


def _check_sealed(terms: Terms) -> None:
    if terms.reserve < terms.start:
        raise RuleBroken(
            N_("The reserve is at least the starting price."), field="reserve"
        )
    if not terms.public_keys:
        raise RuleBroken(
            N_("Sealed bids need an opening key that several people hold together: choose one, or let the keeper ask its holders first."),
            field="opening_key",
        )  # fmt: skip


def _check_dutch(terms: Terms) -> None:
    if terms.reserve > terms.start:
        raise RuleBroken(
            N_("A falling price stops at a reserve below its start."), field="reserve"
        )
    if terms.tick < 1:
        raise RuleBroken(
            N_("Say every how many seconds the price falls."), field="tick"
        )


_CHECKS = {
    Form.ENGLISH: _check_english,
    Form.SEALED: _check_sealed,
    Form.DUTCH: _check_dutch,
}


def check_holders(holders: Sequence[str], threshold: int) -> None:
    """Refuse an opening key that too few hold, or one could open alone."""
    if not 2 <= len({*holders}) == len(holders) <= MOST_HOLDERS or not all(holders):
        raise RuleBroken(
            N_("Name between 2 and %(most)s different people, one a line, each with post and body, so that everybody knows who opens."),
            field="holders", most=MOST_HOLDERS,
        )  # fmt: skip
    if not 2 <= threshold <= len(holders):
        raise RuleBroken(
            N_("At least 2 holders open together, at most all %(count)s."),
            field="threshold", count=len(holders),
        )  # fmt: skip


def check_deposit(terms: Terms, least: int, most: int) -> None:
    """Refuse a deposit outside the law's shares of the starting price; percent."""
    if not least * terms.start <= terms.deposit * 100 <= most * terms.start:
        raise RuleBroken(
            N_("The deposit is between %(least)s %% and %(most)s %% of the starting price."),
            field="deposit",
            least=least,
            most=most,
        )  # fmt: skip


def dutch_price(terms: Terms, at: int) -> int:
    """Return the price of a Dutch auction at an instant; it never falls below the reserve."""
    falls = max(0, at - terms.opens_at) // (terms.tick * SECOND)
    return max(terms.reserve, terms.start - terms.step * falls)


def least_bid(terms: Terms, best: int | None) -> int:
    """Return the least an English auction takes next."""
    return terms.start if best is None else best + terms.step


def check_amount(amount: int, terms: Terms) -> None:
    """Refuse what can be no bid here whatever the others do."""
    lowest = terms.reserve if terms.form is Form.DUTCH else terms.start
    if not lowest <= amount <= LARGEST:
        raise RuleBroken(
            N_("A bid here is between %(least)s and %(most)s đồng."),
            field="amount",
            least=lowest,
            most=LARGEST,
        )

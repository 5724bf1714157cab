"""What an order's money adds up to: a function of totals, never of the order of events.

Callbacks come twice, late and in any order. Everything shown about an order follows
from what was received and what went back, so that every order of events ends alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class State(StrEnum):
    """Where an order stands."""

    WAITING = "waiting"
    PAID = "paid"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


CLOSED = frozenset({State.CANCELLED, State.EXPIRED})


class Payer(StrEnum):
    """Who bears a line: the city's council may take a fee upon its budget."""

    APPLICANT = "applicant"
    CITY = "city"


class RefundState(StrEnum):
    """How far a refund is."""

    ASKED = "asked"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


class RefundReason(StrEnum):
    """Why money goes back."""

    SURPLUS = "surplus"  # more than the order, or for an order no longer open
    ASKED = "asked"  # somebody entitled decided it
    BANK = "bank"  # the bank did it by itself


@dataclass(frozen=True, slots=True)
class Line:
    """One thing an order asks money for; đồng."""

    code: str
    name: str
    amount: int
    payer: Payer = Payer.APPLICANT


@dataclass(frozen=True, slots=True)
class Books:
    """The totals of one order, in đồng.

    `amount` is what the applicant owes; `received` and `returned` what moved;
    `returning` what was decided to go back and has not yet, other than a surplus.
    """

    amount: int
    received: int = 0
    returned: int = 0
    returning: int = 0
    closed: State | None = None

    @property
    def state(self) -> State:
        """Return where the order stands."""
        if self.closed is not None:
            return self.closed
        if self.received < self.amount:
            return State.WAITING
        gone = bool(self.amount) and self.returned >= self.received
        return State.REFUNDED if gone else State.PAID

    @property
    def missing(self) -> int:
        """Return what the applicant still has to pay."""
        if self.state is not State.WAITING:
            return 0
        return self.amount - self.received

    @property
    def surplus(self) -> int:
        """Return what was received and belongs back to the payer."""
        if self.closed is not None:
            due = 0
        else:
            due = min(self.amount, self.received)
        return max(0, self.received - self.returned - self.returning - due)


def total(lines: tuple[Line, ...], payer: Payer) -> int:
    """Return what one payer bears of some lines."""
    return sum(line.amount for line in lines if line.payer is payer)


def check_lines(lines: tuple[Line, ...]) -> None:
    """Refuse an order without lines, with a negative amount or a code twice."""
    if not lines:
        raise RuleBroken(N_("An order needs at least one line."), field="lines")
    for line in lines:
        if line.amount < 0 or not line.name.strip() or not line.code.strip():
            raise RuleBroken(
                N_("Line “%(code)s” needs a name and an amount of 0 đồng or more."),
                field="lines",
                code=line.code,
            )
    if len({line.code for line in lines}) < len(lines):
        raise RuleBroken(N_("A code stands twice among the lines."), field="lines")


def check_refund(books: Books, amount: int) -> None:
    """Refuse to give back more than is held, or for an order that was never paid."""
    if books.state is not State.PAID:
        raise RuleBroken(N_("Only a paid order can be refunded."))
    held = books.received - books.returned - books.returning - books.surplus
    if not 0 < amount <= held:
        raise RuleBroken(
            N_("Between 1 and %(held)s đồng can be refunded."),
            field="amount",
            held=held,
        )

"""The money of a deal for its page: what is to pay, held, released and owed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from khuevan.books.public import balances_about
from khuevan.deals.models import Deal, Milestone, RoyaltyReport
from khuevan.deals.models.performing import MilestoneState
from khuevan.payments.public import orders_of, orders_of_many


Row = TypeVar("Row", Milestone, RoyaltyReport)


@dataclass(frozen=True, slots=True)
class Paid(Generic[Row]):
    """A milestone or report with its order: `token` opens the page to pay, "" where nothing is to."""

    row: Row
    token: str


@dataclass(frozen=True, slots=True)
class Money:
    """Everything that moves in a deal, in đồng: `held` in escrow, `owed` to the provider.

    `lacking` is what the bank took back of it and the recipient is to pay again.
    """

    milestones: tuple[Paid[Milestone], ...]
    reports: tuple[Paid[RoyaltyReport], ...]
    held: int
    owed: int
    fees: int
    lacking: int
    next_number: int | None


def money_of(deal: Deal) -> Money | None:
    """Return the money of a deal, None before its contract takes effect."""
    if not deal.book:
        return None
    milestones, reports = list(deal.milestones.all()), list(deal.reports.all())
    orders = orders_of_many([row.ref for row in (*milestones, *reports)])

    def paid(row: Row) -> Paid[Row]:
        open_ones = [order.token for order in orders.get(row.ref, []) if order.missing]
        return Paid(row, open_ones[0] if open_ones else "")

    stands = {view.code: view.standing for view in balances_about(deal.ref)}
    due = [m.number for m in milestones if m.state == MilestoneState.DUE]
    return Money(
        tuple(paid(m) for m in milestones), tuple(paid(r) for r in reports),
        stands.get(deal.account, 0), stands.get(deal.owed, 0),
        sum(m.fee for m in milestones) + sum(r.fee for r in reports),
        stands.get(deal.lacking, 0),
        due[0] if due else None,
    )  # fmt: skip


def paid_under(subject: str) -> str:
    """Return the payment reference of what was paid for a milestone or report, "" for none.

    Where the bank took a payment back there is a newer one.
    """
    orders = orders_of(subject)
    return orders[-1].pay_reference if orders else ""

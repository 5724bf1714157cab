"""How a deal ends by itself, and what an end does to its money."""

from __future__ import annotations

from khuevan.deals.models import Deal
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.queries.amending import waiting_in
from khuevan.deals.rules.states import SIDES, Move, State
from khuevan.directory.public import Person
from khuevan.exchange.public import are_related, note_delivered
from khuevan.payments.public import withdraw_orders
from khuevan.platform import clock

from .common import take_step
from .escrow_common import return_rest


def finish(deal: Deal) -> None:
    """Let a locked deal go on by itself once no milestone is open: to reports, or closed.

    An agreed amendment is waited for, as it may bring another milestone, and so is money
    the bank took back after it was released.
    """
    open_ones = deal.milestones.filter(state__in=(MilestoneState.DUE, MilestoneState.DELIVERED))  # fmt: skip
    lacking = deal.milestones.filter(released__gt=0, paid_at=None)
    if open_ones.exists() or lacking.exists() or waiting_in(deal) is not None:
        return
    if deal.delivered_at is None:
        deal.delivered_at = clock.now()
        one, other = [p.member for p in deal.parties.filter(part__in=SIDES)]
        # What came to belong together since counts for neither: nobody earns a name alone.
        if not are_related(one, other):
            note_delivered(member=one)
            note_delivered(member=other)
    waits = deal.reports.open().exists()
    take_step(deal, Move.END_WORK if waits else Move.CLOSE, by=None)


def close_if_done(deal: Deal) -> None:
    """Close a locked deal once every report is filed, every royalty paid, nothing amended."""
    if not deal.reports.open().exists() and waiting_in(deal) is None:
        take_step(deal, Move.CLOSE, by=None)


def go_on(deal: Deal) -> None:
    """Let a locked deal that waited for an amendment go on by itself, where it can."""
    if deal.state == State.PERFORMING:
        finish(deal)
    elif deal.state == State.REPORTING:
        close_if_done(deal)


def end_money(deal: Deal, by: Person | None) -> None:
    """Ask for nothing any more and send back what was paid in and not released."""
    for milestone in deal.milestones.exclude(order=None).filter(
        paid_at=None, released=0
    ):
        withdraw_orders(subject=milestone.ref, by=None)
    return_rest(deal, by)

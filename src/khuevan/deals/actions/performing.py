"""From the signed contract to the last acceptance: effect, money, milestones."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from khuevan.deals.access import may_pay_out
from khuevan.deals.facts import record_deal
from khuevan.deals.models import Deal, Milestone, RoyaltyReport
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.queries.amending import is_touched
from khuevan.deals.queries.contracting import contract_for, terms_of
from khuevan.deals.rules.royalties import periods
from khuevan.deals.rules.states import Move, check_reason
from khuevan.directory.public import Person
from khuevan.payments.public import OrderView, note_payout, returned_on
from khuevan.platform import clock, files
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.text import grouped

from .common import begin, hand_over, locked, not_ahead, report_days, require, take_step
from .ending_common import finish, go_on
from .escrow_common import (
    MILESTONE,
    ask_for_milestone,
    ask_for_money,
    enter_payout,
    enter_return,
    lacking,
    lose,
    make_good,
    open_accounts,
    operator,
    release,
    standing_of,
    still_asked,
    take_in,
    undo_payment,
)


# A step's words are read as they stand: Vietnamese, as what people say.
TAKEN_BACK = "Ngân hàng đã lấy lại tiền nộp cho mốc {number}."


@transaction.atomic
def note_signed(*, deal: Deal, signed_on: date, by: Person | None) -> Deal:
    """Note the day on which both sides signed the contract drawn up from the agreed terms."""
    deal, _side = begin(deal, Move.NOTE_SIGNED, by)
    _not_here(deal, by)
    not_ahead(signed_on, "signed_on")
    if deal.signed_on is not None:
        raise RuleBroken(N_("The day of signing is noted already."), field="signed_on")
    assert deal.agreed_at is not None
    if signed_on < clock.local_day(deal.agreed_at):
        raise RuleBroken(N_("A contract is signed after its terms were agreed."), field="signed_on")  # fmt: skip
    deal.signed_on = signed_on
    take_step(deal, Move.NOTE_SIGNED, by=by)
    price = terms_of(deal).price
    record_deal("deals.contract_signed", deal, by=by, signed_on=signed_on, price=price)  # fmt: skip
    return deal


@transaction.atomic
def note_called_off(*, deal: Deal, words: str = "", by: Person | None) -> Deal:
    """Note that a signed contract was called off, as after a refused registration.

    Its days are forgotten: the same terms may be signed anew, or negotiated again. For a
    contract on paper the exchange's people note it, with the reason.
    """
    deal, _side = begin(deal, Move.CALLED_OFF, by)
    _not_here(deal, by)
    if deal.signed_on is None:
        raise RuleBroken(N_("No contract of this deal is signed."))
    deal.signed_on = deal.registered_on = None
    take_step(deal, Move.CALLED_OFF, by=by, words=check_reason(words) if by else words)
    record_deal("deals.contract_called_off", deal, by=by)
    return deal


@transaction.atomic
def note_registered(*, deal: Deal, registered_on: date, by: Person | None) -> Deal:
    """Note the day of the certificate of registration of a signed contract."""
    deal, _side = begin(deal, Move.NOTE_REGISTERED, by)
    _not_here(deal, by)
    not_ahead(registered_on, "registered_on")
    if deal.signed_on is None or registered_on < deal.signed_on:
        raise RuleBroken(N_("A contract is registered after it was signed."), field="registered_on")  # fmt: skip
    deal.registered_on = registered_on
    take_step(deal, Move.NOTE_REGISTERED, by=by)
    record_deal("deals.contract_registered", deal, by=by, registered_on=registered_on)
    return deal


@transaction.atomic
def take_effect(*, deal: Deal, effective_on: date, by: Person | None) -> Deal:
    """Let a signed contract take effect: milestones, reports and the escrow begin.

    Where registration is mandatory the contract takes effect on the certificate's day (Law
    07/2017/QH14, Article 31); whether it is, `contracts` knows.
    """
    deal, _side = begin(deal, Move.TAKE_EFFECT, by)
    _not_here(deal, by)
    not_ahead(effective_on, "effective_on")
    if deal.signed_on is None or effective_on < (deal.registered_on or deal.signed_on):
        raise RuleBroken(
            N_("A contract takes effect after it was signed, and registered where it has to be."),
            field="effective_on",
        )  # fmt: skip
    deal.effective_on = effective_on
    open_accounts(deal)
    deal.save()
    _write_milestones(deal)
    _write_reports(deal)
    take_step(deal, Move.TAKE_EFFECT, by=by)
    record_deal("deals.contract_took_effect", deal, by=by, effective_on=effective_on)
    return deal


def _not_here(deal: Deal, by: Person | None) -> None:
    """Refuse noting by hand what the contract drawn up here tells by itself."""
    if by is not None and (contract := contract_for(deal)) is not None:
        raise RuleBroken(
            N_("Contract %(number)s is signed and registered on its own page; the deal follows it."),
            number=contract.number,
        )  # fmt: skip


def _write_milestones(deal: Deal) -> None:
    assert deal.effective_on is not None
    terms = terms_of(deal)
    for number, told in enumerate(terms.milestones, 1):
        milestone = Milestone.objects.create(
            deal=deal, number=number, title=told.title[:300], shown_by=told.shown_by,
            due_on=deal.effective_on + timedelta(days=told.days), amount=told.amount,
        )  # fmt: skip
        if told.amount:
            milestone.order = ask_for_milestone(milestone)
            milestone.save(update_fields=["order"])


def _write_reports(deal: Deal) -> None:
    assert deal.effective_on is not None
    royalty = terms_of(deal).royalty
    if royalty is None:
        return
    days = report_days(deal)
    RoyaltyReport.objects.bulk_create(
        RoyaltyReport(deal=deal, number=p.number, first=p.first, last=p.last, due_on=p.last + days)
        for p in periods(royalty, deal.effective_on)
    )  # fmt: skip


@transaction.atomic
def hold_payment(*, milestone: Milestone, order: OrderView, by: Person | None) -> Milestone:  # fmt: skip
    """Hold what the recipient paid in for a milestone; payments calls this.

    Raises RuleBroken for a milestone that ended meanwhile: the money then goes back.
    """
    deal = locked(milestone.deal)
    milestone = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if milestone.paid_at is not None:
        return milestone
    if milestone.lacks:
        return _take_again(deal, milestone, order, by)
    if not milestone.open:
        raise RuleBroken(N_("The milestone has ended: give the money back."))
    take_in(deal, milestone, order)
    milestone.paid_at = clock.now()
    milestone.save(update_fields=["paid_at"])
    record_deal("deals.milestone_paid", deal, by=by, number=milestone.number, amount=milestone.amount)  # fmt: skip
    return milestone


def _take_again(deal: Deal, milestone: Milestone, order: OrderView, by: Person | None) -> Milestone:  # fmt: skip
    make_good(deal, order)
    if not still_asked(milestone.ref, but=order.id):
        milestone.paid_at = clock.now()
        milestone.save(update_fields=["paid_at"])
        go_on(deal)
    record_deal("deals.milestone_repaid", deal, by=by, number=milestone.number, amount=order.amount)  # fmt: skip
    return milestone


@transaction.atomic
def deliver(
    *, milestone: Milestone, evidence: str, content: bytes | None = None,
    name: str = "", by: Person | None,
) -> Milestone:  # fmt: skip
    """Hand over a milestone with what shows that it is there; the recipient looks next."""
    deal, _side = begin(milestone.deal, Move.DELIVER, by)
    milestone = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if milestone.state != MilestoneState.DUE:
        raise RuleBroken(N_("This milestone was delivered already."))
    if is_touched(milestone):
        raise RuleBroken(N_("An agreed amendment changes this milestone: deliver it once the amendment holds."))  # fmt: skip
    milestone.evidence = check_reason(evidence, "evidence")
    milestone.file = files.keep(content, name) if content else None
    milestone.state, milestone.delivered_at = MilestoneState.DELIVERED, clock.now()
    milestone.save()
    take_step(deal, Move.DELIVER, by=by, words=milestone.evidence)
    record_deal("deals.milestone_delivered", deal, by=by, number=milestone.number)
    return milestone


@transaction.atomic
def accept_work(*, milestone: Milestone, by: Person | None) -> Milestone:
    """Accept a delivered milestone: its money is released to the provider.

    After the last one the deal waits for royalty reports, or is closed. Raises RuleBroken
    while the milestone's money is not held.
    """
    deal, _side = begin(milestone.deal, Move.ACCEPT_WORK, by)
    milestone = _delivered(milestone)
    if milestone.amount and milestone.paid_at is None:
        raise RuleBroken(
            N_("Pay in the %(amount)s đồng of this milestone first: accepting it releases them."),
            amount=grouped(milestone.amount),
        )  # fmt: skip
    if milestone.amount:
        release(deal, milestone, milestone.amount, by)
    milestone.state, milestone.accepted_at = MilestoneState.ACCEPTED, clock.now()
    milestone.accepted_by = by
    milestone.save()
    take_step(deal, Move.ACCEPT_WORK, by=by, words=milestone.title)
    finish(deal)
    record_deal("deals.milestone_accepted", deal, by=by, number=milestone.number, released=milestone.released, fee=milestone.fee)  # fmt: skip
    return milestone


@transaction.atomic
def send_back_work(*, milestone: Milestone, words: str, by: Person | None) -> Milestone:
    """Send a delivered milestone back with what is wrong; its money stays held."""
    deal, _side = begin(milestone.deal, Move.SEND_BACK, by)
    milestone = _delivered(milestone)
    milestone.sent_back = check_reason(words)
    milestone.state, milestone.delivered_at = MilestoneState.DUE, None
    milestone.save()
    take_step(deal, Move.SEND_BACK, by=by, words=milestone.sent_back)
    record_deal("deals.milestone_sent_back", deal, by=by, number=milestone.number)
    return milestone


@transaction.atomic
def pay_out(*, deal: Deal, amount: int, reference: str, by: Person | None) -> Deal:
    """Note that released money went to the provider's bank, with the transfer's number.

    The same number again changes nothing; the daily comparison looks for it in the bank's
    list. Raises RuleBroken for more than was released.
    """
    deal = locked(deal)
    require(may_pay_out(by, deal))
    if not deal.book:
        raise RuleBroken(N_("No money of this deal is held."))
    if (gone := lacking(deal)) and amount > (left := max(0, standing_of(deal) - gone)):
        raise RuleBroken(
            N_("The bank took %(gone)s đồng of this deal back. Until they are paid again, %(left)s đồng can be paid out."),
            field="amount", gone=grouped(gone), left=grouped(left),
        )  # fmt: skip
    number = note_payout(subject=deal.ref, owner=operator(), amount=amount, number=reference[:60], by=by)  # fmt: skip
    if enter_payout(deal, amount, number, by):
        record_deal("deals.money_paid_out", deal, by=by, amount=amount)
    return deal


@transaction.atomic
def note_returned(*, milestone: Milestone, order: OrderView, by: Person | None) -> int:
    """Enter what went back of a milestone's money; return how much of it was new, in đồng.

    What nobody here sent back the bank took: then nothing is held any more, the rest goes
    back as well and the recipient is asked anew. What was released already stays the
    provider's: the recipient is asked for it again, and the deal is not closed before.
    Either way the exchange's people have the deal then.
    """
    deal = locked(milestone.deal)
    milestone = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    sent = returned_on(order.id)
    if milestone.released:
        _lose(deal, milestone, order, sent, by)
    elif order.id == milestone.order and sent > milestone.returning:
        if milestone.paid_at is not None and milestone.open:
            undo_payment(deal, milestone, sent, by)
        hand_over(deal, TAKEN_BACK.format(number=milestone.number))
        record_deal("deals.payment_taken_back", deal, by=by, number=milestone.number, released=milestone.released)  # fmt: skip
    if order.id != milestone.order:
        return 0
    gone = min(sent, milestone.returning) - milestone.returned
    if gone <= 0:
        return 0
    enter_return(deal, milestone, gone)
    milestone.returned += gone
    if milestone.open and milestone.returned == milestone.amount:
        milestone.taken_back += 1
        milestone.returning = milestone.returned = 0
        milestone.order = ask_for_milestone(milestone)
    milestone.save()
    record_deal("deals.money_returned", deal, by=by, number=milestone.number, amount=gone)  # fmt: skip
    return gone


def _lose(deal: Deal, milestone: Milestone, order: OrderView, sent: int, by: Person | None) -> None:  # fmt: skip
    expected = milestone.returning if order.id == milestone.order else 0
    gone = lose(deal, order.id, sent - expected)
    if not gone:
        return
    milestone.paid_at = None
    milestone.save(update_fields=["paid_at"])
    ask_for_money(milestone.ref, MILESTONE, f"Nộp lại mốc {milestone.number}: {milestone.title}"[:200], gone)  # fmt: skip
    hand_over(deal, TAKEN_BACK.format(number=milestone.number))
    record_deal("deals.payment_taken_back", deal, by=by, number=milestone.number, released=milestone.released)  # fmt: skip


def _delivered(milestone: Milestone) -> Milestone:
    found = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if found.state != MilestoneState.DELIVERED:
        raise RuleBroken(N_("This milestone is not delivered, or was looked at already."))  # fmt: skip
    return found

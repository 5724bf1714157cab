"""Royalty reports, ending by agreement, disputes and their decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.deals.access import acts_for, oversees
from khuevan.deals.dated import royalty_days_on
from khuevan.deals.facts import record_deal
from khuevan.deals.models import Deal, Decision, RoyaltyReport
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.queries.contracting import terms_on
from khuevan.deals.rules.royalties import royalty_of
from khuevan.deals.rules.states import Move, State, check_reason
from khuevan.directory.public import Person
from khuevan.exchange.public import MemberKind, members_acted_for
from khuevan.experts.public import conflicts_of, expert_of
from khuevan.payments.public import OrderView, returned_on
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.text import grouped

from .common import begin, hand_over, locked, side_that, take_step
from .ending_common import close_if_done, end_money, finish
from .escrow_common import (
    ask_for_money,
    lose,
    make_good,
    release,
    still_asked,
    take_royalty,
)


ROYALTY = "phi_ky_vu"
# A step's words are read as they stand: Vietnamese, as what people say.
ROYALTY_TAKEN_BACK = "Ngân hàng đã lấy lại phí kỳ vụ của kỳ {number}."


@transaction.atomic
def file_report(*, report: RoyaltyReport, figures: Mapping[str, int], by: Person) -> RoyaltyReport:  # fmt: skip
    """State a period's figures; base and royalty follow from the agreed terms.

    đồng. The recipient is asked for the royalty; once the last report is filed and every
    royalty paid the deal is closed.
    Raises RuleBroken for a period that is not over, and for figures that are missing.
    """
    deal, _side = begin(report.deal, Move.FILE_REPORT, by)
    report = RoyaltyReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.filed_at is not None:
        raise RuleBroken(N_("This period was reported already."))
    if report.last >= clock.today():
        raise RuleBroken(N_("The period is not over yet."))
    royalty = terms_on(deal, report.last).royalty
    assert royalty is not None
    report.base, report.royalty = royalty_of(royalty, figures)
    report.figures = dict(figures)
    report.filed_at, report.filed_by = clock.now(), by
    if report.late_at is None and report.due_on < clock.today():
        report.late_at = report.filed_at
    if report.royalty:
        report.order = ask_for_money(report.ref, ROYALTY, f"Phí kỳ vụ kỳ {report.number}", report.royalty)  # fmt: skip
        report.pay_by = clock.today() + timedelta(days=royalty_days_on(clock.today()))
    report.save()
    take_step(deal, Move.FILE_REPORT, by=by)
    close_if_done(deal)
    record_deal("deals.report_filed", deal, by=by, number=report.number, base=report.base, royalty=report.royalty, late=report.late_at is not None)  # fmt: skip
    return report


@transaction.atomic
def note_royalty_paid(*, report: RoyaltyReport, order: OrderView, by: Person | None) -> RoyaltyReport:  # fmt: skip
    """Enter a royalty that was paid; with the last one the deal is closed. Payments calls this."""
    deal = locked(report.deal)
    report = RoyaltyReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.paid_at is not None:
        return report
    if report.taken_back:
        make_good(deal, order)
    else:
        take_royalty(deal, report, order)
    if not still_asked(report.ref, but=order.id):
        report.paid_at = clock.now()
    report.save(update_fields=["paid_at", "fee"])
    if deal.state == State.REPORTING:
        take_step(deal, Move.ROYALTY_PAID, by=None)
        close_if_done(deal)
    record_deal("deals.royalty_paid", deal, by=by, number=report.number, amount=order.amount, fee=report.fee)  # fmt: skip
    return report


@transaction.atomic
def note_royalty_returned(*, report: RoyaltyReport, order: OrderView, by: Person | None) -> RoyaltyReport:  # fmt: skip
    """Note that the bank took a royalty back, which is the provider's since it was paid.

    It is unpaid again: the recipient is asked for it anew, with the days a royalty has. A
    deal that ended stays ended; what is owed is owed. Payments calls this.
    """
    deal = locked(report.deal)
    report = RoyaltyReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    gone = lose(deal, order.id, returned_on(order.id))
    if not gone:
        return report
    report.paid_at = None
    report.taken_back += 1
    report.order = ask_for_money(report.ref, ROYALTY, f"Nộp lại phí kỳ vụ kỳ {report.number}", gone)  # fmt: skip
    report.pay_by = clock.today() + timedelta(days=royalty_days_on(clock.today()))
    report.save()
    words = ROYALTY_TAKEN_BACK.format(number=report.number)
    if deal.state == State.REPORTING:
        take_step(deal, Move.ROYALTY_LOST, by=None, words=words)
    else:
        hand_over(deal, words)
    record_deal("deals.royalty_taken_back", deal, by=by, number=report.number, amount=gone, pay_by=report.pay_by)  # fmt: skip
    return report


@transaction.atomic
def ask_end(*, deal: Deal, words: str, by: Person) -> Deal:
    """Ask the other side to end a deal that is in effect, with the reason."""
    deal, _side = begin(deal, Move.ASK_END, by)
    side = side_that(deal, by)
    if deal.end_asked_by:
        raise RuleBroken(N_("The end was asked for already; it is to be answered."))
    deal.end_asked_by = side
    take_step(deal, Move.ASK_END, by=by, words=check_reason(words))
    record_deal("deals.end_asked", deal, by=by, side=side.value)
    return deal


@transaction.atomic
def refuse_end(*, deal: Deal, words: str, by: Person) -> Deal:
    """Answer that one's side wants to go on."""
    deal, _side = begin(deal, Move.REFUSE_END, by)
    _answers_end(deal, by)
    deal.end_asked_by = ""
    take_step(deal, Move.REFUSE_END, by=by, words=check_reason(words))
    record_deal("deals.end_refused", deal, by=by)
    return deal


@transaction.atomic
def agree_end(*, deal: Deal, by: Person) -> Deal:
    """Agree to end: what is held and not released goes back to the recipient."""
    deal, _side = begin(deal, Move.TERMINATE, by)
    if deal.state == State.DISPUTED:
        raise RuleBroken(N_("A mediator decides now."))
    _answers_end(deal, by)
    end_money(deal, by)
    take_step(deal, Move.TERMINATE, by=by)
    record_deal("deals.deal_terminated", deal, by=by)
    return deal


@transaction.atomic
def open_dispute(*, deal: Deal, words: str, by: Person) -> Decision:
    """Ask for mediation; nothing is released until it is decided."""
    deal, _side = begin(deal, Move.DISPUTE, by)
    side = side_that(deal, by)
    opened = Decision.objects.create(deal=deal, opened_by=side, complaint=check_reason(words), opened_at=clock.now())  # fmt: skip
    deal.end_asked_by, deal.mediator = "", None
    take_step(deal, Move.DISPUTE, by=by, words=opened.complaint)
    record_deal("deals.deal_disputed", deal, by=by, side=side.value)
    return opened


@transaction.atomic
def name_mediator(*, deal: Deal, person: Person, by: Person | None) -> Deal:
    """Name who mediates: an expert of the exchange, or one of its people, apart from both sides."""
    deal, _side = begin(deal, Move.NAME_MEDIATOR, by)
    expert = any(m.kind is MemberKind.EXPERT for m in members_acted_for(person))
    in_pool = expert_of(person)
    if not (expert or in_pool or oversees(person)):
        raise RuleBroken(N_("A mediator is an expert of the exchange, or one of its people."), field="person")  # fmt: skip
    if any(acts_for(person, p.organisation_id, p.person_id) for p in deal.parties.all()):  # fmt: skip
        raise RuleBroken(N_("A mediator stands apart from everybody in the deal."), field="person")  # fmt: skip
    sides = [p.organisation_id for p in deal.parties.all() if p.organisation_id]
    if in_pool and conflicts_of(in_pool, sides, clock.today()):
        raise RuleBroken(N_("A mediator has no tie to anybody in the deal, declared or of a post."), field="person")  # fmt: skip
    deal.mediator = person
    take_step(deal, Move.NAME_MEDIATOR, by=by)
    record_deal("deals.mediator_named", deal, by=by, mediator=person.ref)
    return deal


@transaction.atomic
def decide_dispute(*, deal: Deal, parts: Mapping[int, int], goes_on: bool, words: str, by: Person) -> Decision:  # fmt: skip
    """Decide a dispute: how much of each held milestone is the provider's, and whether it goes on.

    `parts` gives đồng by the number of a milestone; the rest of a named one goes back. Where
    the deal ends every held milestone is named. Raises RuleBroken for anything else.
    """
    deal, _side = begin(deal, Move.RESUME if goes_on else Move.TERMINATE, by)
    opened = deal.decisions.select_for_update().get(decided_at=None)
    if deal.mediator_id != by.pk:
        raise PermissionDenied
    told = check_reason(words)
    held = {m.number: m for m in deal.milestones.exclude(paid_at=None) if m.open}
    _check_parts(parts, {n: m.amount for n, m in held.items()}, whole=not goes_on)
    for number, amount in sorted(parts.items()):
        milestone = held[number]
        release(deal, milestone, amount, by)
        milestone.state, milestone.decided_at = MilestoneState.DECIDED, clock.now()
        milestone.save()
    opened.words, opened.goes_on = told, goes_on
    opened.decided_at, opened.decided_by = clock.now(), by
    opened.save()
    if goes_on:
        take_step(deal, Move.RESUME, by=by, words=told)
        finish(deal)
    else:
        end_money(deal, by)
        take_step(deal, Move.TERMINATE, by=by, words=told)
    record_deal("deals.dispute_decided", deal, by=by, goes_on=goes_on, released=sum(parts.values()))  # fmt: skip
    return opened


def _check_parts(parts: Mapping[int, int], held: Mapping[int, int], *, whole: bool) -> None:  # fmt: skip
    for number, amount in parts.items():
        if number not in held:
            raise RuleBroken(N_("No money is held for milestone %(number)s."), number=number)  # fmt: skip
        if not 0 <= amount <= held[number]:
            raise RuleBroken(
                N_("Of milestone %(number)s between 0 and %(held)s đồng can be released."),
                field=f"part_{number}", number=number, held=grouped(held[number]),
            )  # fmt: skip
    if whole and (left := sorted(held.keys() - parts.keys())):
        raise RuleBroken(N_("Say of milestone %(number)s too how much is the provider's."), field=f"part_{left[0]}", number=left[0])  # fmt: skip


def _answers_end(deal: Deal, by: Person) -> None:
    if not deal.end_asked_by or side_that(deal, by) == deal.end_asked_by:
        raise RuleBroken(N_("The other side has not asked to end the deal."))

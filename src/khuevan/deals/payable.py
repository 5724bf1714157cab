"""What paying for a milestone or a royalty means to payments."""

from __future__ import annotations

from uuid import UUID

from khuevan.directory.public import Person
from khuevan.payments.public import OrderView, register_payable
from khuevan.platform.errors import N_, RuleBroken

from .access import may_pay_out
from .actions import (
    hold_payment,
    note_returned,
    note_royalty_paid,
    note_royalty_returned,
)
from .models import Deal, Milestone, RoyaltyReport


def _key(subject: str) -> UUID:
    return UUID(subject.partition(":")[2])


def _milestone(subject: str) -> Milestone:
    return Milestone.objects.select_related("deal").get(pk=_key(subject))


def _report(subject: str) -> RoyaltyReport:
    return RoyaltyReport.objects.select_related("deal").get(pk=_key(subject))


def _milestone_paid(subject: str, order: OrderView, by: Person | None) -> None:
    hold_payment(milestone=_milestone(subject), order=order, by=by)


def _milestone_returned(subject: str, order: OrderView, by: Person | None) -> None:
    note_returned(milestone=_milestone(subject), order=order, by=by)


def _royalty_paid(subject: str, order: OrderView, by: Person | None) -> None:
    note_royalty_paid(report=_report(subject), order=order, by=by)


def _royalty_returned(subject: str, order: OrderView, by: Person | None) -> None:
    note_royalty_returned(report=_report(subject), order=order, by=by)


def _check_milestone(subject: str, order: OrderView) -> None:
    _refuse_by_hand(_milestone(subject))


def _check_royalty(subject: str, order: OrderView) -> None:
    _refuse_by_hand(_report(subject))


def _refuse_by_hand(paid: Milestone | RoyaltyReport) -> None:
    if paid.paid_at is not None or (isinstance(paid, Milestone) and paid.lacks):
        raise RuleBroken(
            N_("Deal %(code)s has this money: it goes back by what both sides or a mediator decide there."),
            code=paid.deal.code,
        )  # fmt: skip


def _lock(deal: Deal) -> None:
    Deal.objects.select_for_update().filter(pk=deal.pk).first()


register_payable(
    "deals.milestone",
    on_paid=_milestone_paid,
    describe=lambda subject: _milestone(subject).deal.code,
    may_handle=lambda subject, person: may_pay_out(person, _milestone(subject).deal),
    lock=lambda subject: _lock(_milestone(subject).deal),
    payer_may_cancel=False,
    on_returned=_milestone_returned,
    check_refund=_check_milestone,
    paper="Giấy xác nhận đã nhận tiền bảo chứng",
    booked=True,
)
register_payable(
    "deals.royaltyreport",
    on_paid=_royalty_paid,
    describe=lambda subject: _report(subject).deal.code,
    may_handle=lambda subject, person: may_pay_out(person, _report(subject).deal),
    lock=lambda subject: _lock(_report(subject).deal),
    payer_may_cancel=False,
    on_returned=_royalty_returned,
    check_refund=_check_royalty,
    paper="Giấy xác nhận đã nhận phí kỳ vụ",
    booked=True,
)

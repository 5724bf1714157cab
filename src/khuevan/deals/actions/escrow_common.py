"""Money of a deal: asked for through payments, held and released in the exchange's book.

One book for the operator, in it for each deal an account of the escrow and one of what is
owed to the provider. A milestone's money is a hold between the two.
"""

from __future__ import annotations

import re
from uuid import UUID

from khuevan.books.public import (
    Kind as AccountKind,
    Line,
    balance,
    enter,
    hold,
    let_go,
    move,
    open_account,
    open_book,
    post_hold,
)
from khuevan.deals.models import Deal, Loss, Milestone, RoyaltyReport
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.rules.shares import part
from khuevan.directory.public import Organisation, Person
from khuevan.exchange.public import operator_on
from khuevan.payments.public import (
    Line as OrderLine,
    OrderView,
    ask_refund,
    exchange_fee_on,
    open_order,
    orders_of,
)
from khuevan.platform import clock


MILESTONE = "moc_giao_dich"
BANK, FEES, OVERDRAWN = "BANK", "FEES", "OVERDRAWN"
BOOK_TITLE = "Tiền bảo chứng của sàn giao dịch công nghệ"
# What stands in books and on orders is Vietnamese, as they are read.
IN, HELD, RELEASED = "Bên nhận nộp tiền bảo chứng", "Giữ tiền của mốc", "Giải ngân theo mốc"  # fmt: skip
OUT, FEE, ROYALTY = "Chi trả cho bên giao", "Phí của sàn", "Phí kỳ vụ"
LOST, MADE_GOOD = "Ngân hàng lấy lại tiền đã giải ngân", "Bên nhận nộp lại tiền ngân hàng đã lấy"  # fmt: skip
GO_BACK = "Trả lại phần tiền bảo chứng chưa giải ngân của giao dịch"


def operator() -> Organisation:
    """Return the body that runs the exchange today: its bank account takes the money."""
    return Organisation.objects.get(code=operator_on(clock.today()))


def open_accounts(deal: Deal) -> None:
    """Open the book of the exchange, where it is not open yet, and the accounts of a deal."""
    body = operator()
    deal.book = "DEALS-" + re.sub(r"[^A-Z0-9]+", "-", body.code.upper())
    open_book(code=deal.book, title=BOOK_TITLE, owner=body, by=None)
    for code, name, kind, about in (
        (BANK, "Tài khoản ngân hàng", AccountKind.ASSET, ""),
        (FEES, FEE, AccountKind.INCOME, ""),
        (deal.account, f"Bảo chứng {deal.code}", AccountKind.LIABILITY, deal.ref),
        (deal.owed, f"Phải trả bên giao {deal.code}", AccountKind.LIABILITY, deal.ref),
    ):
        open_account(book=deal.book, code=code, name=name, kind=kind, about=about, by=None)  # fmt: skip


def ask_for_money(subject: str, purpose: str, name: str, amount: int) -> UUID:
    """Ask the recipient for money and return the order."""
    order = open_order(
        subject=subject, purpose=purpose, lines=[OrderLine(purpose, name, amount)],
        payer=None, beneficiary=operator(), due_at=None, by=None,
    )  # fmt: skip
    return order.id


def take_in(deal: Deal, milestone: Milestone, order: OrderView) -> None:
    """Enter a milestone's money and hold it for the provider."""
    enter(
        book=deal.book, key=f"in:{order.id}", words=IN, about=deal.ref, by=None,
        lines=move(milestone.amount, debit=BANK, credit=deal.account),
    )  # fmt: skip
    hold(
        book=deal.book, key=_key(milestone), debit=deal.account, credit=deal.owed,
        amount=milestone.amount, words=HELD, about=deal.ref, by=None,
    )  # fmt: skip


def release(deal: Deal, milestone: Milestone, amount: int, by: Person | None) -> None:
    """Give so much of a paid milestone's money to the provider; the rest goes back."""
    if amount:
        post_hold(book=deal.book, key=_key(milestone), amount=amount, words=RELEASED, by=by)  # fmt: skip
        milestone.fee = _take_fee(deal, f"fee:{milestone.pk}", amount, by)
    else:
        let_go(book=deal.book, key=_key(milestone), by=by)
    milestone.released, milestone.returning = amount, milestone.amount - amount
    if milestone.returning:
        assert milestone.order is not None
        ask_refund(order_id=milestone.order, amount=milestone.returning, note=GO_BACK, by=None)  # fmt: skip


def undo_payment(deal: Deal, milestone: Milestone, gone: int, by: Person | None) -> None:  # fmt: skip
    """Hold a milestone's money no longer, as the bank took `gone` of it back; so goes the rest."""
    let_go(book=deal.book, key=_key(milestone), by=by)
    milestone.paid_at, milestone.returning = None, milestone.amount
    if rest := milestone.amount - gone:
        assert milestone.order is not None
        ask_refund(order_id=milestone.order, amount=rest, note=GO_BACK, by=None)


def ask_for_milestone(milestone: Milestone) -> UUID:
    """Ask the recipient for a milestone's sum and return the order."""
    name = f"Mốc {milestone.number}: {milestone.title}"[:200]
    return ask_for_money(milestone.ref, MILESTONE, name, milestone.amount)


def ask_anew(deal: Deal) -> None:
    """Ask for every open milestone that is not paid, on its way back, or asked for already."""
    for milestone in deal.milestones.filter(amount__gt=0, paid_at=None, returning=0):
        asked = any(order.missing for order in orders_of(milestone.ref))
        if milestone.open and not asked:
            milestone.order = ask_for_milestone(milestone)
            milestone.save(update_fields=["order"])


def return_rest(deal: Deal, by: Person | None) -> None:
    """End every open milestone of a deal: what was paid in for it goes back."""
    for milestone in deal.milestones.filter(state__in=(MilestoneState.DUE, MilestoneState.DELIVERED)):  # fmt: skip
        if milestone.paid_at is not None:
            release(deal, milestone, 0, by)
        milestone.state = MilestoneState.DROPPED
        milestone.save()


def take_royalty(deal: Deal, report: RoyaltyReport, order: OrderView) -> None:
    """Enter a royalty that was paid: it is the provider's at once."""
    enter(
        book=deal.book, key=f"in:{order.id}", words=ROYALTY, about=deal.ref, by=None,
        lines=move(order.amount, debit=BANK, credit=deal.owed),
    )  # fmt: skip
    report.fee = _take_fee(deal, f"fee:{report.pk}", order.amount, None)


def enter_return(deal: Deal, milestone: Milestone, amount: int) -> None:
    """Enter that so much more left the bank towards the recipient."""
    enter(
        book=deal.book, key=f"out:{_name(milestone)}:{milestone.returned + amount}",
        words=GO_BACK, about=deal.ref, by=None,
        lines=move(amount, debit=deal.account, credit=BANK),
    )  # fmt: skip


def enter_payout(deal: Deal, amount: int, reference: str, by: Person | None) -> bool:
    """Enter that released money went to the provider's bank; tell whether it was news."""
    owed = standing_of(deal)
    enter(
        book=deal.book, key=f"paid:{deal.pk}:{reference}", words=f"{OUT}, {reference}",
        lines=move(amount, debit=deal.owed, credit=BANK), about=deal.ref, by=by,
    )  # fmt: skip
    return standing_of(deal) != owed


def lose(deal: Deal, order: UUID, total: int) -> int:
    """Enter that the bank took `total` đồng back of an order whose money is the provider's.

    Returns how much of it is news. The provider's claim stays: the recipient owes it again.
    What the bank took beyond what it had of ours is owed to it.
    """
    loss, _is_new = Loss.objects.select_for_update().get_or_create(order=order, defaults={"deal": deal})  # fmt: skip
    gone = total - loss.amount
    if gone <= 0:
        return 0
    open_account(book=deal.book, code=deal.lacking, name=f"Phải thu lại {deal.code}", kind=AccountKind.ASSET, about=deal.ref, by=None)  # fmt: skip
    open_account(book=deal.book, code=OVERDRAWN, name="Ngân hàng lấy quá số dư", kind=AccountKind.LIABILITY, by=None)  # fmt: skip
    there = balance(deal.book, BANK)
    over = max(0, gone - (there.free if there else 0))
    lines = [Line(deal.lacking, gone), Line(BANK, over - gone), Line(OVERDRAWN, -over)]
    loss.amount = total
    loss.save(update_fields=["amount"])
    _enter_some(deal, f"lost:{order}:{total}", LOST, lines)
    return gone


def make_good(deal: Deal, order: OrderView) -> None:
    """Enter that the recipient paid again what the bank had taken back."""
    over = min(standing_of(deal, OVERDRAWN), order.amount)
    lines = [Line(BANK, order.amount - over), Line(OVERDRAWN, over), Line(deal.lacking, -order.amount)]  # fmt: skip
    _enter_some(deal, f"in:{order.id}", MADE_GOOD, lines)


def lacking(deal: Deal) -> int:
    """Return what the bank took back of what was released and nobody paid again; đồng."""
    return standing_of(deal, deal.lacking)


def still_asked(subject: str, but: UUID) -> bool:
    """Tell whether something is still asked for, an order that was just paid left aside."""
    return any(order.missing for order in orders_of(subject) if order.id != but)


def _enter_some(deal: Deal, key: str, words: str, lines: list[Line]) -> None:
    some = [line for line in lines if line.amount]
    enter(book=deal.book, key=key, words=words, about=deal.ref, lines=some, by=None)


def standing_of(deal: Deal, code: str = "") -> int:
    """Return what stands on an account of the book: by itself what is owed to the provider."""
    found = balance(deal.book, code or deal.owed)
    return found.standing if found else 0


def _take_fee(deal: Deal, key: str, amount: int, by: Person | None) -> int:
    fee = part(amount, exchange_fee_on(clock.today()))
    if fee:
        enter(
            book=deal.book, key=key, words=FEE, about=deal.ref, by=by,
            lines=move(fee, debit=deal.owed, credit=FEES),
        )  # fmt: skip
    return fee


def _key(milestone: Milestone) -> str:
    return f"milestone:{_name(milestone)}"


def _name(milestone: Milestone) -> str:
    """Return what the books call a milestone's payment: each one has its own name."""
    again = f":{milestone.taken_back}" if milestone.taken_back else ""
    return f"{milestone.pk}{again}"

"""Every day the books of each body are held against what the bank says moved for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.books.public import (
    Kind as AccountKind,
    enter,
    move,
    open_account,
    open_book,
)
from khuevan.journal.public import facts_about
from khuevan.notices.tests.factories import notices_of
from khuevan.payments import actions, tasks
from khuevan.payments.models import BookDay
from khuevan.payments.payables import register_payable
from khuevan.payments.rules.reconciling import Kind, Movement
from khuevan.payments.sandbox import remember_payment
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import FEE, make_order, payment, tell


pytestmark = pytest.mark.django_db
_NOTE = "Đã đảo bút toán ghi nhầm trong sổ"


@pytest.fixture
def book(cast):
    """The book of a body whose orders for `kept.thing` are entered in it."""
    code = "KEPT-1"
    open_book(code=code, title="Sổ giữ hộ", owner=cast.beneficiary, by=None)
    for name, kind in (("BANK", AccountKind.ASSET), ("OWED", AccountKind.LIABILITY)):
        open_account(book=code, code=name, name=name, kind=kind, by=None)
    return code


@pytest.fixture
def posts(book):
    """Let the app of `kept.thing` post each payment so many times, so much off."""
    told = {"times": 1, "off": 0}

    def paid(subject, order, by):
        for time in range(told["times"]):
            post(book, f"in:{order.id}:{time}", order.amount + told["off"])

    register_payable("kept.thing", on_paid=paid, booked=True)
    return told


def post(book, key, amount):
    enter(book=book, key=key, words="Nộp tiền", lines=move(amount, debit="BANK", credit="OWED"), by=None)  # fmt: skip


def kept_order(cast, number=1):
    return make_order(cast, subject=f"kept.thing:{number}")


def bank_pays(order, amount=FEE):
    """Let the invented bank carry a payment and tell of it."""
    told = remember_payment(order.pay_reference, amount)
    tell(payment(order, amount, told.transaction))


def compared(day=None):
    day = day or clock.today()
    tasks.compare_day(day, "sandbox", None)
    return actions.compare_books(day=day, by=None)


def test_books_that_say_what_the_bank_says_agree(cast, posts):
    bank_pays(kept_order(cast))
    [row] = compared()
    assert (row.owner, row.bank, row.books, row.apart) == (
        cast.beneficiary,
        FEE,
        FEE,
        0,
    )
    assert (row.off, row.is_open) == (0, False)
    assert not facts_about(row.ref)


@pytest.mark.parametrize(
    ("times", "off", "books"),
    [(0, 0, 0), (2, 0, 2 * FEE), (1, 1, FEE + 1), (1, -1, FEE - 1)],
    ids=["missing", "doubled", "one too many", "one too few"],
)
@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_a_posting_missing_doubled_or_wrong_is_named_with_both_sums(cast, posts, times, off, books):  # fmt: skip
    posts |= {"times": times, "off": off}
    bank_pays(kept_order(cast))
    [row] = compared()
    assert (row.bank, row.books, row.off) == (FEE, books, books - FEE)
    assert row.is_open
    [fact] = facts_about(row.ref)
    assert (fact.kind, fact.figures["off"]) == ("payments.books_differ", books - FEE)
    told = {notice.person for notice in notices_of("payments.books_differ")}
    assert told == {cast.official, cast.head}


def test_money_the_bank_lists_and_nobody_entered_is_named(cast, posts):
    order = kept_order(cast)
    remember_payment(order.pay_reference, FEE)
    [row] = compared()
    assert (row.bank, row.books) == (FEE, 0)


def test_what_stands_in_no_book_by_right_is_told_apart(cast, posts):
    order = kept_order(cast)
    bank_pays(order, FEE - 1)
    [row] = compared()
    assert (row.bank, row.books, row.apart, row.off) == (FEE - 1, 0, FEE - 1, 0)
    bank_pays(order, 6)
    [row] = compared()
    assert (row.bank, row.books, row.apart, row.off) == (FEE + 5, FEE, 5, 0)


def test_the_rest_of_a_sum_on_another_day_makes_both_days_agree(cast, posts):
    order = kept_order(cast)
    bank_pays(order, FEE - 1)
    with clock.telling(clock.now() + timedelta(days=1)):
        bank_pays(order, 1)
        [row] = compared()
        assert (row.bank, row.books, row.apart, row.off) == (1, FEE, 1 - FEE, 0)


def test_orders_that_stand_in_no_book_are_left_out(cast, posts):
    bank_pays(make_order(cast))
    assert compared() == []


def test_cash_taken_for_the_bank_counts_as_its(cast, posts):
    order = kept_order(cast)
    actions.take_cash(order=order, by=cast.official)
    [row] = compared()
    assert (row.bank, row.books, row.off) == (FEE, FEE, 0)


def test_what_was_paid_out_counts_too(cast, posts, book):
    post(book, "in", 900)
    enter(book=book, key="out", words="Chi trả", lines=move(500, debit="OWED", credit="BANK"), by=None)  # fmt: skip
    actions.note_payout(subject="kept.other:1", owner=cast.beneficiary, amount=500, number="FT1", by=None)  # fmt: skip
    # The list of transfers is not here yet: nothing is said before it is.
    assert compared() == []
    actions.reconcile_day(day=clock.today(), gateway="transfer", listed=[Movement("FT1", Kind.REFUND, 500)], by=None)  # fmt: skip
    [row] = actions.compare_books(day=clock.today(), by=None)
    assert (row.bank, row.books, row.off) == (-500, 400, 900)


def test_a_settled_day_stays_settled_until_it_changes(cast, posts, book):
    posts["times"] = 2
    bank_pays(kept_order(cast))
    [row] = compared()
    with pytest.raises(RuleBroken, match="ten characters"):
        actions.resolve_book_day(row=row, note="ngắn", by=cast.official)
    with pytest.raises(PermissionDenied):
        actions.resolve_book_day(row=row, note=_NOTE, by=cast.outsider)
    row.refresh_from_db()
    assert row.is_open
    actions.resolve_book_day(row=row, note=_NOTE, by=cast.official)
    compared()
    assert BookDay.objects.get().note == _NOTE
    with pytest.raises(RuleBroken, match="settled already"):
        actions.resolve_book_day(row=row, note=_NOTE, by=cast.official)
    post(book, "more", 1)
    [row] = compared()
    assert (row.is_open, row.note, row.off) == (True, "", FEE + 1)


def test_only_operators_and_the_night_compare(cast):
    with pytest.raises(PermissionDenied):
        actions.compare_books(day=clock.today(), by=cast.official)


def test_the_night_compares_books_of_the_day_before(cast, posts):
    bank_pays(kept_order(cast))
    with clock.telling(clock.now() + timedelta(days=1)):
        tasks.reconcile_yesterday()
    assert BookDay.objects.get().bank == FEE


def test_two_clicks_lead_from_the_day_to_the_posting(client, cast, posts, book):
    posts["times"] = 2
    bank_pays(kept_order(cast))
    [row] = compared()
    day = reverse("payments-day", args=[row.day.isoformat()])
    page = reverse("payments-book-day", args=[row.pk])
    entry = reverse("book-entry", args=[book, 2])
    client.force_login(cast.head)
    assert page in client.get(day).content.decode()
    shown = client.get(page)
    assert [one.number for one in shown.context_data["apart"].posted] == [2]
    assert shown.context_data["apart"].listed == ()
    assert entry in shown.content.decode()
    assert client.get(entry).status_code == 200
    days = client.get(reverse("payments-days"))
    assert [one.open for one in days.context_data["rows"]] == [1]
    client.force_login(cast.official)
    assert entry not in client.get(page).content.decode()
    assert client.post(page, {"note": "ngắn"}).status_code == 422
    assert client.post(page, {"note": _NOTE}).status_code == 302
    assert _NOTE in client.get(page).content.decode()
    client.force_login(cast.outsider)
    assert client.get(page).status_code == 404
    assert page not in client.get(day).content.decode()


def test_what_only_the_bank_has_is_shown_so(client, cast, posts):
    posts["off"] = -1
    bank_pays(kept_order(cast))
    [row] = compared()
    client.force_login(cast.inspector)
    apart = client.get(reverse("payments-book-day", args=[row.pk])).context_data["apart"]  # fmt: skip
    assert [one.amount for one in apart.listed] == [FEE]
    assert [one.amount for one in apart.posted] == [FEE - 1]

"""Pages of payments."""

from datetime import timedelta

import pytest
from django.urls import reverse

from khuevan.payments import actions
from khuevan.payments.models import Credit, StatementLine
from khuevan.payments.payables import register_payable
from khuevan.payments.rules.books import State
from khuevan.payments.sandbox import remember_payment
from khuevan.payments.tasks import compare_day
from khuevan.platform import clock

from .factories import FEE, make_order, pay


@pytest.fixture
def order(cast):
    return make_order(cast)


def page(client, name, *args):
    return client.get(reverse(name, args=args))


def test_a_stranger_with_the_address_sees_what_to_pay_and_no_name(client, cast, order):
    register_payable(
        "thing.dossier", on_paid=lambda *_: None, describe=lambda s: "Lệ phí hồ sơ H26"
    )
    actions.name_account(
        organisation=cast.beneficiary, bin="970415", bank="VietinBank", number="1", holder="SỞ", by=None
    )  # fmt: skip
    shown = page(client, "payments-pay", order.token).content.decode()
    assert "Lệ phí hồ sơ H26" in shown
    assert order.pay_reference in shown
    assert "120.000" in shown
    assert "<svg" in shown
    assert cast.payer.full_name not in shown
    assert page(client, "payments-pay", "khong-co").status_code == 404


def test_the_sandbox_pays_as_told(client, order):
    address = reverse("payments-start", args=[order.token])
    answer = client.post(address, {"gateway": "sandbox"})
    bank = answer.url
    assert client.get(bank).status_code == 200
    client.post(bank, {"behaviour": "twice"})
    order.refresh_from_db()
    assert order.state == State.PAID
    assert Credit.objects.count() == 1
    assert client.post(bank, {"behaviour": "honest"}).status_code == 200
    assert Credit.objects.count() == 1


@pytest.mark.parametrize(
    ("behaviour", "state", "received"),
    [("late", "waiting", 0), ("silent", "waiting", 0), ("forged", "waiting", 0),
     ("short", "waiting", FEE // 2), ("over", "paid", FEE + 10_000)],
)  # fmt: skip
def test_the_sandbox_misbehaves_as_told(client, order, behaviour, state, received):
    bank = reverse("payments-sandbox", args=[order.token])
    client.post(bank, {"behaviour": behaviour})
    order.refresh_from_db()
    assert (order.state, sum(c.amount for c in order.credits.all())) == (
        state,
        received,
    )
    assert page(client, "payments-pay", order.token).status_code == 200
    if behaviour == "late":
        client.post(bank, {"late": "1"})
        order.refresh_from_db()
        assert order.state == State.PAID


def test_without_leave_the_sandbox_is_closed(client, order, settings):
    settings.PAYMENTS_SANDBOX = None
    assert page(client, "payments-sandbox", order.token).status_code == 404
    start = reverse("payments-start", args=[order.token])
    assert client.post(start, {"gateway": "sandbox"}).status_code == 404


def test_the_receipt_is_a_pdf_and_its_code_can_be_checked(client, cast, order):
    assert page(client, "payments-receipt-file", order.token).status_code == 404
    pay(order)
    answer = page(client, "payments-receipt-file", order.token)
    assert answer.content.startswith(b"%PDF")
    order.refresh_from_db()
    shown = page(client, "payments-receipt", order.receipt.code).content.decode()
    assert "0000001" in shown
    assert cast.payer.full_name not in shown
    assert page(client, "payments-receipt", "0" * 20).status_code == 404


def test_officials_list_their_orders_and_take_cash_once(client, cast, order):
    client.force_login(cast.official)
    assert order.pay_reference in page(client, "payments").content.decode()
    cash = reverse("payments-cash", args=[order.pk])
    for _ in range(2):
        assert client.post(cash, {"idempotency_key": "k"}).status_code == 302
    assert Credit.objects.count() == 1
    client.force_login(cast.outsider)
    assert order.pay_reference not in page(client, "payments").content.decode()
    assert client.post(cash).status_code == 403


def test_a_refund_is_asked_and_sent_from_the_pages(client, cast, order):
    pay(order)
    client.force_login(cast.head)
    ask = reverse("payments-refund", args=[order.pk])
    wrong = client.post(ask, {"amount": FEE + 1, "note": "Nộp nhầm hồ sơ"})
    assert wrong.status_code == 422
    assert (
        client.post(ask, {"amount": FEE, "note": "Nộp nhầm hồ sơ"}).status_code == 302
    )
    refund = order.refunds.get()
    assert "Nộp nhầm hồ sơ" in page(client, "payments-refunds").content.decode()
    move = reverse("payments-refund-move", args=[refund.pk])
    assert client.post(move, {"how": "send"}).status_code == 302
    assert client.post(move, {"how": "nonsense"}).status_code == 404
    client.force_login(cast.outsider)
    assert client.get(ask).status_code == 404
    assert client.post(move, {"how": "done"}).status_code == 404


def test_days_show_differences_to_their_owners(client, cast, order):
    remember_payment(order.pay_reference, FEE)
    compare_day(clock.today(), "sandbox", None)
    line = StatementLine.objects.get()
    address = reverse("payments-day", args=[clock.today().isoformat()])
    client.force_login(cast.official)
    assert line.transaction in client.get(address).content.decode()
    assert page(client, "payments-days").status_code == 200
    assert client.post(address).status_code == 403
    difference = reverse("payments-difference", args=[line.pk])
    assert client.get(difference).status_code == 200
    assert client.post(difference, {"note": "ngắn"}).status_code == 422
    assert client.post(difference, {"take": "1"}).status_code == 302
    order.refresh_from_db()
    assert order.state == State.PAID
    client.force_login(cast.operator)
    assert client.post(address).status_code == 302
    client.force_login(cast.outsider)
    assert line.transaction not in client.get(address).content.decode()
    assert client.get(difference).status_code == 404
    assert page(client, "payments-day", "kein-tag").status_code == 404


def test_a_payer_has_no_business_with_the_banks_list(client, cast):
    client.force_login(cast.payer)
    assert page(client, "payments-days").status_code == 403
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert page(client, "payments-day", yesterday).status_code == 403


def test_an_order_is_cancelled_by_its_payer_only(client, cast, order):
    address = reverse("payments-cancel", args=[order.token])
    assert client.post(address).status_code == 302
    client.force_login(cast.outsider)
    assert client.post(address).status_code == 403
    client.force_login(cast.payer)
    client.post(address)
    order.refresh_from_db()
    assert order.state == State.CANCELLED

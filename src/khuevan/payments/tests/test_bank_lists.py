"""A bank's list as a file: read all or nothing, compared, and its money entered."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuevan.payments.models import Statement, StatementLine
from khuevan.payments.rules.bank_lists import read_bank_list
from khuevan.payments.rules.books import State
from khuevan.payments.rules.reconciling import Kind, Movement
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused

from .factories import FEE, make_order


HEAD = "Ngày giao dịch;Số bút toán;Ghi nợ;Ghi có;Nội dung"


def listed(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows]).encode("utf-8-sig")


def test_a_list_is_read_by_its_columns_names_whatever_their_order():
    found = read_bank_list(listed("22/11/2026 08:15;FT1;;1.250.000;KV0000000019 nop phi", "22/11/2026;FT2;5.000;;hoan tien", "23/11/2026;FT3;;5 000 đ;x"))  # fmt: skip
    assert found == {
        date(2026, 11, 22): [
            Movement("FT1", Kind.PAYMENT, 1_250_000, "KV0000000019 nop phi"),
            Movement("FT2", Kind.REFUND, 5_000, "hoan tien"),
        ],
        date(2026, 11, 23): [Movement("FT3", Kind.PAYMENT, 5_000, "x")],
    }
    english = listed('"FT9","2026-11-22","1,250,000.00","fee"', head="Transaction,Date,Amount,Description")  # fmt: skip
    assert read_bank_list(english) == {
        date(2026, 11, 22): [Movement("FT9", Kind.PAYMENT, 1_250_000, "fee")]
    }


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"", 1), (b"\xff\xfe", 1), (listed(), 1),
        (listed("22/11/2026;FT1;;1", head="a;b;c;d"), 1),
        (listed("hôm qua;FT1;;1;x", "22/11/2026;;;1;x", "22/11/2026;FT2;;một;x"), 3),
        (listed("22/11/2026;FT1;;1;x", "22/11/2026;FT1;;1;x"), 1),
        (listed(*(f"22/11/2026;FT{n};;1;x" for n in range(20_000))), 1),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_row_by_row_and_nothing_is_taken(
    content, problems
):
    with pytest.raises(InputRefused) as refused:
        read_bank_list(content)
    assert len(refused.value.problems) == problems


def send(client, content):
    file = SimpleUploadedFile("sao-ke.csv", content, "text/csv")
    return client.post(reverse("payments-bank-list"), {"file": file})


def test_an_operator_compares_a_list_and_its_money_is_entered_for_its_order(client, cast):  # fmt: skip
    order = make_order(cast)
    today = clock.today()
    row = f"{today:%d/%m/%Y};FT77;;{FEE};nop phi {order.pay_reference}"
    client.force_login(cast.operator)
    answer = send(client, listed(row))
    assert answer.url == reverse("payments-day", args=[today.isoformat()])
    line = StatementLine.objects.get(transaction="FT77")
    assert (line.verdict, line.order) == ("missing_here", order)
    client.force_login(cast.head)
    client.post(reverse("payments-difference", args=[line.pk]), {"take": "yes"})
    order.refresh_from_db()
    assert order.state == State.PAID
    client.force_login(cast.operator)
    send(client, listed(row))
    assert StatementLine.objects.get(transaction="FT77").verdict == "matched"
    assert order.credits.count() == 1


def test_a_faulty_list_changes_nothing_and_only_operators_bring_one(client, cast):
    client.force_login(cast.operator)
    page = send(client, listed("x;y;z;t;u"))
    assert page.status_code == 422
    client.force_login(cast.official)
    assert send(client, listed("22/11/2026;FT1;;1;x")).status_code == 403
    assert not Statement.objects.exists()

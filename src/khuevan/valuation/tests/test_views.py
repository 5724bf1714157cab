"""Pages of valuations, as those it concerns meet them."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from khuevan.valuation import actions
from khuevan.valuation.models import Appraiser, Valuation, Worksheet
from khuevan.valuation.names import register_names

from .factories import SOURCE, WHY, cost, make_price, market, stranger


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _names():
    register_names(
        fields={"environment": "Environment"}, kinds={"technology": "Technology"}
    )


def test_a_firm_asks_and_appoints(client, cast):
    client.force_login(cast.asker)
    answer = client.post(reverse("valuation-new"), {
        "owner": cast.firm.pk, "title": "Màng lọc gốm", "field": "environment",
        "kind": "technology", "right": "ownership", "purpose": "transfer",
        "state_funded": "yes", "base_day": "2026-01-05",
    })  # fmt: skip
    made = Valuation.objects.get()
    assert answer.url == reverse("valuation-appoint", args=[made.code])
    answer = client.post(answer.url, {"first": cast.first.pk})
    assert answer.status_code == 422
    assert "phải có hai" in answer.content.decode()
    client.post(reverse("valuation-appoint", args=[made.code]), {"first": cast.first.pk, "second": cast.second.pk})  # fmt: skip
    made.refresh_from_db()
    assert made.state == "working"


def test_an_appraiser_fills_in_signs_and_the_report_has_every_source(client, cast):
    made, [opinion] = cast.working(second=False)
    client.force_login(opinion.appraiser.person)
    told = {
        "revenue": "1.000.000.000\n1.200.000.000", "revenue_source": SOURCE,
        "royalty": "5,5", "royalty_source": "Giá tham khảo của Sàn, quý III",
        "tax": "20", "tax_source": "Luật Thuế thu nhập doanh nghiệp", "discount": "15",
        "discount_source": "Lãi suất trái phiếu và rủi ro ngành", "weight": "100",
    }  # fmt: skip
    answer = client.post(reverse("valuation-sheet", args=[made.code, "relief"]), told)
    assert answer.status_code == 302, answer.content.decode()
    assert Worksheet.objects.get().value == 83_844_345
    page = client.get(reverse("valuation", args=[made.code])).content.decode()
    assert "<svg" in page
    assert "83.844.345" in page or "83,844,345" in page
    again = client.get(
        reverse("valuation-sheet", args=[made.code, "relief"])
    ).content.decode()
    assert "1.000.000.000\n1.200.000.000" in again
    answer = client.post(
        reverse("valuation-sign", args=[made.code]), {"reasoning": WHY}
    )
    assert answer.status_code == 302
    report = client.get(reverse("valuation-report", args=[made.code]))
    text = " ".join(
        "".join(
            page.extract_text() for page in PdfReader(BytesIO(report.content)).pages
        ).split()
    )
    for words in (
        "83.844.345",
        "Giá tham khảo của Sàn",
        "Lãi suất trái phiếu",
        made.code,
    ):
        assert words in text
    drawn = [
        operator
        for page in PdfReader(BytesIO(report.content)).pages
        for _operands, operator in page.get_contents().operations
    ]
    # Two stretches for each of the sheet's four figures: what is lower, and what is higher.
    assert drawn.count(b"B") == 8


def test_what_cannot_be_read_stays_in_the_form(client, cast):
    made, [opinion] = cast.working(second=False)
    client.force_login(opinion.appraiser.person)
    answer = client.post(reverse("valuation-sheet", args=[made.code, "cost"]), {"labour": "nhiều", "labour_source": SOURCE, "weight": "100"})  # fmt: skip
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "nhiều" in page
    assert SOURCE in page
    assert not Worksheet.objects.exists()


def test_alike_prices_go_into_the_market_s_worksheet(client, cast):
    shut, told = (
        make_price(3_000_000),
        make_price(7_000_000, title="Màng lọc (giả định)"),
    )
    actions.open_price(subject=told.subject, by=None)
    made, [opinion] = cast.working(second=False)
    client.force_login(opinion.appraiser.person)
    path = reverse("valuation-sheet", args=[made.code, "market"])
    page = client.get(path).content.decode()
    assert "3.000.000" not in page
    assert "3,000,000" not in page
    page = client.get(path, {"use": [shut.pk, told.pk]}).content.decode()
    assert 'value="7.000.000"' in page
    assert 'value="3.500.000"' in page  # the middle of 2 to 5 million


def test_pages_are_closed_to_whom_they_do_not_concern(client, cast):
    made, [opinion] = cast.working(second=False)
    for person, status in ((stranger(), 404), (cast.asker, 403)):
        client.force_login(person)
        for name in ("valuation-sign",):
            assert client.get(reverse(name, args=[made.code])).status_code == status
        assert (
            client.get(reverse("valuation-sheet", args=[made.code, "cost"])).status_code
            == status
        )
    client.force_login(cast.asker)
    assert client.get(reverse("valuation-report", args=[made.code])).status_code == 404
    assert client.get(reverse("valuation-settle", args=[made.code])).status_code == 403
    client.force_login(opinion.appraiser.person)
    assert (
        client.get(reverse("valuation-sheet", args=[made.code, "guess"])).status_code
        == 404
    )


def test_who_keeps_the_list_settles_and_registers(client, cast):
    made = cast.signed(1_000, 2_000)
    client.force_login(cast.keeper)
    answer = client.post(
        reverse("valuation-settle", args=[made.code]), {"amount": "9.000", "why": WHY}
    )
    assert answer.status_code == 422
    client.post(
        reverse("valuation-settle", args=[made.code]), {"amount": "1.500", "why": WHY}
    )
    made.refresh_from_db()
    assert made.amount == 1_500
    person = stranger()
    told = {"username": person.username, "organisation": cast.first.organisation.code, "certificate": "TĐV 55", "until": "2099-01-01"}  # fmt: skip
    client.post(reverse("valuation-register"), {**told, "username": "nobody-has-this"})
    assert Appraiser.objects.count() == 2
    client.post(reverse("valuation-register"), told)
    kept = Appraiser.objects.get(person=person)
    client.post(reverse("valuation-end", args=[kept.pk]))
    kept.refresh_from_db()
    assert kept.ended_at is not None


def test_everybody_reads_groups_and_open_prices(client, cast):
    for n in range(1, 6):
        make_price(n * 1_000_000)
    opened = make_price(77_000_000, title="Ống nano (giả định)", field="materials")
    actions.open_price(subject=opened.subject, by=None)
    page = client.get(reverse("valuation-prices")).content.decode()
    assert "Ống nano" in page
    assert "77.000.000" in page or "77,000,000" in page
    assert "Công nghệ lọc nước" not in page
    assert client.get(reverse("valuation-appraisers")).status_code == 200


def test_the_list_takes_the_same_queries_however_long(
    client, cast, django_assert_max_num_queries
):
    client.force_login(cast.asker)
    for _ in range(3):
        cast.ask()
    with django_assert_max_num_queries(12):
        assert client.get(reverse("valuations")).status_code == 200


def test_the_form_shows_what_was_kept_of_comparables(client, cast):
    made, [opinion] = cast.working(second=False)
    actions.keep_worksheet(
        appraisal=opinion, sheet=market(1, 2, 3), weight=40, by=opinion.appraiser.person
    )
    actions.keep_worksheet(
        appraisal=opinion, sheet=cost(2), weight=60, by=opinion.appraiser.person
    )
    client.force_login(opinion.appraiser.person)
    page = client.get(
        reverse("valuation-sheet", args=[made.code, "market"])
    ).content.decode()
    assert "Hợp đồng 2" in page
    assert 'value="40"' in page
    client.post(reverse("valuation-drop", args=[made.code, "market"]))
    assert Worksheet.objects.get().method == "cost"

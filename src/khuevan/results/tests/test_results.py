"""The page of results, its files, the monthly report, the targets."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from itertools import pairwise

import docx
import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from khuevan.deals.public import State
from khuevan.deals.tests.factories import TERMS, make_deal, rate, withdraw
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.indicators.public import Rating, catch_up
from khuevan.platform import clock
from khuevan.results.actions import set_targets
from khuevan.results.dated import aims_on, begun, disclosure_on
from khuevan.results.periods import month_of, months, time_of, times
from khuevan.results.queries import VIEWED, statistics, targets


pytestmark = pytest.mark.django_db
BROWSER = {"user-agent": "Mozilla/5.0 Firefox/140.0"}


def whole():
    return begun(), clock.today()


def steps_of(told):
    return {step.name: step for step in told.funnel.steps}


def test_the_funnel_goes_from_a_look_to_a_delivered_deal(cast, client):
    client.get(reverse("exchange-listing", args=[cast.listing.code]), headers=BROWSER)
    withdraw(make_deal(cast, State.CONFIDENTIAL), cast)
    make_deal(cast, State.CONTRACTING)
    told = statistics(*whole())
    steps = steps_of(told)
    assert [steps[name].count for name in (VIEWED, "contact", "nda", "agreed", "signed")] == [1, 2, 2, 1, 0]  # fmt: skip
    assert told.funnel.worst.name == "nda"
    assert steps["agreed"].open == 1


def test_a_field_shows_its_own_deals_only(cast):
    make_deal(cast)
    assert steps_of(statistics(*whole(), "environment"))["contact"].count == 1
    assert steps_of(statistics(*whole(), "health"))["contact"].count == 0
    assert [part.key for part in statistics(*whole(), "health").fields] == ["environment"]  # fmt: skip


def test_a_kind_of_listing_shows_its_own_deals(cast, client):
    make_deal(cast)
    [kind] = statistics(*whole()).kinds
    assert kind.key == "technology"
    assert {step.name: step.count for step in kind.funnel.steps}["contact"] == 1
    assert statistics(*whole(), "health").kinds == ()
    [row] = client.get("/api/v1/results").json()["kinds"]
    assert (row["key"], row["steps"][0]["step"], row["steps"][0]["count"]) == ("technology", "contact", 1)  # fmt: skip
    page = client.get(reverse("results"), {"time": "all"}).text
    assert "Theo loại tin" in page


def test_what_few_sides_gave_is_not_told_and_is_of_the_field_asked_for(cast, client):
    deal = withdraw(make_deal(cast, State.INTRODUCED), cast)
    rate(deal, 4, by=cast.provider)
    rate(deal, 2, by=cast.recipient)
    least = disclosure_on(clock.today()).least_answers
    assert least > 2
    told = client.get("/api/v1/results").json()
    assert (told["satisfaction"], told["answers"], told["introduced"]) == (None, 2, 1)
    other = client.get("/api/v1/results?field=health").json()
    assert (other["answers"], other["introduced"]) == (0, 0)
    page = client.get(reverse("results"), {"time": "all"}).text
    assert f"điểm trung bình được công bố khi có {least} bên trả lời" in page
    assert client.get(reverse("indicator", args=["deals.satisfaction"])).status_code == 302  # fmt: skip
    assert statistics(*whole(), inside=True).satisfaction.points == 3


def test_few_contracts_do_not_tell_their_prices(cast, client):
    make_deal(cast, State.PERFORMING)
    least = disclosure_on(clock.today()).least_contracts
    assert least > 1
    told = statistics(*whole())
    assert (told.signed.contracts, told.worth) == (1, None)
    page = client.get(reverse("results"), {"time": "all"}).text
    assert f"{TERMS.price:,}".replace(",", ".") not in page
    assert statistics(*whole(), inside=True).worth.value == TERMS.price


def test_statistics_take_the_same_few_queries_however_many_deals(cast, django_assert_num_queries):  # fmt: skip
    withdraw(make_deal(cast, State.INTRODUCED), cast)
    make_deal(cast, State.PERFORMING)
    with django_assert_num_queries(10):
        statistics(*whole())


def test_everybody_reads_the_page_and_only_the_exchange_is_led_to_deals(cast, client):
    make_deal(cast, State.INTRODUCED)
    page = client.get(reverse("results"), {"time": "all"})
    assert page.status_code == 200
    assert "step=introduced" not in page.text
    client.force_login(cast.staff)
    assert "step=introduced" in client.get(reverse("results"), {"time": "all"}).text


@pytest.mark.parametrize("query", ["time=junk&field=junk", "time=%00", "field=%F0%9F"])
def test_nonsense_in_the_address_shows_the_last_twelve_months(db, client, query):
    page = client.get(f"{reverse('results')}?{query}")
    assert page.status_code == 200
    assert '<option value="12" selected' in page.text


def test_the_workbook_holds_the_tables(cast, client):
    make_deal(cast, State.CONTRACTING)
    answer = client.get(reverse("results-file"), {"time": "all"})
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["Phễu", "Theo lĩnh vực", "Theo loại tin", "Theo vùng", "Chi phí", "Theo tháng", "Mục tiêu", "Nguồn"]  # fmt: skip
    funnel = {row[0].value: row[1].value for row in book["Phễu"].iter_rows(min_row=2)}
    assert funnel["Đã thống nhất điều khoản"] == 1
    assert book["Mục tiêu"].max_row == 1 + len(aims_on(clock.today()))


def test_the_monthly_report_is_for_the_exchange_and_who_reads_everything(cast, client):
    address = reverse("results-report")
    assert client.get(address).status_code == 302
    client.force_login(cast.provider)
    assert client.get(address).status_code == 403
    assert client.get(reverse("results-report-file", args=["pdf"])).status_code == 403
    client.force_login(cast.staff)
    assert client.get(address).status_code == 200
    client.force_login(make_person(Role.INSPECTOR))
    assert client.get(address).status_code == 200


def test_the_report_comes_as_word_and_as_pdf_in_vietnamese(cast, client):
    withdraw(make_deal(cast, State.CONFIDENTIAL), cast)
    make_deal(cast, State.PERFORMING)
    client.force_login(cast.staff)
    month = {"month": f"{clock.today():%Y-%m}"}
    written = client.get(reverse("results-report-file", args=["docx"]), month).content
    document = docx.Document(BytesIO(written))
    words = "\n".join(p.text for p in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]  # fmt: skip
    assert "BÁO CÁO" in words + " ".join(cells)
    assert "kết thúc nhiều nhất sau bước" in words
    assert "Đề nghị liên hệ" in cells
    assert f"{TERMS.price:,}".replace(",", ".") not in words + " ".join(cells)
    paper = client.get(reverse("results-report-file", args=["pdf"]), month)
    assert paper.content.startswith(b"%PDF")
    assert client.get(reverse("results-report-file", args=["exe"]), month).status_code == 404  # fmt: skip


def test_the_report_of_a_month_comes_as_a_workbook_of_that_month(cast, client):
    make_deal(cast, State.CONTRACTING)
    address = reverse("results-report-file", args=["xlsx"])
    client.force_login(cast.provider)
    assert client.get(address).status_code == 403
    client.force_login(cast.staff)
    assert address in client.get(reverse("results-report")).text
    client.cookies["khuevan_language"] = "en"
    for month, asked_for in ((f"{clock.today():%Y-%m}", 1), (months()[-1].code, 0)):
        answer = client.get(address, {"month": month})
        assert f"bao-cao-san-{month}.xlsx" in answer["Content-Disposition"]
        book = openpyxl.load_workbook(BytesIO(answer.content))
        steps = {row[0].value: row[1].value for row in book["Phễu"].iter_rows(min_row=2)}  # fmt: skip
        assert steps["Đề nghị liên hệ"] == asked_for
        source = [cell.value for cell in book["Nguồn"][2]]
        assert source[0] == f"{month}-01"


def test_a_report_of_an_empty_month_says_so(cast, client):
    client.force_login(cast.staff)
    page = client.get(reverse("results-report"), {"month": months()[-1].code})
    assert "Không có hợp đồng nào được ký" in page.text


def test_targets_are_set_once_and_again_change_nothing(db):
    call_command("results", "targets")
    first = [one.card.expected for one in targets()]
    assert None not in first
    assert set_targets(by=None) == len(first) == len(aims_on(clock.today()))
    assert [one.card.expected for one in targets()] == first
    with pytest.raises(PermissionDenied):
        set_targets(by=make_person(Role.HEAD))


@pytest.mark.parametrize(("code", "years"), [("connections", (1000, 1500, 2000, 2500, 3000)), ("transfers", (100, 150, 200, 250, 300))])  # fmt: skip
def test_each_year_of_the_scheme_has_its_own_figure(code, years):
    [aim] = [one for one in aims_on(clock.today()) if one.indicator == f"deals.{code}"]
    counts = [value for _day, value in aim.points]
    assert tuple(after - before for before, after in pairwise(counts)) == years
    assert [day.year for day, _value in aim.points[1:]] == [2026, 2027, 2028, 2029, 2030]  # fmt: skip


def test_a_target_tells_what_is_expected_now_and_how_it_stands(cast, feed_shows_this_transaction):  # fmt: skip
    set_targets(by=None)
    catch_up()
    found = {(one.aim.indicator, one.aim.dims.get("kind", "")): one.card for one in targets(date(2026, 12, 31))}  # fmt: skip
    listings = found["exchange.listings", ""]
    assert listings.expected == 6000
    assert listings.rating is Rating.RED
    institutes = found["exchange.members", "institute"]
    assert institutes.value.numerator >= 1
    assert 0 < institutes.expected < 100


def test_times_are_twelve_whole_months_each_year_and_everything():
    today = date(2026, 11, 22)
    codes = [one.code for one in times(today)]
    assert codes == ["12", "2026", "2025", "all"]
    assert time_of("12", today).since == date(2025, 12, 1)
    assert time_of("2025", today).until == date(2025, 12, 31)
    assert time_of("nonsense", today).code == "12"
    january = time_of("12", date(2026, 1, 31))
    assert january.since == date(2025, 2, 1)


def test_a_report_is_of_the_last_complete_month_unless_asked():
    today = date(2026, 1, 15)
    assert month_of("", today).code == "2025-12"
    assert (month_of("2026-01", today).since, month_of("2026-01", today).until) == (date(2026, 1, 1), today)  # fmt: skip
    assert month_of("1999-01", today).code == "2025-12"
    assert months(date(2025, 1, 3))[0].code == "2025-01"


def test_programs_read_the_same_figures_without_signing_in(cast, client):
    make_deal(cast, State.PERFORMING)
    told = client.get("/api/v1/results").json()
    steps = {step["step"]: step["count"] for step in told["steps"]}
    assert (steps["contact"], steps["in_force"], steps["delivered"]) == (1, 1, 0)
    assert (told["contracts"], told["value"]) == (1, None)
    assert {row["indicator"] for row in told["targets"]} >= {"deals.transfers", "exchange.listings"}  # fmt: skip


def test_a_program_that_turns_the_days_round_is_told_so(db, client):
    answer = client.get("/api/v1/results?since=2026-05-01&until=2026-04-01")
    assert answer.status_code == 422
    assert "since" in answer.text
    assert client.get("/api/v1/results?since=junk").status_code == 422
    assert client.get("/api/v1/results?field=junk").status_code == 422

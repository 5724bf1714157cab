import csv
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from openpyxl import load_workbook

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.indicators import declaration
from khuevan.indicators.declaration import the
from khuevan.indicators.models import Target
from khuevan.indicators.projector import catch_up
from khuevan.indicators.public import (
    Period,
    Rating,
    Shape,
    breakdown,
    held,
    series,
    set_target,
    sparkline_svg,
    value,
)
from khuevan.indicators.queries import cards, control
from khuevan.journal.public import facts_about
from khuevan.law.public import check_rules
from khuevan.platform.clock import HANOI, telling
from khuevan.platform.errors import RuleBroken


pytestmark = pytest.mark.django_db
TASKS, CALLS = "toy.tasks_done", "toy.calls_answered"
JANUARY, JUNE, DECEMBER = date(2026, 1, 31), date(2026, 6, 30), date(2026, 12, 31)


@pytest.fixture
def told(toy):
    """Ten tasks on New Year, one done every tenth day; a call each day of the year."""
    for n in range(10):
        toy.tell("task_opened", f"toy.task:{n}", unit="AB"[n % 2])
    for n in range(10):
        toy.tell("task_done", f"toy.task:{n}", day=10 * n + 5, unit="AB"[n % 2])
    for day in range(365):
        toy.tell("call_taken", "toy.call:1", day, "A", answered=day % 4 != 0)
    catch_up(toy.source)
    with telling(datetime(2026, 11, 22, 9, tzinfo=HANOI)):
        yield toy


@pytest.fixture
def office():
    return make_person(Role.COMMITTEE_OFFICE)


def aim(by, **changes):
    usual = {
        "indicator": TASKS,
        "points": [(date(2026, 1, 1), 0.0), (date(2026, 4, 11), 100.0)],
        "shape": Shape.LINEAR,
        "margin": 10.0,
        "document": "57-NQ/TW",
        "by": by,
    }
    return set_target(**usual | changes)


def test_a_figure_comes_with_everything_about_it(told):
    found = value(TASKS, on=JANUARY)
    assert (found.numerator, found.denominator, found.value) == (3, 10, 30)
    assert (found.unit, found.as_of) == ("%", JANUARY)
    assert found.formula == "Tasks done divided by all tasks"


def test_a_flow_counts_only_its_period(told):
    found = value(CALLS, on=date(2026, 2, 10))
    assert found.denominator == 10
    assert found.span.start == date(2026, 2, 1)


def test_a_share_of_nothing_has_no_value(toy):
    assert value(TASKS, on=JANUARY).value is None
    assert value(CALLS, on=JANUARY).value is None


def test_a_live_series_is_taken_day_by_day(told):
    found = series(TASKS, since=date(2026, 1, 5), until=date(2026, 1, 7))
    assert [p.value for p in found.points] == [0, 10, 10]
    assert found.worse(10, 0)
    assert not found.worse(0, 10)


def test_a_long_live_series_is_taken_at_ends_of_months(told):
    found = series(TASKS, since=date(2026, 1, 1), until=JUNE)
    assert found.step is Period.MONTH
    assert [p.numerator for p in found.points] == [3, 6, 9, 10, 10, 10]


def test_a_flow_can_be_read_by_another_period(told):
    found = series(CALLS, since=date(2026, 1, 1), until=DECEMBER, period=Period.QUARTER)
    assert [p.denominator for p in found.points] == [90, 91, 92, 92]


def test_a_series_equals_its_single_values(told):
    for point in series(TASKS, since=date(2026, 1, 1), until=JUNE).points:
        assert point.value == value(TASKS, on=point.end).value


def test_dimensions_filter_and_break_down(told):
    assert value(TASKS, on=JANUARY, dims={"unit": "B"}).denominator == 5
    slices = breakdown(TASKS, "unit", on=JANUARY)
    assert {s.label: (s.numerator, s.denominator) for s in slices} == {
        "Đơn vị A": (2, 5),
        "Đơn vị B": (1, 5),
    }
    whole = value(TASKS, on=JANUARY)
    assert sum(s.numerator for s in slices) == whole.numerator


def test_a_target_is_held_for_whole_periods(told, office):
    aim(office)
    day = date(2026, 1, 6)
    assert held(TASKS, periods=1, until=day).held
    assert not held(TASKS, periods=4, until=day).held
    reading = held(TASKS, periods=2, until=day).figures()
    assert json.loads(json.dumps(reading)) == reading
    assert reading["periods"][1]["numerator"] == 1


def test_a_flow_holds_over_complete_months_only(told, office):
    aim(office, indicator=CALLS, points=[(date(2026, 1, 1), 70.0)])
    found = held(CALLS, periods=3, until=date(2026, 4, 15))
    assert found.held
    assert [p.end.month for p in found.points] == [1, 2, 3]
    assert not held(CALLS, periods=5, until=date(2026, 4, 15)).held


def test_without_a_target_nothing_is_held(told):
    assert not held(TASKS, until=JUNE).held


def test_the_list_rates_every_indicator(told, office):
    aim(office)
    by_code = {card.value.code: card for card in cards(office, on=date(2026, 1, 31))}
    assert by_code[TASKS].rating is Rating.GREEN
    assert by_code[CALLS].rating is Rating.NONE
    # On the 5th of April 95 % is expected and 90 % there.
    (late,) = cards(None, on=date(2026, 4, 5))
    assert late.rating is Rating.AMBER
    assert len(late.series.points) == 12


def test_the_list_costs_three_queries(told, office, django_assert_num_queries):
    aim(office)
    with django_assert_num_queries(3):
        cards(office)


def test_shares_of_months_get_their_own_limits(told):
    points = series(CALLS, since=date(2026, 1, 1), until=DECEMBER).points
    assert control(CALLS, points).kind == "p"
    assert (
        control(TASKS, series(TASKS, since=date(2026, 1, 1), until=JUNE).points) is None
    )
    year = series(CALLS, since=date(2025, 11, 1), until=date(2026, 11, 22)).points
    limits = control(CALLS, year).points
    assert [p is None for p in limits] == [True] * 2 + [False] * 10 + [True]
    days = series(TASKS, since=date(2026, 1, 1), until=date(2026, 2, 1)).points
    assert control(TASKS, days).kind == "xmr"


@pytest.mark.parametrize(
    "changes",
    [
        {"points": []},
        {"points": [(JUNE, 1.0), (JUNE, 2.0)]},
        {"points": [(JUNE, float("nan"))]},
        {"margin": -1.0},
        {"document": " "},
        {"dims": {"colour": "red"}},
        {"indicator": "toy.nothing"},
    ],
)
def test_a_senseless_target_is_refused(toy, office, changes):
    with pytest.raises(RuleBroken):
        aim(office, **changes)
    assert not Target.objects.exists()


def test_a_target_set_again_replaces_the_first(toy, office):
    aim(office)
    target = aim(office, points=[(JUNE, 80.0)], shape=Shape.STEP)
    assert Target.objects.count() == 1
    assert [p.value for p in target.points.all()] == [80]
    facts = facts_about(target.ref)
    assert [f.kind for f in facts] == ["indicators.target_set"] * 2
    assert facts[1].figures["points"] == [["2026-06-30", 80.0]]


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.HEAD, Role.INSPECTOR])
def test_only_leaders_and_the_office_set_targets(toy, role):
    with pytest.raises(PermissionDenied):
        aim(make_person(role))
    assert not Target.objects.exists()


def test_a_sparkline_is_drawn_from_two_points_on(told):
    drawn = sparkline_svg(series(TASKS, since=date(2026, 1, 1), until=JUNE))
    assert drawn.count("<polyline") == 1
    one = series(TASKS, since=JUNE, until=JUNE)
    assert sparkline_svg(one) == ""


def test_bases_of_indicators_and_targets_are_checked(toy, office):
    aim(office, document="42/2022/NĐ-CP")
    found = [f for f in check_rules(JUNE) if f.source == "indicators"]
    assert [f.basis.reference for f in found] == ["42/2022/NĐ-CP"]
    assert found[0].severity == "expiring"


# Pages


def test_strangers_see_public_indicators_only(client, told):
    page = client.get(reverse("indicator-list")).content.decode()
    assert "Tasks done" in page
    assert "Calls answered" not in page
    assert client.get(reverse("indicator", args=[TASKS])).status_code == 200
    hidden = client.get(reverse("indicator", args=[CALLS]))
    assert hidden.status_code == 302
    assert client.get(reverse("indicator", args=["toy.none"])).status_code == 404


def test_a_page_shows_formula_parts_and_chart(client, told, office):
    aim(office)
    client.force_login(office)
    asked = {"since": "2026-01-01", "until": "2026-02-01"}
    page = client.get(reverse("indicator", args=[TASKS]), asked).content.decode()
    assert "Tasks done divided by all tasks" in page
    assert "Nghị quyết 57-NQ/TW, Điều 2" in page
    assert 'role="img"' in page
    assert "<desc" in page
    assert "Xem số liệu" in page
    assert "Đơn vị A" in page
    assert "style=" not in page.split("<main")[1]


def test_a_page_says_what_is_wrong_and_still_shows(client, told):
    asked = {"since": "2026-05-01", "until": "2026-02-01", "step": "week"}
    page = client.get(reverse("indicator", args=[TASKS]), asked).content.decode()
    assert "Ngày đầu không được sau ngày cuối." in page
    assert "<svg" in page


def test_figures_lead_to_their_records(client, told):
    address = reverse("indicator-records", args=[TASKS])
    page = client.get(address, {"unit": "A", "until": "2026-02-01"}).content.decode()
    assert "2026-02-01" in page
    assert client.get(address, {"part": "colour"}).status_code == 404


def test_figures_can_be_taken_away(client, told):
    address = reverse("indicator", args=[TASKS])
    asked = {"since": "2026-01-01", "until": "2026-06-30"}
    taken = json.loads(client.get(address, asked | {"format": "json"}).content)
    assert [p["numerator"] for p in taken["points"]] == [3, 6, 9, 10, 10, 10]
    text = client.get(address, asked | {"format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert [row["numerator"] for row in rows] == ["3", "6", "9", "10", "10", "10"]
    book = client.get(address, asked | {"format": "xlsx"}).content
    sheet = load_workbook(BytesIO(book)).worksheets[0]
    assert [row[2] for row in sheet.iter_rows(2, values_only=True)] == [
        3,
        6,
        9,
        10,
        10,
        10,
    ]


def test_the_office_sets_a_target_by_form(client, told, office):
    client.force_login(office)
    address = reverse("indicator-target", args=[TASKS])
    fields = {
        "first_day": "2026-01-01",
        "first_value": "10",
        "shape": "step",
        "margin": "5",
        "document": "57-NQ/TW",
    }
    assert client.get(address).status_code == 200
    half = client.post(address, fields | {"last_value": "90"})
    assert half.status_code == 200
    assert not Target.objects.exists()
    assert client.post(address, fields).status_code == 302
    page = client.get(reverse("indicator-list")).content.decode()
    assert "đạt chỉ tiêu" in page


def test_officials_cannot_set_a_target_by_form(client, told):
    client.force_login(make_person(Role.OFFICIAL))
    assert client.get(reverse("indicator-target", args=[TASKS])).status_code == 403


def test_a_period_that_runs_is_expected_as_of_today(told, office):
    aim(office)
    found = series(TASKS, since=date(2026, 3, 1), until=date(2026, 3, 2))
    assert found.points[0].expected == pytest.approx(59)
    month = series(
        TASKS, since=date(2026, 3, 1), until=date(2026, 3, 2), period=Period.MONTH
    )
    assert month.points[0].expected == pytest.approx(60)
    assert month.points[0].end - month.points[0].start == timedelta(30)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"until": "2027-01-01"}, "Chưa có số liệu của ngày chưa đến."),
        ({"since": "2001-01-01"}, "Chỉ xem tối đa mười năm."),
        ({"since": "hôm qua"}, "govuk-error-summary"),
    ],
)
def test_a_span_is_checked_in_words(client, told, asked, sentence):
    page = client.get(reverse("indicator", args=[TASKS]), asked)
    assert sentence in page.content.decode()


def test_an_indicator_without_facts_has_a_page(client, toy):
    page = client.get(reverse("indicator", args=[TASKS])).content.decode()
    assert "–" in page
    assert "<svg" in page


def test_signals_are_named_on_the_page(client, toy, office):
    for month, answered in enumerate([9, 8, 9, 8, 9, 8, 9, 8, 9, 1]):
        for n in range(10):
            toy.tell("call_taken", "toy.call:1", month * 30 + 5, answered=n < answered)
    catch_up(toy.source)
    client.force_login(office)
    with telling(datetime(2026, 11, 22, 9, tzinfo=HANOI)):
        page = client.get(reverse("indicator", args=[CALLS])).content.decode()
    assert "vượt giới hạn kiểm soát" in page


def test_records_may_lie_on_another_page(client, told, monkeypatch):
    elsewhere = replace(the(TASKS), records=lambda dims, span, part: f"/x/?{part}")
    monkeypatch.setitem(declaration._declared, TASKS, elsewhere)
    answer = client.get(reverse("indicator-records", args=[TASKS]))
    assert (answer.status_code, answer.url) == (302, "/x/?numerator")


def test_strangers_sign_in_before_hidden_records(client, told):
    address = reverse("indicator-records", args=[CALLS])
    assert "next=" in client.get(address).url
    client.force_login(make_person(Role.OFFICIAL))
    assert client.get(address).status_code == 404

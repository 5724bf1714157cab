from datetime import UTC, date, datetime
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import ProgrammingError
from django.urls import reverse

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.journal.public import facts_about
from khuevan.law.public import check_rules
from khuevan.platform.clock import HANOI
from khuevan.platform.errors import RuleBroken
from khuevan.worktime import clocks, queries, store
from khuevan.worktime.models import (
    CalendarDay,
    OpeningHours,
    SharedPeriod,
    WorkCalendar,
)
from khuevan.worktime.public import (
    Certainty,
    CutOff,
    DayKind,
    Moved,
    Term,
    Unit,
    add_override,
    add_working_days,
    check_outage_notice,
    closing_of,
    due_at,
    hours_of_a_day,
    is_working_day,
    load,
    next_working_day,
    period,
    reception_due_at,
    register_clocks,
    step_due_at,
    working_days_between,
    working_hours_between,
)


pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 20, 8, tzinfo=HANOI)


@pytest.fixture(autouse=True)
def own_clocks(monkeypatch):
    monkeypatch.setattr(clocks, "_clocks", {})


@pytest.fixture
def operator():
    return make_person(Role.OPERATOR)


def ask(*arguments):
    out = StringIO()
    call_command("worktime", "due", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["--days=3"], "2026-11-26T17:00\n"),
        (["--days=3", "--clock=hours"], "2026-11-25T17:00\n"),
        (["--hours=8"], "2026-11-20T17:00\n"),
        (["--calendar-days=4"], "2026-11-25T17:00\n"),
        (["--months=1"], "2026-12-21T17:00\n"),
    ],
)
def test_the_command_prints_the_instant_alone(arguments, printed):
    assert ask("--received=2026-11-20T08:00", *arguments) == printed


def test_the_command_knows_cut_offs():
    received = "--received=2026-11-20T15:30"
    assert ask(received, "--days=3", "--cutoff=15:00") == "2026-11-27T17:00\n"
    assert ask(received, "--days=3", "--cutoff=last_hour") == "2026-11-26T17:00\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--received=hôm nay", "--days=3"],
        ["--received=2026-11-20T08:00", "--days=-1"],
        ["--received=1026-11-20T08:00", "--days=1"],
        ["--received=2026-11-20T08:00", "--days=3", "--calendar=sao-hoa"],
        ["--received=2026-11-20T08:00", "--hours=3", "--cutoff=15:00"],
        ["--received=2026-11-20T08:00", "--months=3", "--clock=hours"],
    ],
)
def test_the_command_refuses_in_a_sentence(arguments):
    with pytest.raises(CommandError, match=r"\.$"):
        ask(*arguments)


def test_the_command_says_that_tables_are_missing(monkeypatch):
    def missing(*args, **kwargs):
        raise ProgrammingError

    monkeypatch.setattr(queries, "load", missing)
    with pytest.raises(CommandError, match="make db"):
        ask("--received=2026-11-20T08:00", "--days=3")


def test_other_apps_ask_the_city_calendar():
    assert due_at(FRIDAY, 3, Unit.WORKING_DAY) == datetime(2026, 11, 26, 10, tzinfo=UTC)
    late = datetime(2026, 11, 20, 15, 30, tzinfo=HANOI)
    assert due_at(late, 3, Unit.WORKING_DAY, cutoff=CutOff.CLOCK_15).day == 27
    assert step_due_at(FRIDAY, 3).day == 25
    assert working_hours_between(FRIDAY, late) == 6.5
    assert working_hours_between(late, FRIDAY) == -6.5
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 26)) == 3
    assert add_working_days(date(2026, 11, 26), -3) == date(2026, 11, 20)
    assert next_working_day(date(2026, 11, 23)) == date(2026, 11, 25)
    assert not is_working_day(date(2026, 11, 24))


def test_a_dossier_filed_on_saturday_is_checked_on_monday():
    filed = datetime(2026, 11, 21, 9, tzinfo=HANOI)
    assert reception_due_at(filed) == datetime(2026, 11, 23, 17, tzinfo=HANOI)


def test_an_outage_needs_seven_working_days_of_notice():
    with pytest.raises(RuleBroken, match="7"):
        check_outage_notice(date(2026, 11, 3), date(2026, 11, 12))
    check_outage_notice(date(2026, 11, 2), date(2026, 11, 12))
    check_outage_notice(date(2026, 11, 11), date(2026, 11, 12), force_majeure=True)


def test_a_period_without_a_document_is_refused():
    with pytest.raises(RuleBroken, match="outage_notice"):
        check_outage_notice(date(2025, 1, 2), date(2025, 1, 3))


def test_a_city_entered_before_gets_the_periods_that_came_later():
    SharedPeriod.objects.filter(code="apology_notice").delete()
    entered_before = SharedPeriod.objects.get(code="outage_notice")
    complete = import_module("khuevan.worktime.migrations.0003_apology_notice").complete
    for _again in range(2):
        complete(apps, None)
    assert period("apology_notice", date(2026, 11, 20)) == Term(1, Unit.WORKING_DAY)
    assert SharedPeriod.objects.get(code="outage_notice") == entered_before
    with pytest.raises(RuleBroken, match="apology_notice"):
        period("apology_notice", date(2025, 6, 30))


def override(by, **changes):
    return add_override(
        **{
            "day": date(2026, 11, 25),
            "kind": DayKind.OFF,
            "reason": "Nghỉ bão",
            "document": "15/CĐ-UBND",
            "by": by,
        }
        | changes
    )


def test_an_override_moves_what_is_reckoned_after(operator):
    assert due_at(FRIDAY, 3, Unit.WORKING_DAY).day == 26
    override(operator)
    assert due_at(FRIDAY, 3, Unit.WORKING_DAY).day == 27


def test_an_override_can_be_taken_back_by_another(operator):
    override(operator)
    override(operator, kind=DayKind.WORK, reason="Bão không vào", document="16/CĐ-UBND")
    assert due_at(FRIDAY, 3, Unit.WORKING_DAY).day == 26
    entered = CalendarDay.objects.get(day=date(2026, 11, 25))
    kinds = [
        (f.figures["day_kind_before"], f.figures["day_kind"])
        for f in facts_about(entered.ref)
    ]
    assert kinds == [(None, "off"), ("off", "work")]


def test_a_decision_confirms_an_estimate(operator):
    override(operator, day=date(2027, 1, 1), reason="Tết Dương lịch", document="1/TB")
    special = load().by_day[date(2027, 1, 1)]
    assert special.certainty is Certainty.DECIDED


def test_open_clocks_are_reckoned_again_and_named(operator):
    seen = []

    def reckon(day, by):
        seen.append((day, by, is_working_day(day)))
        return [Moved("toy.task:1", FRIDAY, FRIDAY)]

    register_clocks("toy", reckon)
    result = override(operator)
    assert seen == [(date(2026, 11, 25), operator, False)]
    assert [m.reference for m in result.moved] == ["toy.task:1"]
    entered = CalendarDay.objects.get(day=date(2026, 11, 25))
    assert facts_about(entered.ref)[-1].figures["moved"] == ["toy.task:1"]


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.HEAD, Role.INSPECTOR])
def test_only_the_office_and_operators_override(role):
    with pytest.raises(PermissionDenied):
        override(make_person(role))
    assert is_working_day(date(2026, 11, 25))


@pytest.mark.parametrize("field", ["reason", "document"])
def test_an_override_says_why_and_by_what(operator, field):
    with pytest.raises(RuleBroken):
        override(operator, **{field: " "})
    assert is_working_day(date(2026, 11, 25))


def test_a_calendar_in_memory_costs_one_query(django_assert_num_queries):
    load()
    with django_assert_num_queries(1):
        due_at(FRIDAY, 30, Unit.WORKING_DAY)
    with django_assert_num_queries(0):
        working_days_between(
            date(2026, 1, 1), date(2026, 6, 1), calendar=store._kept["city"]
        )


def test_a_branch_follows_the_city_with_its_own_hours():
    city = WorkCalendar.objects.get(code="city")
    branch = WorkCalendar.objects.create(code="branch", name="Chi nhánh", follows=city)
    OpeningHours.objects.create(
        calendar=branch, weekday=0, opens="07:30", closes="11:30"
    )
    tuesday_holiday = date(2026, 11, 24)
    assert not is_working_day(tuesday_holiday, calendar="branch")
    assert not is_working_day(date(2026, 11, 25), calendar="branch")
    assert load("branch").office_hours(date(2026, 11, 23))[0].opens.hour == 7
    half_past_eleven = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    assert closing_of(date(2026, 11, 23), calendar="branch") == half_past_eleven


def test_a_working_day_has_the_hours_its_office_keeps():
    city = WorkCalendar.objects.get(code="city")
    branch = WorkCalendar.objects.create(
        code="half-days", name="Chi nhánh", follows=city
    )
    OpeningHours.objects.create(
        calendar=branch, weekday=2, opens="07:30", closes="12:00"
    )
    holiday = date(2026, 11, 24)  # the next working day is a Wednesday
    assert hours_of_a_day(holiday) == 8
    assert hours_of_a_day(holiday, calendar="half-days") == 4.5


def test_a_day_off_has_no_closing_and_says_which_day_has():
    assert closing_of(date(2026, 11, 23)) == datetime(2026, 11, 23, 10, tzinfo=UTC)
    with pytest.raises(RuleBroken, match=r"24/11/2026 is a day off.* 25/11") as refused:
        closing_of(date(2026, 11, 24), field="new_date")
    assert refused.value.field == "new_date"


def test_every_day_of_the_calendar_has_a_living_document():
    assert [f for f in check_rules(date(2025, 1, 1)) if f.source == "worktime"] == []


def test_strangers_read_the_calendar(client):
    page = client.get(reverse("worktime"), {"year": "2027"}).content.decode()
    assert "249" in page
    assert "dự kiến" in page
    assert "9859/VPCP-KGVX" not in page
    assert client.get(reverse("worktime"), {"year": "abc"}).status_code == 200


def test_the_calculator_answers_without_scripts(client):
    asked = {"received": "2026-11-20T08:00", "amount": "3", "unit": "working_day"}
    page = client.get(reverse("worktime"), asked).content.decode()
    assert "17:00 26/11/2026" in page
    assert "17:00 25/11/2026" in page
    assert "80-NQ/TW" in page


def test_the_calculator_says_what_to_mend(client):
    asked = {"received": "2026-11-20T08:00", "amount": "99999", "unit": "month"}
    page = client.get(reverse("worktime"), asked).content.decode()
    assert "Thời hạn phải từ 0 đến 60." in page


def test_an_unknown_calendar_is_refused(operator):
    with pytest.raises(RuleBroken, match="sao-hoa"):
        override(operator, calendar="sao-hoa")
    with pytest.raises(RuleBroken, match="sao-hoa"):
        load("sao-hoa")


def test_days_counted_back_have_a_limit_too():
    with pytest.raises(RuleBroken):
        add_working_days(date(2026, 11, 26), -1_301)

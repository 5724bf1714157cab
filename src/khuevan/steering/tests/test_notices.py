"""Who is told what of steering."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.journal.public import batch
from khuevan.notices.tests.factories import notices_of
from khuevan.platform import clock
from khuevan.steering import actions
from khuevan.steering.actions.watch import climb_ladder, note_overdue
from khuevan.steering.facts import DISCIPLINE
from khuevan.steering.models import Extension, Request
from khuevan.steering.rules import State, Visibility

from .factories import DOCUMENT, make_cast, make_task


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


def told(kind):
    return {notice.person for notice in notices_of(f"steering.{kind}")}


def the(kind):
    return notices_of(f"steering.{kind}")[0]


@pytest.fixture
def helper(cast):
    return make_person(Role.HEAD)


def assigned(cast, helper, **changes):
    unit = helper.appointments.get().organisation
    return make_task(
        cast=cast,
        lead_person=cast.official,
        helpers=(actions.Helper(unit),),
        **changes,
    )


def test_a_new_task_is_told_to_who_takes_part(cast, helper):
    task = assigned(cast, helper)
    assert told("task_assigned") == {cast.official, cast.head, helper}
    notice = the("task_assigned")
    assert task.code in notice.subject
    assert task.title in notice.body
    assert task.title not in notice.subject
    assert notice.link == f"/steering/tasks/{task.code}/"


def test_a_restricted_task_is_not_told_to_helpers(cast, helper):
    assigned(cast, helper, visibility=Visibility.RESTRICTED)
    assert told("task_assigned") == {cast.official, cast.head}


def test_who_was_named_is_told(cast):
    task = make_task(cast=cast)
    actions.name_lead_person(task=task, person=cast.official, by=cast.head)
    assert told("lead_person_named") == {cast.official}


def test_a_claim_is_told_to_the_second_unit(cast):
    make_task(State.CLAIMED, cast=cast)
    assert told("task_claimed") == {cast.checker}


@pytest.mark.parametrize("verdict", ["claim_verified", "claim_rejected"])
def test_the_verdict_is_told_to_who_answers(cast, verdict):
    task = make_task(State.CLAIMED, cast=cast, lead_person=cast.official)
    if verdict == "claim_verified":
        actions.verify_claim(task=task, by=cast.checker)
    else:
        actions.reject_claim(task=task, reason="Thiếu phụ lục số liệu", by=cast.checker)
    assert told(verdict) == {cast.official, cast.head}


def test_a_failed_second_look_is_told(cast):
    task = make_task(State.ACCEPTED, cast=cast)
    actions.reaudit(task=task, passed=False, reason="Không có thật cả", by=cast.office)
    assert told("reaudit_failed") == {cast.head}


@pytest.mark.parametrize("granted", [True, False])
def test_more_time_is_asked_and_decided(cast, granted):
    task = make_task(cast=cast, lead_person=cast.head)
    actions.ask_extension(
        task=task,
        new_due_on=task.due_on + timedelta(days=9),
        reason="Chờ ý kiến của Bộ",
        by=cast.official,
    )
    extension = Extension.objects.get()
    assert told("extension_asked") == {cast.office}
    assert the("extension_asked").link == f"/steering/extensions/{extension.pk}/"
    actions.decide_extension(
        extension=extension, granted=granted, note="Đã rõ", by=cast.leader
    )
    kind = "extension_granted" if granted else "extension_refused"
    assert told(kind) == {cast.head, cast.official}


def test_a_difficulty_goes_there_and_back(cast):
    body = OrganisationFactory.create()
    solver = make_person(Role.HEAD, body)
    make_person(Role.MEMBER, body)
    difficulty = actions.raise_difficulty(
        task=make_task(cast=cast),
        kind="data",
        text="Chưa có dữ liệu dân cư",
        routed_to=body,
        by=cast.official,
    )
    assert told("difficulty_raised") == {solver}
    actions.resolve_difficulty(
        difficulty=difficulty, answer="Đã mở kết nối rồi", by=solver
    )
    assert told("difficulty_resolved") == {cast.official}


def test_a_request_is_told_to_each_who_gets_it(cast):
    first, second = make_person(Role.OFFICIAL), make_person(Role.HEAD)
    units = [p.appointments.get().organisation for p in (first, second)]
    text = "Xin cung cấp số liệu"
    actions.ask_agency(
        task=make_task(cast=cast), receiver=units[0], text=text, by=cast.official
    )
    assert told("request_asked") == {first}
    actions.answer_request(
        request=Request.objects.get(), receiver=units[1], text=text, by=first
    )
    assert told("request_handed_on") == {second}


@pytest.mark.parametrize(
    ("days_before", "names", "urgency"),
    [
        (7, {"official"}, "daily"),
        (1, {"official", "head"}, "daily"),
        (-1, {"official", "head", "office"}, "now"),
        (-10, {"head", "office", "leader"}, "now"),
    ],
)
def test_each_rung_reminds_whom_it_names(cast, days_before, names, urgency):
    task = make_task(cast=cast, lead_person=cast.official)
    day = task.due_on - timedelta(days=days_before)
    with clock.telling(datetime(day.year, day.month, day.day, 9, tzinfo=clock.HANOI)):
        climb_ladder()
        people = told("reminder_sent")
    assert people == {getattr(cast, name) for name in names}
    assert the("reminder_sent").urgency == urgency
    assert str(abs(days_before)) in the("reminder_sent").subject


def test_what_stands_in_the_register_says_so(cast):
    task = make_task(cast=cast, lead_person=cast.official)
    day = task.due_on + timedelta(days=1)
    period = actions.open_reporting_period(
        name="tháng 10", starts_on=day, ends_on=day, due_at=clock.now(), by=cast.office
    )
    with clock.telling(datetime(day.year, day.month, day.day, 9, tzinfo=clock.HANOI)):
        note_overdue()
        actions.close_reporting_period(period=period, by=cast.office)
        assert told("task_fell_overdue") == {cast.official, cast.head}
        assert told("report_missed") == {cast.head}
    missed = the("report_missed")
    assert missed.link == f"/steering/register/{missed.fact}/answer/"
    assert missed.kind in DISCIPLINE


def test_a_round_of_reports_is_told_to_busy_units(cast):
    make_task(cast=cast)
    make_task(State.SUSPENDED, cast=make_cast())
    actions.open_reporting_period(
        name="tháng 11", starts_on=clock.today(), ends_on=clock.today(),
        due_at=clock.now(), by=cast.office,
    )  # fmt: skip
    assert told("period_opened") == {cast.head, cast.official}
    assert "tháng 11" in the("period_opened").subject


def busy_batch(cast, helper, times):
    with batch("notices", limit=10_000):
        pass
    for _ in range(times):
        task = assigned(cast, helper)
        actions.raise_difficulty(
            task=task, kind="data", text="Chưa có dữ liệu dân cư",
            routed_to=cast.verifier, by=cast.official,
        )  # fmt: skip
        actions.ask_extension(
            task=task, new_due_on=task.due_on + timedelta(days=9),
            reason="Chờ ý kiến của Bộ", by=cast.official,
        )  # fmt: skip
        actions.claim_done(task=task, evidence=[DOCUMENT], by=cast.head)
        actions.verify_claim(task=task, by=cast.checker)
    with CaptureQueriesContext(connection) as asked:
        verified = notices_of("steering.claim_verified")
    assert sum(task.title in notice.body for notice in verified) >= 2 * times
    return len(asked)


def test_a_large_batch_asks_no_more_than_a_small_one(cast, helper):
    small = busy_batch(cast, helper, 2)
    assert busy_batch(cast, helper, 12) <= small
    assert small < 20

"""What pages read: counts as of any day, rows, boards, the register, foresight."""

from datetime import date, time, timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import (
    HealthCheck,
    given,
    settings as hypothesis_settings,
    strategies as st,
)

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.platform import clock
from khuevan.steering import actions
from khuevan.steering.models import Task
from khuevan.steering.queries.discipline import (
    evaluate_quarter,
    load_per_unit,
    register,
)
from khuevan.steering.queries.foresight import clashes
from khuevan.steering.queries.page import clocks, timeline, waiting_per_party
from khuevan.steering.queries.reporting import missing_reports
from khuevan.steering.queries.summary import (
    Cell,
    cells_on,
    judged_on,
    per_level,
    per_unit,
    summary,
)
from khuevan.steering.queries.tasks import (
    Wanted,
    find_tasks,
    inbox,
    most_urgent,
    task_rows,
)
from khuevan.steering.rules import (
    Basis,
    Grade,
    Level,
    Limits,
    State,
    Status,
    Visibility,
    status,
)

from .factories import DOCUMENT, make_cast, make_clause, make_task
from .test_actions import make_period, report


pytestmark = pytest.mark.django_db


def on(day):
    return clock.telling(clock.at_local(day, time(9)))


# --------------------------------------------------------------- visibility


def test_people_see_what_their_unit_takes_part_in(cast):
    helper = OrganisationFactory.create()
    task = make_task(cast=cast, helpers=(actions.Helper(helper),))
    seen = Task.objects.visible_to
    for person in (
        cast.office,
        cast.leader,
        cast.inspector,
        cast.head,
        cast.checker,
        make_person(Role.OFFICIAL, helper),
    ):
        assert list(seen(person)) == [task]
    for person in (cast.stranger, AnonymousUser()):
        assert not seen(person).exists()


def test_a_division_shares_what_its_department_may_see(cast):
    division = OrganisationFactory.create(parent=cast.lead)
    task = make_task(cast=cast, lead=division)
    assert list(Task.objects.visible_to(cast.head)) == [task]


def test_a_restricted_task_is_hidden_from_helpers(cast):
    helper = OrganisationFactory.create()
    task = make_task(cast=cast, helpers=(actions.Helper(helper),))
    actions.publish_task(task=task, visibility=Visibility.RESTRICTED, by=cast.office)
    assert not Task.objects.visible_to(make_person(Role.OFFICIAL, helper)).exists()
    assert Task.objects.visible_to(cast.head).exists()


def test_every_read_path_shows_the_same_set(cast):
    make_task(cast=cast, title="Mở dữ liệu kín")
    public = make_task(
        cast=cast, title="Mở dữ liệu chung", visibility=Visibility.PUBLIC
    )
    person = cast.stranger
    today = clock.today()
    assert [r.code for r in task_rows(person=person, wanted=Wanted()).rows] == [
        public.code
    ]
    assert [hit[0] for hit in find_tasks(person=person, text="mo du lieu")] == [
        public.title
    ]
    assert summary(on=today, person=person)[Level.CITY].total == 1
    assert [r.code for r in most_urgent(person=person, on=today)] == [public.code]
    assert per_unit(cells_on(today, person=person))[cast.lead.pk].open == 1
    assert sum(load.running for load in load_per_unit(person=person)) == 1
    assert len(judged_on(today, person=person)) == 1


# --------------------------------------------------------------- as of a day


def test_counts_are_right_as_of_any_past_day(cast):
    days = [date(2025, 3, 3) + timedelta(days=20 * n) for n in range(4)]
    with on(days[0]):
        task = make_task(cast=cast, due_on=days[1])
    with on(days[2]):
        actions.claim_done(task=task, evidence=[DOCUMENT], by=cast.head)
    with on(days[3]):
        task.refresh_from_db()
        actions.verify_claim(task=task, by=cast.checker)
    seen = [summary(on=day)[Level.CITY] for day in days]
    assert [s.total for s in seen] == [1, 1, 1, 1]
    assert [s.overdue for s in seen] == [0, 0, 1, 0]
    assert [s.claimed for s in seen] == [0, 0, 1, 0]
    assert [s.done_late for s in seen] == [0, 0, 0, 1]
    assert summary(on=days[0] - timedelta(days=1))[Level.CITY].total == 0


def test_today_from_the_table_equals_today_from_the_journal(cast):
    for state in State:
        make_task(state, cast=cast)
    make_task(cast=cast, due_on=None)
    task = make_task(cast=cast)
    actions.accept_by_report(task=task, accepted_on=clock.today(), by=cast.office)
    today = clock.today()
    live = summary(on=today)
    assert live == per_level(_from_the_journal(today))
    assert live[Level.CITY].reported_only == 1
    assert live[Level.CITY].verified == 1
    assert live[Level.CENTRAL].total == 0


def _from_the_journal(day):
    return [
        Cell(
            UUID(one.standing.lead), one.standing.level, one.status, one.standing.state,
            one.standing.basis is Basis.REPORT, 1, one.original is Status.OVERDUE,
        )
        for one in judged_on(day)
    ]  # fmt: skip


def test_a_cancelled_task_is_not_counted_any_more(cast):
    make_task(State.CANCELLED, cast=cast)
    assert summary(on=clock.today())[Level.CITY].total == 0


def test_rows_of_a_past_day_show_that_day(cast):
    before = date(2025, 5, 5)
    with on(before):
        task = make_task(cast=cast, due_on=date(2025, 6, 5))
    asked_on = date(2025, 5, 20)
    with on(asked_on):
        asked = actions.ask_extension(
            task=task, new_due_on=date(2025, 9, 1), reason="Chờ văn bản hướng dẫn", by=cast.head
        )  # fmt: skip
        actions.decide_extension(extension=asked, granted=True, by=cast.office)
    wanted = Wanted(on=date(2025, 5, 10), status="open")
    [row] = task_rows(person=cast.office, wanted=wanted).rows
    assert (row.due_on, row.status) == (date(2025, 6, 5), Status.IN_TIME)
    late = Wanted(on=date(2025, 7, 1), status="overdue")
    assert task_rows(person=cast.office, wanted=late).rows == []


LIMITS = Limits(soon_days=5, silent_days=20, behind_points=15)
near = st.integers(-40, 40).map(lambda n: date(2025, 6, 1) + timedelta(days=n))


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    state=st.sampled_from(list(State)),
    assigned=near,
    due=st.none() | st.integers(0, 60),
    accepted=near,
    reported=st.none() | near,
    progress=st.integers(0, 100),
    waiting=st.booleans(),
    day=near,
)
def test_sql_and_python_judge_alike(
    db, state, assigned, due, accepted, reported, progress, waiting, day
):
    cast = make_cast()
    clause = make_clause(cast)
    task = Task.objects.create(
        code=f"P-{Task.objects.count()}", clause=clause, level=Level.CITY, group=3,
        title="x", lead=cast.lead, verifier=cast.verifier, holder=cast.lead,
        authority="x", output="x", proof="report", state=state, assigned_on=assigned,
        due_on=None if due is None else assigned + timedelta(days=due),
        claimed_on=assigned if state is State.CLAIMED else None,
        accepted_on=accepted if state is State.ACCEPTED else None,
        basis=Basis.VERIFIED if state is State.ACCEPTED else "",
        decision="x" if state in {State.SUSPENDED, State.CANCELLED} else "",
        reported_on=reported, progress=progress, waiting=waiting,
    )  # fmt: skip
    said = Task.objects.filter(pk=task.pk).with_status(on=day, limits=LIMITS).get()
    assert said.status == status(task.standing, on=day, limits=LIMITS)


# --------------------------------------------------------------- filters


def test_words_are_found_with_and_without_accents(cast):
    task = make_task(cast=cast, title="Đưa Sàn Giao dịch công nghệ vào vận hành")
    for text in ("sàn giao dịch", "san giao dich", "DUA SAN", task.code.lower()):
        assert [r.code for r in task_rows(person=cast.office, wanted=Wanted(text=text)).rows] == [task.code]  # fmt: skip
    assert task_rows(person=cast.office, wanted=Wanted(text="quỹ")).rows == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("done", {"accepted", "reported"}),
        ("verified", {"accepted"}),
        ("reported_only", {"reported"}),
        ("claimed", {"claimed"}),
        ("open", {"open", "claimed", "suspended"}),
        ("suspended", {"suspended"}),
        ("", {"open", "claimed", "suspended", "accepted", "reported"}),
    ],
)
def test_status_filters_tell_claimed_and_verified_apart(cast, wanted, expected):
    names = {}
    for state in (
        State.OPEN,
        State.CLAIMED,
        State.SUSPENDED,
        State.ACCEPTED,
        State.CANCELLED,
    ):
        names[make_task(state, cast=cast).code] = state.value
    bare = make_task(cast=cast)
    actions.accept_by_report(task=bare, accepted_on=clock.today(), by=cast.office)
    names[bare.code] = "reported"
    found = task_rows(person=cast.office, wanted=Wanted(status=wanted))
    assert {names[row.code] for row in found.rows} == expected
    assert found.total == len(expected)


def test_a_table_costs_three_queries_however_long(cast, django_assert_max_num_queries):
    clause = make_clause(cast)
    for _ in range(3):
        make_task(cast=cast, clause=clause)
    cast.office.authority  # noqa: B018 - asked once a request
    with django_assert_max_num_queries(3):
        task_rows(person=cast.office, wanted=Wanted())
    for _ in range(12):
        make_task(cast=cast, clause=clause)
    with django_assert_max_num_queries(3):
        assert len(task_rows(person=cast.office, wanted=Wanted()).rows) == 15


def test_pages_are_cut_and_nonsense_is_the_nearest_page(cast):
    make_task(cast=cast)
    found = task_rows(person=cast.office, wanted=Wanted(), page=99)
    assert (found.number, found.pages, len(found.rows)) == (1, 1, 1)


def test_the_inbox_holds_what_waits_for_ones_own_unit(cast):
    mine = make_task(cast=cast)
    claimed = make_task(State.CLAIMED, cast=cast)
    assert [row.code for row in inbox(person=cast.official)] == [mine.code]
    assert [row.code for row in inbox(person=cast.checker)] == [claimed.code]
    assert inbox(person=cast.stranger) == []


# --------------------------------------------------------------- the page


def test_a_timeline_tells_every_fact_newest_first(cast):
    task = make_task(State.CLAIMED, cast=cast)
    first, last = timeline(task)[-1], timeline(task)[0]
    assert first.sentence.startswith("The task was assigned")
    assert last.who == cast.head.full_name
    assert first.params["due_on"] == f"{task.due_on:%d/%m/%Y}"


def test_ping_pong_and_waiting_are_counted_per_party(cast):
    start = date(2025, 3, 3)
    with on(start):
        task = make_task(cast=cast)
        other = OrganisationFactory.create(short_name="Sở khác")
        asked = actions.ask_agency(
            task=task, receiver=other, text="Đề nghị cho ý kiến", by=cast.official
        )
    with on(start + timedelta(days=3)):
        them = make_person(Role.OFFICIAL, other)
        actions.answer_request(
            request=asked, receiver=cast.lead, text="Bổ sung thuyết minh", by=them
        )
    with on(start + timedelta(days=4)):
        actions.close_request(request=asked, by=cast.official)
    passes, waits = waiting_per_party(task)
    assert passes == 2
    assert [(w.organisation, w.hours, w.share) for w in waits] == [
        ("Sở khác", 72, 75),
        (cast.lead.short_name, 24, 25),
    ]


def test_clocks_judge_both_due_dates(cast):
    with on(date(2025, 3, 3)):
        task = make_task(cast=cast, due_on=date(2025, 4, 1))
        asked = actions.ask_extension(
            task=task, new_due_on=date(2025, 6, 2), reason="Chờ văn bản hướng dẫn", by=cast.head
        )  # fmt: skip
        actions.decide_extension(extension=asked, granted=True, by=cast.office)
    task.refresh_from_db()
    with on(date(2025, 4, 10)):
        found = clocks(task)
    assert found.original is Status.OVERDUE
    assert found.status is not Status.OVERDUE
    assert found.working_days_left > 30


# ---------------------------------------------------- discipline and foresight


def test_the_register_is_made_of_facts_and_read_by_inspection(cast):
    make_task(cast=cast)
    actions.close_reporting_period(period=make_period(cast, -1), by=cast.office)
    [entry] = register(person=cast.inspector)
    assert entry.organisation == cast.lead.name
    assert register(person=cast.head) == [entry]
    assert register(person=cast.stranger) == []
    actions.answer_register_entry(
        number=entry.fact, organisation=cast.lead, text="Đã gửi qua trục văn bản", by=cast.head
    )  # fmt: skip
    [entry] = register(person=cast.inspector)
    assert entry.answer == "Đã gửi qua trục văn bản"


def test_missing_reports_are_counted_per_unit(cast):
    make_task(cast=cast)
    sent = make_task(cast=cast)
    period = make_period(cast, 4)
    report(sent, cast.official, period=period)
    [row] = missing_reports(period=period, person=cast.office)
    assert (row.organisation_id, row.tasks) == (cast.lead.pk, 1)


def test_a_quarter_is_graded_on_original_dates(cast):
    with on(date(2025, 4, 2)):
        good = make_task(cast=cast, due_on=date(2025, 5, 2))
        other = make_cast()
        make_task(cast=other, due_on=date(2025, 5, 2))
    with on(date(2025, 4, 20)):
        actions.claim_done(task=good, evidence=[DOCUMENT], by=cast.head)
        good.refresh_from_db()
        actions.verify_claim(task=good, beyond=True, by=cast.checker)
    rows = evaluate_quarter(year=2025, quarter=2, person=cast.office)
    grades = {row.organisation_id: row.grade for row in rows}
    assert grades == {
        cast.lead.pk: Grade.EXCELLENT,
        other.lead.pk: Grade.NOT_COMPLETED,
    }
    assert evaluate_quarter(year=2025, quarter=4, person=cast.office) == []


def test_tasks_alike_are_suggested_with_reasons(cast):
    clause = make_clause(cast)
    words = "Lập kho dữ liệu ảnh viễn thám nội đô"
    one = make_task(cast=cast, clause=clause, title=words)
    other = make_task(
        cast=cast,
        clause=clause,
        title=words,
        lead=OrganisationFactory.create(),
        due_on=clock.today() + timedelta(days=60),
    )
    make_task(cast=cast, clause=clause, title="Tuyển chuyên gia y tế", output="Số chuyên gia ký hợp đồng")  # fmt: skip
    [clash] = clashes(person=cast.office)
    assert {clash.first, clash.second} == {one.code, other.code}
    sentences = [sentence for sentence, _ in clash.reasons]
    assert any("two units lead" in s for s in sentences)
    assert any("dates differ" in s for s in sentences)

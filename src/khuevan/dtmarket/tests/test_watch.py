"""Every problem has somebody who has it and a day; who lets it pass is told of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.dtmarket import actions
from khuevan.dtmarket.dated import clock_on
from khuevan.dtmarket.rules.problems import State
from khuevan.dtmarket.tasks import watch
from khuevan.journal.public import facts_about
from khuevan.platform import clock


pytestmark = pytest.mark.django_db


def late_facts(problem):
    return [
        fact for fact in facts_about(problem.ref) if fact.kind.endswith("fell_late")
    ]


def days(state):
    return timedelta(days=clock_on(state, clock.today()))


def told_on(day):
    return clock.telling(clock.at_local(day, clock.now().timetz().replace(tzinfo=None)))


def test_every_state_before_the_end_has_its_day(cast):
    assert all(clock_on(state, clock.today()) for state in State if state not in (State.ORDERED, State.ENDED))  # fmt: skip
    problem = cast.put_out()
    assert problem.due_on == clock.local_day(problem.closes_at) + days(State.OPEN)


def test_the_clock_of_a_trial_runs_from_its_last_day(cast):
    problem, trial = cast.on_trial()
    problem.refresh_from_db()
    assert problem.due_on == trial.ends_on + days(State.TRIAL)


def test_an_ended_problem_has_no_clock(cast):
    problem = cast.put_out()
    ended = actions.end_problem(problem=problem, why="Nhu cầu đã đổi, không cần nữa.", by=cast.head)  # fmt: skip
    assert ended.due_on is None


def test_what_waits_too_long_is_noted_once_and_starts_anew(cast):
    problem = cast.put_out()
    watch()
    assert late_facts(problem) == []
    with told_on(problem.due_on + timedelta(days=1)):
        watch()
        watch()
    [fact] = late_facts(problem)
    assert fact.figures["due_on"] == problem.due_on.isoformat()
    problem.refresh_from_db()
    assert problem.late_at is not None
    with told_on(problem.due_on + timedelta(days=1)):
        actions.end_problem(problem=problem, why="Nhu cầu đã đổi, không cần nữa.", by=cast.head)  # fmt: skip
    problem.refresh_from_db()
    assert problem.late_at is None


def test_only_the_system_notes_what_is_late(cast):
    problem, trial = cast.on_trial()
    with pytest.raises(PermissionDenied):
        actions.note_late(problem=problem, by=cast.head)
    with pytest.raises(PermissionDenied):
        actions.note_repayment_late(trial=trial, by=cast.head)
    assert late_facts(problem) == []


def test_the_page_says_by_when_and_that_it_is_over(cast, client):
    problem = cast.put_out()
    page = client.get(reverse("dtmarket-problem", args=[problem.code])).text
    assert f"{problem.due_on:%d/%m/%Y}" in page
    assert "Quá hạn" not in page
    with told_on(problem.due_on + timedelta(days=1)):
        assert "Quá hạn" in client.get(reverse("dtmarket-problem", args=[problem.code])).text  # fmt: skip


def test_support_owed_back_is_chased_after_its_day(cast):
    problem, trial = cast.audited()
    actions.pay_support(trial=trial, by=cast.head)
    actions.find_false(trial=trial, why="Số liệu bị sửa tay.", by=cast.head)
    trial.refresh_from_db()
    with told_on(trial.repay_by):
        watch()
    assert late_facts(problem) == []
    with told_on(trial.repay_by + timedelta(days=1)):
        watch()
        watch()
    assert [fact.kind for fact in late_facts(problem) if "repayment" in fact.kind] == ["dtmarket.repayment_fell_late"]  # fmt: skip

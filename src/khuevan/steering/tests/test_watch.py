"""What happens by itself, and what the committee decides about it."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.directory.tests.factories import OrganisationFactory
from khuevan.indicators.public import catch_up, set_target
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.steering import actions
from khuevan.steering.actions.watch import (
    climb_ladder,
    follow_indicators,
    note_overdue,
)
from khuevan.steering.models import Policy, Reminder, Task
from khuevan.steering.policies import limits_on, policy_on
from khuevan.steering.queries.discipline import drawn_to_reaudit
from khuevan.steering.rules import Basis, Limits, Proof, Rung, State

from .factories import make_clause, make_task
from .test_actions import kinds


pytestmark = pytest.mark.django_db
MONDAY = date(2025, 6, 2)


def on(day):
    return clock.telling(clock.at_local(day, time(9)))


def test_a_passed_date_leaves_one_fact(cast):
    with on(MONDAY):
        task = make_task(cast=cast, due_on=MONDAY + timedelta(days=3))
    with on(MONDAY + timedelta(days=3)):
        assert note_overdue() == 0
    with on(MONDAY + timedelta(days=4)):
        assert note_overdue() == 1
        assert note_overdue() == 0
    assert kinds(task) == ["task_assigned", "task_fell_overdue"]


def test_a_moved_date_can_pass_again(cast):
    with on(MONDAY):
        task = make_task(cast=cast, due_on=MONDAY + timedelta(days=3))
    with on(MONDAY + timedelta(days=5)):
        note_overdue()
        asked = actions.ask_extension(
            task=task, new_due_on=MONDAY + timedelta(days=10),
            reason="Chờ văn bản hướng dẫn", by=cast.head,
        )  # fmt: skip
        actions.decide_extension(extension=asked, granted=True, by=cast.office)
    with on(MONDAY + timedelta(days=11)):
        assert note_overdue() == 1
    assert kinds(task).count("task_fell_overdue") == 2


@pytest.mark.parametrize("state", [State.ACCEPTED, State.SUSPENDED, State.CANCELLED])
def test_a_task_that_does_not_run_never_falls_overdue(cast, state):
    with on(MONDAY):
        make_task(state, cast=cast, due_on=MONDAY + timedelta(days=3))
    with on(MONDAY + timedelta(days=30)):
        assert note_overdue() == 0
        assert climb_ladder() == 0


def test_each_rung_is_climbed_once(cast):
    with on(MONDAY):
        task = make_task(cast=cast, due_on=MONDAY + timedelta(days=20))
    told = {}
    for days in range(40):
        with on(MONDAY + timedelta(days=days)):
            for _ in range(2):
                if climb_ladder():
                    fact = facts_about(task.ref)[-1]
                    told[days - 20] = fact.figures["tells"]
    assert told == {
        -7: ["lead_person"],
        -1: ["lead_person", "head"],
        1: ["lead_person", "head", "office"],
        10: ["head", "office", "leader"],
    }


def test_a_task_entered_late_is_told_once_not_four_times(cast):
    with on(MONDAY):
        make_task(cast=cast, due_on=MONDAY + timedelta(days=1))
    with on(MONDAY + timedelta(days=60)):
        assert climb_ladder() == 1
    assert Reminder.objects.count() == 1


def test_a_bound_task_closes_and_reopens_with_its_indicator(
    cast, feed_shows_this_transaction
):
    with on(MONDAY):
        set_target(
            indicator="steering.done", points=[(MONDAY, 50.0)], document="57-NQ/TW",
            by=cast.office,
        )  # fmt: skip
        clause = make_clause(cast)
        bound = make_task(
            cast=cast, clause=clause, proof=Proof.INDICATOR, indicator="steering.done"
        )
        make_task(State.ACCEPTED, cast=cast, clause=clause)
        catch_up()
    with on(MONDAY + timedelta(days=1)):
        assert follow_indicators() == 1
        assert follow_indicators() == 0
    bound.refresh_from_db()
    assert (bound.state, bound.basis) == (State.ACCEPTED, Basis.INDICATOR)
    assert bound.evidence.get().reading["held"] is True
    with on(MONDAY + timedelta(days=2)):
        for _ in range(4):
            make_task(cast=cast, clause=clause)
        catch_up()
    with on(MONDAY + timedelta(days=3)):
        assert follow_indicators() == 1
    bound.refresh_from_db()
    assert (bound.state, bound.accepted_on) == (State.OPEN, None)
    assert kinds(bound) == [
        "task_assigned",
        "task_closed_by_indicator",
        "task_reopened_by_indicator",
    ]


def test_a_task_is_bound_only_to_an_indicator_there_is(cast):
    with pytest.raises(RuleBroken, match=r"no indicator steering\.x"):
        make_task(cast=cast, proof=Proof.INDICATOR, indicator="steering.x")
    assert not Task.objects.exists()


# ------------------------------------------------------------------- policy


def decide(by, **changes):
    fields = {
        "valid_from": clock.today() + timedelta(days=1),
        "reference": "12-QĐ/BCĐ57",
        "limits": Limits(3, 10, 5),
        "ladder": [Rung(-3, ("head",))],
        "answer_days": 2,
        "reaudit_share": 100,
    }
    return actions.decide_policy(**(fields | changes), by=by)


def test_a_policy_holds_from_its_day_on(cast):
    before = limits_on(clock.today())
    decide(cast.office)
    assert limits_on(clock.today()) == before
    tomorrow = clock.today() + timedelta(days=1)
    assert limits_on(tomorrow) == Limits(3, 10, 5)
    assert policy_on(tomorrow).answer_days == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_from": clock.today() - timedelta(days=1)}, "valid_from"),
        ({"reference": " "}, "reference"),
        ({"ladder": []}, "ladder"),
        ({"ladder": [Rung(1, ())]}, "ladder"),
        ({"ladder": [Rung(1, ("everybody",))]}, "ladder"),
    ],
)
def test_an_unclear_policy_is_refused(cast, changes, field):
    with pytest.raises(RuleBroken) as refused:
        decide(cast.office, **changes)
    assert refused.value.field == field
    assert not Policy.objects.exists()


def test_only_the_committee_decides_policy(cast):
    for person in (cast.head, cast.inspector, cast.stranger):
        with pytest.raises(PermissionDenied):
            decide(person)
    assert not Policy.objects.exists()


def test_what_nobody_verified_is_always_drawn(cast):
    task = make_task(cast=cast)
    actions.accept_by_report(task=task, accepted_on=clock.today(), by=cast.office)
    assert drawn_to_reaudit(person=cast.office) == [task]
    actions.reaudit(task=task, passed=True, by=cast.office)
    assert drawn_to_reaudit(person=cast.office) == []


# ------------------------------------------------------------------ cascade


def test_a_head_hands_a_task_on_in_parts(cast):
    task = make_task(cast=cast)
    units = [OrganisationFactory.create(), OrganisationFactory.create()]
    parts = actions.cascade_task(task=task, units=units, due_on=None, by=cast.head)
    assert [part.code for part in parts] == [f"{task.code}.1", f"{task.code}.2"]
    assert {part.verifier for part in parts} == {cast.lead}
    assert all(part.due_on == task.due_on for part in parts)
    assert all(kinds(part) == ["task_assigned"] for part in parts)


def test_a_part_too_late_refuses_the_whole_cascade(cast):
    task = make_task(cast=cast)
    late = task.due_on + timedelta(days=1)
    with pytest.raises(RuleBroken, match="due date of the whole"):
        actions.cascade_task(
            task=task, units=[OrganisationFactory.create()], due_on=late, by=cast.head
        )
    assert not task.parts.exists()


def test_others_cannot_hand_a_task_on(cast):
    task = make_task(cast=cast)
    for person in (cast.official, cast.stranger, cast.inspector):
        with pytest.raises(PermissionDenied):
            actions.cascade_task(
                task=task, units=[cast.verifier], due_on=None, by=person
            )
    assert not task.parts.exists()

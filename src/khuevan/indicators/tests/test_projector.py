from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings, strategies as st

from khuevan.indicators import audit as auditing, declaration, projector
from khuevan.indicators.audit import audit
from khuevan.indicators.declaration import the
from khuevan.indicators.models import (
    DayTotal,
    DeltaRow,
    Place,
    StandingRow,
    Total,
)
from khuevan.indicators.projector import (
    catch_up,
    faulty_goldens,
    fold,
    forget,
    project,
)
from khuevan.indicators.public import Indicator, declare, value
from khuevan.indicators.rules import Sums
from khuevan.journal.public import record
from khuevan.platform.clock import local_day

from .toy import NEW_YEAR, Toy, calls_indicator, tasks_indicator


pytestmark = pytest.mark.django_db
TASKS, CALLS = "toy.tasks_done", "toy.calls_answered"
FIRST = local_day(NEW_YEAR)


def figure(code, on, **dims):
    found = value(code, on=on, dims=dims)
    return found.numerator, found.denominator


def test_a_standing_moves_when_its_thing_does(toy):
    toy.tell("task_opened", day=0)
    toy.tell("task_opened", "toy.task:2", day=1, unit="B")
    toy.tell("task_done", day=5)
    catch_up(toy.source)
    assert figure(TASKS, FIRST) == (0, 1)
    assert figure(TASKS, FIRST + timedelta(4)) == (0, 2)
    assert figure(TASKS, FIRST + timedelta(5)) == (1, 2)
    assert figure(TASKS, FIRST + timedelta(5), unit="A") == (1, 1)
    assert value(TASKS, on=FIRST + timedelta(5)).value == 50


def test_a_thing_that_changes_hands_changes_cells(toy):
    toy.tell("task_opened", unit="A")
    toy.tell("task_opened", unit="B", day=2)
    catch_up(toy.source)
    after = FIRST + timedelta(2)
    assert figure(TASKS, after, unit="A") == (0, 0)
    assert figure(TASKS, after, unit="B") == (0, 1)
    assert figure(TASKS, FIRST, unit="A") == (0, 1)


def test_a_late_fact_mends_the_days_it_missed(toy):
    toy.tell("task_opened", day=0)
    toy.tell("task_cancelled", day=9)
    catch_up(toy.source)
    toy.tell("task_done", day=4)
    catch_up(toy.source)
    assert figure(TASKS, FIRST + timedelta(3)) == (0, 1)
    assert figure(TASKS, FIRST + timedelta(4)) == (1, 1)
    assert figure(TASKS, FIRST + timedelta(9)) == (0, 0)


def test_figures_are_right_before_folding(toy):
    toy.tell("call_taken", answered=True)
    toy.tell("call_taken", answered=False)
    project(toy.source)
    assert DeltaRow.objects.filter(indicator=CALLS).count() == 1
    assert figure(CALLS, FIRST) == (1, 2)
    fold()
    assert not DeltaRow.objects.exists()
    assert Total.objects.filter(indicator=CALLS).count() == 1
    assert figure(CALLS, FIRST) == (1, 2)


def test_folding_again_changes_nothing(toy):
    toy.tell("call_taken", answered=True)
    project(toy.source)
    assert fold() == 1
    assert fold() == 0
    toy.tell("call_taken", answered=True)
    catch_up(toy.source)
    assert figure(CALLS, FIRST) == (2, 2)
    assert Total.objects.filter(indicator=CALLS).count() == 1


def test_a_new_indicator_catches_up_and_joins(toy):
    toy.tell("task_opened")
    toy.tell("call_taken", answered=True)
    catch_up(toy.source)
    declare(replace(calls_indicator(toy), code="toy.calls_again"))
    catch_up(toy.source)
    assert figure("toy.calls_again", FIRST) == (1, 1)
    assert figure(CALLS, FIRST) == (1, 1)
    assert Place.objects.values("cursor").distinct().count() == 1


def test_a_crash_writes_nothing(toy, monkeypatch):
    toy.tell("task_opened")
    toy.tell("call_taken", answered=True)

    def crash(*args):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(projector, "_write", crash)
        with pytest.raises(RuntimeError):
            project(toy.source)
    assert not StandingRow.objects.exists()
    assert not DeltaRow.objects.exists()
    catch_up(toy.source)
    assert figure(TASKS, FIRST) == (0, 1)


KINDS = st.sampled_from(["task_opened", "task_done", "task_cancelled", "call_taken"])
TOLD = st.tuples(
    KINDS, st.integers(1, 3), st.integers(0, 6), st.sampled_from("AB"), st.booleans()
)
RUNS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["run", "crash", "fold"])), max_size=25
)


class CrashError(Exception):
    pass


def crashing(source):
    """Give the facts to one indicator and fail when the next asks, mid-batch."""

    def read(after, limit):
        facts, cursor = source(after, limit)
        return OnceOnly(facts), cursor

    return read


class OnceOnly(list[object]):
    given = False

    def __iter__(self):
        if self.given:
            raise CrashError
        self.given = True
        return super().__iter__()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(TOLD, max_size=14), RUNS)
def test_live_is_recomputed_whatever_the_runs(monkeypatch, told, runs):
    for model in (Place, StandingRow, DeltaRow, Total, DayTotal):
        model.objects.all().delete()
    monkeypatch.setattr(declaration, "_declared", {})
    toy = Toy()
    declare(tasks_indicator(toy))
    declare(calls_indicator(toy))
    for n, (kind, subject, day, unit, answered) in enumerate(told):
        toy.tell(kind, f"toy.task:{subject}", day, unit, answered=answered)
        for limit, what in runs[2 * n : 2 * n + 2]:
            run(toy, limit, what)
    catch_up(toy.source)
    for offset in range(8):
        day = FIRST + timedelta(offset)
        live = figure(TASKS, day)
        shares = toy.standing_on(day)
        assert live == (
            sum(s.numerator for s in shares),
            sum(s.denominator for s in shares),
        )
    for code in (TASKS, CALLS):
        assert audit(the(code), on=FIRST + timedelta(8), source=toy.source).sound


def run(toy, limit, what):
    if what == "fold":
        fold(limit=limit)
    elif what == "run":
        project(toy.source, limit=limit)
    else:
        try:
            project(crashing(toy.source), limit=limit)
        except CrashError:
            return


def test_golden_cases_are_checked(toy):
    assert faulty_goldens(TASKS) == []
    wrong = replace(the(TASKS).goldens[0], numerator=7)
    broken = replace(the(TASKS), code="toy.broken", goldens=(wrong,))
    declare(broken)
    assert "toy.broken golden 1" in faulty_goldens("toy.broken")[0]


def test_the_audit_names_the_difference(toy):
    toy.tell("task_opened")
    catch_up(toy.source)
    Total.objects.filter(indicator=TASKS).update(numerator=5)
    found = audit(the(TASKS), source=toy.source)
    assert not found.sound
    difference = found.differences[0]
    assert difference.cell == {"unit": "A"}
    assert (difference.live, difference.recomputed) == (Sums(5, 1), Sums(0, 1))


def test_the_audit_finds_a_whole_that_is_not_its_parts(toy):
    toy.tell("task_opened")
    catch_up(toy.source)
    DayTotal.objects.filter(indicator=TASKS).update(numerator=5)
    (difference,) = audit(the(TASKS), source=toy.source).differences
    assert (difference.live, difference.recomputed) == (Sums(5, 1), Sums(0, 1))


def test_the_audit_finds_a_wrong_day_of_a_flow(toy):
    toy.tell("call_taken", answered=True)
    catch_up(toy.source)
    Total.objects.filter(indicator=CALLS).update(day=FIRST + timedelta(1))
    assert len(audit(the(CALLS), source=toy.source).differences) == 2


def test_a_rebuilt_figure_agrees_again(toy):
    toy.tell("task_opened")
    toy.tell("call_taken", answered=True)
    catch_up(toy.source)
    Total.objects.update(numerator=5)
    forget(TASKS)
    assert audit(the(TASKS), source=toy.source).sound
    assert not audit(the(CALLS), source=toy.source).sound


def test_the_command_audits_and_rebuilds(toy, monkeypatch):
    monkeypatch.setattr(projector.catch_up, "__defaults__", (toy.source,))
    monkeypatch.setattr(
        auditing.audit, "__kwdefaults__", {"on": None, "source": toy.source}
    )
    toy.tell("task_opened")
    out = StringIO()
    call_command("indicators", "audit", stdout=out)
    assert f"= {TASKS}: 0/1" in out.getvalue()
    Total.objects.filter(indicator=TASKS).update(numerator=5)
    with pytest.raises(CommandError, match=TASKS):
        call_command("indicators", "audit", stdout=out)
    assert "[unit=A] 5/1 ≠ 0/1" in out.getvalue()
    call_command("indicators", "recompute", TASKS, stdout=out)
    call_command("indicators", "audit", TASKS, stdout=out)
    with pytest.raises(CommandError, match=r"toy\.nothing"):
        call_command("indicators", "audit", "toy.nothing", stdout=out)


def test_the_real_journal_feeds_figures(toy, feed_shows_this_transaction):
    for answered in (True, False, True):
        record(
            "toy.call_taken", subject="toy.call:1", by=None, answered=answered, unit="A"
        )
    catch_up()
    assert figure(CALLS, None) == (2, 3)
    assert project() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"standing": None},
        {"contributions": lambda told: ()},
        {"period": "month"},
    ],
)
def test_a_senseless_declaration_is_refused(toy, changes):
    with pytest.raises(ValueError, match=r"toy\.odd"):
        declare(replace(the(TASKS), code="toy.odd", **changes))


def test_two_indicators_cannot_share_a_code(toy):
    with pytest.raises(ValueError, match="twice"):
        declare(replace(the(TASKS), title="Another"))
    assert isinstance(declare(the(TASKS)), Indicator)

"""What the clock does by itself, interlinked dossiers, and moves to a new version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.catalogue.tests.factories import publish
from khuevan.counter import actions, clocks
from khuevan.counter.actions import children, watch
from khuevan.counter.dated import ladder_on
from khuevan.counter.rules.clocks import Rung, Timeliness, rung, share_gone
from khuevan.counter.rules.states import Business, Status
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.process.public import Duty
from khuevan.worktime.public import working_days_between

from .factories import (
    STEPS,
    definition,
    make_cast,
    make_dossier,
    name_duty,
    settle_duty,
    waiting,
    with_time,
)


def told_at(text: str):
    at = datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=clock.HANOI)
    return clock.telling(at)


def kinds(dossier):
    return [f.kind.removeprefix("counter.") for f in facts_about(dossier.ref)]


def test_a_dossier_nobody_received_in_eight_working_hours_is_called_out_once(cast):
    with told_at("20/11/2026 08:00"):
        dossier = make_dossier(Business.FILED, cast=cast)
        assert watch.note_unreceived() == 0
    with told_at("23/11/2026 08:01"):
        assert watch.note_unreceived() == 1
        assert watch.note_unreceived() == 0
    assert kinds(dossier)[-1] == "reception_overdue"


def test_the_ladder_is_climbed_rung_by_rung(cast):
    with told_at("02/11/2026 08:00"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)  # due Thu 05/11 17:00
    seen = []
    for moment in ("02/11/2026 09:00", "03/11/2026 09:00", "04/11/2026 09:00", "04/11/2026 10:00", "06/11/2026 09:00"):  # fmt: skip
        with told_at(moment):
            watch.climb_ladder()
            dossier.refresh_from_db()
            seen.append(dossier.warned)
    assert seen == ["", "soon", "last_day", "last_day", "expired"]
    assert kinds(dossier).count("warning_given") == 3


def test_a_new_date_is_warned_of_anew(cast):
    with told_at("02/11/2026 08:00"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)  # due Thu 05/11 17:00
    with told_at("04/11/2026 09:00"):
        watch.climb_ladder()
        actions.apologise(dossier=dossier, new_date=date(2026, 11, 19), reason="Chờ ý kiến", by=cast.officer)  # fmt: skip
        assert watch.climb_ladder() == 0
        dossier.refresh_from_db()
        assert dossier.warned == ""
    with told_at("20/11/2026 09:00"):
        assert watch.climb_ladder() == 1
    told = [f for f in facts_about(dossier.ref) if f.kind == "counter.warning_given"]
    assert [(f.figures["rung"], f.figures["due_on"]) for f in told] == [
        ("last_day", "2026-11-05"), ("expired", "2026-11-19"),
    ]  # fmt: skip


def test_nobody_is_warned_while_the_clock_waits_for_the_applicants_money(cast):
    with told_at("02/11/2026 08:00"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)  # due Thu 05/11 17:00
        name_duty(dossier, cast)
    with told_at("06/11/2026 09:00"):
        assert watch.climb_ladder() == 0
        dossier.refresh_from_db()
        assert dossier.warned == ""
        dossier = settle_duty(dossier, cast)
    with told_at(f"{dossier.due_at.astimezone(clock.HANOI) + timedelta(days=3):%d/%m/%Y} 09:00"):  # fmt: skip
        assert watch.climb_ladder() == 1


def test_one_who_was_warned_does_not_hide_the_next(cast, monkeypatch):
    monkeypatch.setattr(watch, "BATCH", 1)
    with told_at("02/11/2026 08:00"):
        first = make_dossier(Business.IN_PROCESS, cast=cast)  # due Thu 05/11 17:00
    with told_at("02/11/2026 10:00"):
        second = make_dossier(Business.IN_PROCESS, cast=cast)
    with told_at("04/11/2026 09:00"):
        assert [watch.climb_ladder() for _ in range(3)] == [1, 1, 0]
    for dossier in (first, second):
        dossier.refresh_from_db()
        assert dossier.warned == "last_day"


def test_the_ladder_asks_for_exactly_those_the_rule_would_warn(cast):
    with told_at("30/10/2026 08:00"):  # a Friday
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    asked = 0
    for hour in range(0, 24 * 8, 3):
        with clock.telling(dossier.accepted_at + timedelta(hours=hour)):
            share = share_gone(dossier.accepted_at, dossier.due_at, clock.now())
            left = working_days_between(clock.today(), clock.local_day(dossier.due_at))
            ladder = ladder_on(clock.today())
            reached = rung(ladder, share, left, clock.now() > dossier.due_at)
            higher = reached is not None and list(Rung).index(reached) > watch._order(dossier.warned)  # fmt: skip
            assert watch._on_a_new_rung(ladder, clock.now()).exists() == higher, hour
            asked += higher
            if hour % 4 == 0:
                watch.climb_ladder()
                dossier.refresh_from_db()
    assert asked >= 3
    assert dossier.warned == "expired"


def test_what_is_not_supplemented_in_time_is_stopped(cast):
    with told_at("02/11/2026 08:00"):
        dossier = make_dossier(Business.SUPPLEMENT, cast=cast)
    with told_at("23/11/2026 16:00"):
        assert watch.close_expired() == 0
    with told_at("24/11/2026 09:00"):
        assert watch.close_expired() == 1
    dossier.refresh_from_db()
    assert dossier.status == Status.STOPPED
    assert dossier.timeliness() is Timeliness.ON_TIME  # nobody counts their silence


def test_a_timer_lets_the_dossier_go_on_by_itself(db):
    made = definition()
    cast = make_cast(replace(made, process=_with_timer(made.process)))
    with told_at("02/11/2026 08:00"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)
        assert not dossier.work.waiting().filter(duty=Duty.HANDLE).exists()
        assert watch.wake_timers() == 0
    with told_at("02/11/2026 13:01"):
        assert watch.wake_timers() == 1
    assert waiting(dossier, Duty.HANDLE)


def _with_timer(xml: str) -> str:
    """Put a timer between the second and the third step: step tables have none."""
    lines = []
    for line in xml.splitlines():
        if "sequenceFlow" in line and 'sourceRef="s2"' in line:
            lines.append(
                '<intermediateCatchEvent id="t" name="Chờ niêm yết"'
                ' xmlns:kv="urn:khuevan:process" kv:hours="4">'
                "<timerEventDefinition/></intermediateCatchEvent>"
                '<sequenceFlow id="ft" sourceRef="s2" targetRef="t" />'
            )
            line = line.replace('sourceRef="s2"', 'sourceRef="t"')
        lines.append(line)
    return "\n".join(lines)


def test_a_step_opens_a_dossier_of_another_procedure_and_waits_for_it(db):
    child_procedure = publish(definition(code="9.990001"))
    steps = [*STEPS[:2], {"name": "Đăng ký thường trú", "procedure": "9.990001"}, *STEPS[2:]]  # fmt: skip
    cast = make_cast(with_time(steps))
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    police = OrganisationFactory.create()
    step = dossier.work.waiting().get(kind="call")
    child = children.open_child(step=step, agency=police, by=None)
    assert children.open_child(step=step, agency=police, by=None) == child
    assert child.procedure == child_procedure.code
    assert child.application.answers["ten_ho"] == dossier.application.answers["ten_ho"]
    assert child.application.provenance["ten_ho"]["source"] == "previous_dossier"
    child = actions.refuse_dossier(dossier=child, reason="Đã có", by=cast.receiver)
    children.close_child(child=child, by=None)
    assert waiting(dossier, Duty.HANDLE)


def test_opinions_of_several_agencies_are_asked_at_once_and_all_awaited(db):
    asked = [OrganisationFactory.create(code=f"H26.Y{n}") for n in range(2)]
    steps = [*STEPS[:3], {"name": "Lấy ý kiến", "asked": "H26.Y0 H26.Y1", "hours": "4"}, *STEPS[3:]]  # fmt: skip
    cast = make_cast(definition(steps=steps))
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    step = dossier.work.waiting().get(kind="opinions")
    first, second = step.opinions.order_by("organisation__code")
    speaker = make_person(Role.OFFICIAL, asked[0])
    with pytest.raises(PermissionDenied):
        actions.give_opinion(opinion=second, agrees=True, text="Được", by=speaker)
    actions.give_opinion(opinion=first, agrees=True, text="Thống nhất", by=speaker)
    with pytest.raises(RuleBroken, match="given already"):
        actions.give_opinion(opinion=first, agrees=False, text="Không", by=speaker)
    assert not dossier.work.waiting().filter(duty=Duty.CHECK).exists()
    actions.give_opinion(
        opinion=second, agrees=False, text="Cần sửa", by=make_person(Role.HEAD, asked[1])
    )  # fmt: skip
    assert waiting(dossier, Duty.CHECK)
    step.refresh_from_db()
    assert step.outcome == "objected"


def test_a_new_day_off_moves_open_dates_and_says_so(cast):
    with told_at("02/11/2026 08:00"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)
        before = dossier.due_at
        type(dossier).objects.filter(pk=dossier.pk).update(due_at=before - timedelta(days=1))  # fmt: skip
        [moved] = clocks.reckon_clocks(clock.today(), None)
    assert moved.due_after == before
    assert kinds(dossier)[-1] == "calendar_moved_date"

"""The tables of moves: nothing leaves them."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings, strategies as st

from khuevan.counter import actions
from khuevan.counter.dated import ladder_on
from khuevan.counter.rules.clocks import Judged, Rung, Timeliness, judge, rung
from khuevan.counter.rules.codes import acceptable, make_code, second_factor
from khuevan.counter.rules.states import (
    NATIONAL_MOVES,
    Business,
    Delivery,
    Finance,
    Outcome,
    Standing,
    Status,
)
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.process.public import Duty

from .factories import BASIS, LACKING, make_cast, make_draft, name_duty, settle_duty


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, *Business]),
            st.sampled_from([None, *Finance]),
            st.sampled_from([None, *Delivery]),
        ),
        max_size=30,
    )
)
def test_random_moves_never_leave_the_national_table(moves):
    standing = Standing()
    for business, finance, delivery in moves:
        before = standing.national
        try:
            standing = standing.to(business, finance, delivery)
        except RuleBroken:
            continue
        now = standing.national
        assert before == now or before is None or now in NATIONAL_MOVES[before]


@given(st.sampled_from(list(Business)))
def test_every_state_has_its_national_status(business):
    assert (Standing(business).national is None) == (business is Business.DRAFT)


def _tries(dossier, cast):
    """Everything somebody could try on a dossier, lawful or not."""

    def step(duty):
        return dossier.work.waiting().filter(duty=duty).first()

    def answer():
        request = dossier.requests.filter(completed_at=None).first()
        for item in request.items.all() if request else ():
            actions.answer_item(item=item, content=b"%PDF-1.4 a\n%%EOF\n", name="a.pdf", by=cast.citizen)  # fmt: skip
        actions.complete_supplement(dossier=dossier, by=cast.citizen)

    def finish(duty, by, outcome=""):
        found = step(duty)
        if found is not None:
            actions.finish_step(step=found, outcome=outcome, by=by)

    return {
        "file": lambda: actions.file_dossier(dossier=dossier, agency=cast.commune, by=cast.citizen),
        "accept": lambda: actions.accept_dossier(dossier=dossier, by=cast.receiver),
        "refuse": lambda: actions.refuse_dossier(dossier=dossier, reason="không", by=cast.receiver),
        "ask": lambda: actions.ask_supplement(dossier=dossier, items=LACKING, legal_basis=BASIS, override="mới", by=cast.head if dossier.supplements else cast.receiver),
        "answer": answer,
        "assign": lambda: finish(Duty.ASSIGN, cast.division),
        "handle": lambda: finish(Duty.HANDLE, cast.officer),
        "check": lambda: finish(Duty.CHECK, cast.division),
        "redo": lambda: finish(Duty.CHECK, cast.division, "redo"),
        "draft": lambda: actions.draft_result(dossier=dossier, outcome=Outcome.APPROVED, by=cast.officer),
        "sign": lambda: actions.sign_results(dossiers=[dossier], by=cast.head),
        "seal": lambda: actions.seal_result(dossier=dossier, by=cast.clerk),
        "return": lambda: actions.return_result(dossier=dossier, by=cast.receiver),
        "money": lambda: name_duty(dossier, cast),
        "paid": lambda: settle_duty(dossier, cast),
        "withdraw": lambda: actions.ask_withdrawal(dossier=dossier, by=cast.citizen),
        "keep": lambda: actions.decide_withdrawal(dossier=dossier, granted=False, reason="đã ký", by=cast.officer),
        "stop": lambda: actions.stop_dossier(dossier=dossier, reason="luật", by=cast.head),
        "undo": lambda: actions.undo_last(dossier=dossier, by=cast.receiver),
    }  # fmt: skip


NAMES = ("file", "accept", "refuse", "ask", "answer", "assign", "handle", "check", "redo",
         "draft", "sign", "seal", "return", "money", "paid", "withdraw", "keep", "stop", "undo")  # fmt: skip


@pytest.mark.slow
@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    so_far=st.integers(0, 8),
    words=st.lists(st.sampled_from(NAMES), min_size=5, max_size=20),
)
def test_whatever_people_try_a_dossier_stays_in_its_tables(db, so_far, words):
    """Facts in order give only national moves; an ended dossier leaves no work."""
    cast = make_cast()
    dossier = make_draft(cast)
    usual = ("accept", "assign", "draft", "handle", "check", "sign", "seal", "return")
    for word in ("file", *usual[:so_far], *words):
        dossier.refresh_from_db()
        try:
            _tries(dossier, cast)[word]()
        except (RuleBroken, InputRefused, PermissionDenied):
            continue
    dossier.refresh_from_db()
    told = [f for f in facts_about(dossier.ref) if f.figures.get("status")]
    for one, other in pairwise(told):
        before, now = Status(one.figures["status"]), Status(other.figures["status"])
        undone = other.kind == "counter.action_undone"
        assert undone or before == now or now in _reach(before)
    if dossier.ended_at and dossier.business != Business.DECIDED:
        assert not dossier.work.standing().exists()
    assert dossier.intervals.filter(ends_at=None).count() <= 2


def _reach(status):
    """One action may pass a status on its way: withdrawn is 7, then 8."""
    direct = NATIONAL_MOVES[status]
    return direct | {s for d in direct for s in NATIONAL_MOVES[d]}


NOW = clock.at_local(date(2026, 11, 20), time(9))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("judged", "timeliness"),
    [
        (Judged(None, None, None, 0), None),
        (Judged(NOW, None, NOW + DAY, 0), Timeliness.RUNNING),
        (Judged(NOW - 2 * DAY, None, NOW - DAY, 0), Timeliness.OVERDUE),
        (Judged(NOW - DAY, NOW, NOW, 1), Timeliness.ON_TIME),
        (Judged(NOW - DAY, NOW, NOW + DAY, 2), Timeliness.LATE),
        (Judged(NOW - 3 * DAY, NOW, NOW - DAY, 0), Timeliness.LATE),
        (Judged(NOW - 3 * DAY, None, NOW - DAY, 1, NOW - 2 * DAY), Timeliness.RUNNING),
    ],
)
def test_time_is_judged_as_index_766_does(judged, timeliness):
    assert judge(judged, NOW, most_requests=1) == timeliness


@pytest.mark.parametrize(
    ("share", "left", "past", "expected"),
    [
        (0.1, 10, False, None),
        (0.5, 10, False, Rung.HALF),
        (0.8, 10, False, Rung.SOON),
        (0.1, 2, False, Rung.SOON),
        (0.1, 1, False, Rung.LAST_DAY),
        (1.0, 0, True, Rung.EXPIRED),
    ],
)
def test_the_ladder_of_warnings(share, left, past, expected):
    assert rung(ladder_on(NOW.date()), share, left, past) == expected


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("H15.50.05.13-261008-0975", True),
        ("000.00.00.H26-251112-0001", True),
        ("H26.00070-251112-12345", True),
        ("H26.TTPVHCC-251112-0001", True),
        ("H26-251112-1", False),
        ("khong phai ma", False),
    ],
)
def test_codes_of_every_known_shape_are_accepted(code, known):
    assert acceptable(code) is known


def test_the_second_factor_is_the_last_four_digits():
    assert second_factor("001190000001", "0912 345 678") == {"0001", "5678"}
    assert second_factor("", "12") == frozenset()
    assert acceptable(make_code("H26.KHCN", date(2026, 1, 2), 7))

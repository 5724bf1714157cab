from __future__ import annotations

from datetime import timedelta

import pytest

from khuevan.analytics.public import Kind, ProcessModel, check, conformance
from khuevan.platform.errors import RuleBroken

from .logs import BEGIN, log_of


ABCD = ProcessModel("nộp–trả", {"a": {"b"}, "b": {"c"}, "c": {"d"}}, {"a"}, {"d"})


def _found(trace, model=ABCD, **options):
    return [(d.kind, d.activity) for d in check(trace, model, **options).deviations]


@pytest.mark.parametrize(
    ("trace", "kind", "activity"),
    [
        ("abd", Kind.SKIPPED, "c"),
        ("bcd", Kind.SKIPPED, "a"),
        ("abxcd", Kind.UNEXPECTED, "x"),
        ("abccd", Kind.UNEXPECTED, "c"),
        ("acbd", Kind.WRONG_ORDER, "b"),
        ("abc", Kind.UNFINISHED, "d"),
    ],
)
def test_each_way_to_leave_a_process_has_its_name(trace, kind, activity):
    assert [kind_ for kind_, _ in _found(trace)] == [kind]
    assert kind is Kind.WRONG_ORDER or _found(trace) == [(kind, activity)]


def test_a_case_that_follows_its_process_fits():
    assert check("abcd", ABCD).fitness == 1
    assert _found("abcd") == []


def test_a_running_case_may_stop_anywhere():
    assert _found("ab", finished=False) == []
    assert _found("ab") == [(Kind.UNFINISHED, "c"), (Kind.UNFINISHED, "d")]


def test_a_loop_the_process_allows_is_no_deviation():
    loop = ProcessModel("m", {"a": {"b"}, "b": {"a", "c"}}, {"a"}, {"c"})
    assert _found("abababc", loop) == []


def test_a_process_without_a_way_through_is_refused():
    with pytest.raises(RuleBroken, match="no way from a start to an end"):
        check("ab", ProcessModel("m", {"a": {"b"}, "b": {"a"}}, {"a"}, {"z"}))


def test_each_case_is_judged_by_the_version_of_its_filing_day():
    old = ProcessModel("1", {"a": {"b"}, "b": {"d"}}, {"a"}, {"d"})
    new = ProcessModel("2", {"a": {"d"}}, {"a"}, {"d"})
    log = log_of("abd", "ad", "x")
    chosen = {"H26-0": "1", "H26-1": "2", "H26-2": None}
    first_instants = {}

    def choose(case, instant):
        first_instants[case] = instant
        return chosen[case]

    found = conformance(log, {"1": old, "2": new}, choose)
    assert (found.cases, found.fitting, found.without_model) == (2, 2, 1)
    assert found.fitness == found.share == 1
    assert set(first_instants.values()) == {BEGIN}


def test_a_log_is_judged_case_by_case_and_counted_by_kind():
    log = log_of("abcd", "abd", "abc", "abc", step=timedelta(minutes=1))
    found = conformance(log, {"m": ABCD}, lambda *_: "m", running={"H26-3"})
    assert (found.cases, found.fitting, found.share) == (4, 2, 0.5)
    assert found.by_kind == {
        Kind.SKIPPED: 1,
        Kind.UNEXPECTED: 0,
        Kind.WRONG_ORDER: 0,
        Kind.UNFINISHED: 1,
    }
    assert [case.case for case in found.deviating] == ["H26-1", "H26-2"]
    deviation = found.deviating[0].deviations[0]
    assert deviation.sentence % {"activity": deviation.activity} == "“c” was left out"

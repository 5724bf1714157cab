"""A real log nobody here wrote, against a plain computation of the same."""

from __future__ import annotations

import json
import shutil
import statistics
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command

from khuevan.analytics.public import (
    ProcessModel,
    analyse,
    bottlenecks,
    conformance,
    open_log,
    write_xes,
)
from khuevan.platform.errors import Unavailable

from . import permit_log
from .permit_log import PATH, needs_permit_log


pytestmark = needs_permit_log


@pytest.fixture(scope="module")
def traces():
    return permit_log.traces()


@pytest.fixture(scope="module")
def analysis():
    with open_log(PATH) as log:
        return analyse(log, top_variants=1_000)


def _printed(*arguments):
    out = StringIO()
    call_command("analytics", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_prints_the_known_figures():
    found = json.loads(_printed("map", PATH, "--json"))
    assert list(found) == ["cases", "events", "pairs", "variants", "durations"]
    assert (found["cases"], found["events"], found["variants"]) == (1434, 8577, 116)
    assert sum(pair[2] for pair in found["pairs"]) == 8577 - 1434
    assert list(found["durations"]) == [
        *("count", "min", "median", "mean", "p90", "max", "total"),
    ]  # fmt: skip


def test_every_pair_has_its_exact_count_and_mean_wait(traces):
    printed = json.loads(_printed("map", PATH, "--json"))["pairs"]
    assert {(a, b): (n, wait) for a, b, n, wait in printed} == permit_log.pairs(traces)


def test_pairs_stand_most_frequent_first(analysis):
    counts = [pair.count for pair in analysis.pairs]
    assert counts == sorted(counts, reverse=True)


def test_durations_are_those_of_the_cases(analysis, traces):
    took = [permit_log.microseconds(t[-1][1] - t[0][1]) for t in traces.values()]
    found = analysis.durations
    assert (found.count, found.minimum) == (1434, min(took) / 10**6)
    assert (found.maximum, found.total) == (max(took) / 10**6, sum(took) / 10**6)
    assert found.median == statistics.median(took) / 10**6
    assert found.mean == sum(took) / (1434 * 10**6)
    deciles = statistics.quantiles(took, n=10, method="inclusive")
    assert found.p90 == pytest.approx(deciles[8] / 10**6, rel=1e-12)


def test_variants_are_the_different_sequences(analysis, traces):
    sequences = [tuple(name for name, _ in trace) for trace in traces.values()]
    found = analysis.variants
    assert found.count == len(set(sequences)) == 116
    assert {v.activities: v.count for v in found.top} == {
        s: sequences.count(s) for s in set(sequences)
    }


def test_activities_are_counted_with_their_starts_and_ends(analysis, traces):
    sequences = [[name for name, _ in trace] for trace in traces.values()]
    for activity in analysis.activities:
        times = [sequence.count(activity.name) for sequence in sequences]
        assert activity.count == sum(times)
        assert activity.cases == sum(n > 0 for n in times)
        assert activity.starts == sum(s[0] == activity.name for s in sequences)
        assert activity.ends == sum(s[-1] == activity.name for s in sequences)


def test_rework_is_what_was_done_more_than_once(analysis, traces):
    sequences = [[name for name, _ in trace] for trace in traces.values()]
    again = sum(len(set(s)) < len(s) for s in sequences)
    assert (analysis.rework.cases, analysis.rework.share) == (again, again / 1434)
    for repeat in analysis.rework.repeats:
        times = [sequence.count(repeat.activity) for sequence in sequences]
        assert repeat.cases == sum(n > 1 for n in times)
        assert repeat.extra == sum(n - 1 for n in times if n > 1)
    turns = sum(
        s[n] == s[n + 2] != s[n + 1] for s in sequences for n in range(len(s) - 2)
    )
    assert sum(turn.count for turn in analysis.rework.ping_pong) == turns


def test_bottlenecks_share_all_the_waiting_there_is(analysis):
    ranked = bottlenecks(analysis)
    assert sum(place.share for place in ranked) == pytest.approx(1)
    assert sum(place.pair.total_wait for place in ranked) == pytest.approx(
        analysis.durations.total
    )
    assert [p.share for p in ranked] == sorted((p.share for p in ranked), reverse=True)


def test_hand_overs_never_go_to_oneself(analysis):
    assert analysis.by_resource
    assert analysis.by_org
    for passed in analysis.by_resource + analysis.by_org:
        assert passed.source != passed.target
        assert passed.count > 0


def test_the_log_written_as_xes_says_the_same(analysis, tmp_path):
    for name in ("log.xes", "log.xes.gz"):
        with open_log(PATH) as log:
            write_xes(log, tmp_path / name)
        with open_log(tmp_path / name) as again:
            assert analyse(again, top_variants=1_000) == analysis


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
def test_spark_gives_the_same_figures_to_the_last_digit(analysis, spark):
    first = analysis.variants.top[0].activities
    model = ProcessModel(
        "m",
        {a: {b} for a, b in pairwise(first)},
        {first[0]},
        {first[-1]},
    )
    with open_log(PATH) as log:
        assert analyse(log, backend="spark", top_variants=1_000) == analysis
        here, there = (
            conformance(log, {"m": model}, lambda *_: "m", backend=backend)
            for backend in ("duckdb", "spark")
        )
    assert here == there
    assert here.fitting == analysis.variants.top[0].count


def test_spark_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr("khuevan.analytics.engine.find_spec", lambda name: None)
    with open_log(PATH) as log, pytest.raises(Unavailable, match="needs PySpark"):
        analyse(log, backend="spark")

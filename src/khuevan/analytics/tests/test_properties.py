"""What holds for every log."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import jsonschema
from hypothesis import HealthCheck, given, settings, strategies as st

from khuevan.analytics.public import (
    ColumnNames,
    ProcessModel,
    analyse,
    check,
    open_log,
    table_of,
    write_ocel,
    write_xes,
)


names = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=6
).filter(str.strip)
instants = st.timedeltas(timedelta(), timedelta(days=2)).map(
    lambda passed: datetime(2020, 1, 1, tzinfo=UTC) + passed
)
rows = st.lists(
    st.tuples(
        st.sampled_from(["H26-1", "H26-2", "số 3", "<&\"'>"]),
        st.sampled_from(["Nộp", "Thẩm định", "Trả"]) | names,
        instants | st.just(datetime(2020, 1, 2, tzinfo=UTC)),
        st.none() | names,
        st.none() | st.sampled_from(["H26.1", "H26.2"]),
    ),
    min_size=1,
    max_size=30,
)
slowly = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def _traces(rows):
    found = {}
    for case, activity, instant, *_ in rows:
        found.setdefault(case, []).append((instant, activity))
    return {c: sorted(t, key=lambda e: e[0]) for c, t in found.items()}


@slowly
@given(rows)
def test_what_follows_directly_is_every_event_but_the_last_of_each_case(rows):
    found = analyse(table_of(rows))
    assert found.events == len(rows)
    assert found.cases == len({row[0] for row in rows})
    assert sum(pair.count for pair in found.pairs) == found.events - found.cases
    assert sum(a.starts for a in found.activities) == found.cases
    assert sum(a.ends for a in found.activities) == found.cases
    assert all(pair.mean_wait >= 0 for pair in found.pairs)


@slowly
@given(rows)
def test_variants_part_the_cases(rows):
    variants = analyse(table_of(rows)).variants
    traces = _traces(rows)
    sequences = [tuple(name for _, name in trace) for trace in traces.values()]
    assert sum(v.count for v in variants.top) == len(traces)
    assert {v.activities for v in variants.top} == set(sequences)
    assert variants.count == len(set(sequences))


@slowly
@given(rows)
def test_a_log_written_and_read_is_the_same_log(rows):
    rows = [row for row in rows if row[3] is None or row[3].strip()]
    table = table_of(rows or [("H26-1", "Nộp", datetime(2020, 1, 1, tzinfo=UTC), None, None)])  # fmt: skip
    with TemporaryDirectory() as folder:
        plain, tree, again = (Path(folder) / n for n in ("a.csv", "a.xes.gz", "b.xes"))
        with plain.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["case", "activity", "timestamp", "resource", "org"])
            for row in table.to_pylist():
                writer.writerow([row["case_id"], row["activity"], row["occurred_at"].isoformat(), row["resource"], row["org"]])  # fmt: skip
        with open_log(plain, columns=ColumnNames()) as log:
            write_xes(log, tree)
            first = analyse(log)
        with open_log(tree) as log:
            write_xes(log, again)
            assert analyse(log) == first
        with open_log(again) as log:
            assert analyse(log) == first


OCEL = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "additionalProperties": False,
    "$defs": {
        "types": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "attributes"],
                "properties": {
                    "name": {"type": "string"},
                    "attributes": {
                        "type": "array",
                        "items": {"type": "object", "required": ["name", "type"]},
                    },
                },
            },
        },
        "relationships": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["objectId", "qualifier"],
                "properties": {
                    "objectId": {"type": "string"},
                    "qualifier": {"type": "string"},
                },
            },
        },
    },
    "properties": {
        "eventTypes": {"$ref": "#/$defs/types"},
        "objectTypes": {"$ref": "#/$defs/types"},
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "time"],
                "properties": {
                    "id": {"type": "string"},
                    "type": {"type": "string"},
                    "time": {
                        "type": "string",
                        "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$",
                    },
                    "relationships": {"$ref": "#/$defs/relationships"},
                },
            },
        },
        "objects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type"],
                "properties": {
                    "id": {"type": "string"},
                    "type": {"type": "string"},
                    "relationships": {"$ref": "#/$defs/relationships"},
                },
            },
        },
    },
}
"""The shape of OCEL 2.0 JSON as its specification describes it."""


@slowly
@given(rows)
def test_ocel_has_its_shape_and_names_nothing_it_does_not_declare(rows):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.json"
        write_ocel(table_of(rows), path)
        found = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(found, OCEL)
    objects = [thing["id"] for thing in found["objects"]]
    assert len(objects) == len(set(objects))
    assert len({event["id"] for event in found["events"]}) == len(rows)
    assert {e["type"] for e in found["events"]} == {
        t["name"] for t in found["eventTypes"]
    }
    related = {r["objectId"] for e in found["events"] for r in e["relationships"]}
    assert related == set(objects)


@given(st.lists(st.sampled_from("abcd"), max_size=8))
def test_fitness_is_one_exactly_where_nothing_deviates(trace):
    model = ProcessModel(
        "m", {"a": {"b", "c"}, "b": {"c"}, "c": {"b", "d"}}, {"a"}, {"d"}
    )
    found = check(trace, model)
    assert 0 <= found.fitness <= 1
    assert (found.fitness == 1) == (not found.deviations)
    follows = zip(["", *trace], [*trace, ""], strict=True)
    allowed = all(
        b in model.starts if not a else a in model.ends if not b else b in model.allowed.get(a, ())
        for a, b in follows
    )  # fmt: skip
    assert (not found.deviations) == (allowed and bool(trace))


@slowly
@given(rows, st.integers(1, 10**6))
def test_moving_all_events_in_time_changes_nothing(rows, seconds):
    later = [(c, a, i + timedelta(seconds=seconds), r, o) for c, a, i, r, o in rows]
    assert analyse(table_of(later)) == analyse(table_of(rows))


def test_a_log_without_events_says_nothing():
    found = analyse(table_of([]))
    assert (found.cases, found.events, found.pairs) == (0, 0, ())
    assert (found.variants.count, found.rework.cases) == (0, 0)
    assert found.durations.count == 0

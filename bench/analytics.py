"""Process analytics over ten million events, against the plain graph of the same run.

The log is made up: 1.24 million cases of a thousand ways through thirty activities, a
few ways taken by most, written by time as an export would. The baseline is one
hand-written DuckDB statement for counts and means of directly-follows pairs on the same
file. `KHUEVAN_BENCH_CASES` makes the log smaller to try it out.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from khuevan.analytics.public import (
    analyse,
    durations_of,
    pairs_of,
    rework_of,
    variants_of,
)


CASES = 1_240_000
WAYS = 1_000
ACTIVITIES = 30
LIMIT_SECONDS = 10.0

BASELINE = """
    WITH moves AS (
        SELECT activity, lead(activity) OVER w AS following,
            lead(occurred_at) OVER w - occurred_at AS wait
        FROM read_parquet(?) WINDOW w AS (PARTITION BY case_id ORDER BY occurred_at, position)
    )
    SELECT activity, following, count(*), avg(epoch(wait))
    FROM moves WHERE following IS NOT NULL GROUP BY ALL
"""


def run() -> Iterator[str]:
    """Yield the lines of this benchmark's report."""
    cases = int(os.environ.get("KHUEVAN_BENCH_CASES", CASES))
    with TemporaryDirectory(prefix="khuevan-bench-") as folder:
        path = Path(folder) / "log.parquet"
        events = write_log(path, cases)
        size = path.stat().st_size / 1024**2
        yield f"analytics: {cases:,} cases, {events:,} events, {size:.0f} MiB Parquet"
        base = _seconds(lambda: _baseline(path))
        yield f"analytics: baseline, pairs in plain SQL {base:6.2f} s"
        asked: dict[str, Callable[[], object]] = {
            "pairs": lambda: pairs_of(path),
            "variants": lambda: variants_of(path),
            "rework": lambda: rework_of(path),
            "durations": lambda: durations_of(path),
            "everything": lambda: analyse(path),
        }
        for name, ask in asked.items():
            took = _seconds(ask)
            yield f"analytics: {name:10} {took:6.2f} s · {took / base:4.1f} × the baseline"
        yield (
            f"analytics: everything takes {took / LIMIT_SECONDS:.2f} of the"
            f" {LIMIT_SECONDS:.0f} s promised for ten million events on two cores"
        )


def _seconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _baseline(path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(BASELINE, [str(path)]).fetchall()


def write_log(path: Path, cases: int) -> int:
    """Write a made-up log and return the number of its events."""
    chance = random.Random(57)
    draw = np.random.default_rng(57)
    ways = [_way(chance) for _ in range(WAYS)]
    lengths = np.array([len(way) for way in ways])
    steps = np.concatenate([np.array(way) for way in ways])
    begins = np.concatenate([[0], np.cumsum(lengths)[:-1]])

    way = np.minimum(draw.zipf(1.3, cases) - 1, WAYS - 1)
    length = lengths[way]
    case = np.repeat(np.arange(cases), length)
    ends = np.cumsum(length)
    place = np.arange(ends[-1]) - np.repeat(ends - length, length)
    activity = steps[begins[way][case] + place]

    wait = (draw.lognormal(8.5, 2.0, ends[-1]) * 1e6).astype(np.int64)
    wait = np.minimum(wait, 60 * 86_400 * 10**6)
    opened = 1_750_000_000_000_000 + draw.integers(0, 135 * 86_400 * 10**6, cases)
    passed = np.cumsum(wait)
    instant = opened[case] + passed - np.repeat(passed[ends - length], length)

    order = np.argsort(instant, kind="stable")
    names = pa.array([f"Bước {n:02}. Việc của hồ sơ" for n in range(ACTIVITIES)])
    units = pa.array([f"H26.{n:03}" for n in range(126)])
    rows = len(order)
    table = pa.table(
        {
            "case_id": pa.array(np.char.add("H26-", case[order].astype("U8"))),
            "activity": names.take(pa.array(activity[order])),
            "occurred_at": pa.array(instant[order], pa.timestamp("us", tz="UTC")),
            "position": pa.array(np.arange(rows)),
            "resource": pa.nulls(rows, pa.string()),
            "org": units.take(pa.array((case[order] + activity[order] // 10) % 126)),
        }
    )
    pq.write_table(table, path, compression="zstd")
    return rows


def _way(chance: random.Random) -> list[int]:
    """Return a way through the activities: mostly forward, now and then back."""
    way, step = [0], 0
    while step < ACTIVITIES - 1 and len(way) < 40:
        step += chance.choice((3, 4, 5, 6, 7, 8, -1, -2))
        step = min(max(step, 1), ACTIVITIES - 1)
        way.append(step)
    return way

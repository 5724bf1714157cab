"""What is read, and counted anew, beside the statements that read the same rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from khuevan.indicators.declaration import declared
from khuevan.indicators.refill import refill

from .baseline import connected
from .city import Commune
from .clients import PATH, Caller, Tally, p95


READS = 200
TARGET = 50
"""Milliseconds of a list, a search, a scorecard."""


def lists(port: int, at: Commune) -> Iterator[str]:
    """Compare the list and the search of an official with the bare statements."""
    newest = (
        "d.business <> 'draft' AND d.parties && %s ORDER BY d.filed_at DESC LIMIT 50"
    )
    words = "to_tsvector('simple', coalesce(d.folded, '')) @@ plainto_tsquery('simple', 'nguyen van anh') AND "
    asked = {
        "list": (PATH, newest),
        "search": (f"{PATH}?q=nguyen+van+anh", words + newest),
    }
    for name, (path, statement) in asked.items():
        plain = f"SELECT * FROM counter_dossier d WHERE {statement}"
        yield _told(name, port, at.officer, path, plain, [[at.key]])


def scorecards(port: int, at: Commune) -> Iterator[str]:
    """Compare the index of the city and of a commune with one count of its dossiers."""
    days = "since=2025-07-01&until=2025-11-12"
    plain = (
        "SELECT count(*), count(*) FILTER (WHERE ended_at <= due_at) FROM counter_dossier"
        " WHERE ended_at BETWEEN '2025-07-01' AND '2025-11-13'"
    )
    asked = {
        "city": (f"/measures/?{days}", plain, []),
        "unit": (f"/measures/units/{at.key}/?{days}", plain + " AND agency_id = %s", [at.key]),
    }  # fmt: skip
    for name, (path, statement, given) in asked.items():
        yield _told(name, port, at.officer, path, statement, given, reads=READS // 4)


def _told(
    name: str, port: int, who: str, path: str, plain: str, given: list[Any],
    *, reads: int = READS,
) -> str:  # fmt: skip
    """Ask for a page and the plain statement, each so many times; compare the 95th of 100."""
    tally = Tally()
    caller = Caller(port, tally)
    caller.ask(who, path)
    tally.requests.clear()
    for _ in range(reads):
        caller.ask(who, path)
    assert all(went_well for _, _, went_well in tally.requests), path
    bare = []
    with connected() as raw:
        for _ in range(reads):
            began = time.perf_counter()
            raw.execute(plain, given).fetchall()
            bare.append(1000 * (time.perf_counter() - began))
    took, base = p95([s for _, s, _ in tally.requests]), p95(bare)
    return (
        f"counter: {name:6} p95 {took:6.1f} ms (target {TARGET})"
        f" · plain SQL {base:.1f} ms · {took / base:.2f} × the baseline"
    )


def recompute() -> Iterator[str]:
    """Compare counting every indicator anew with one statement that counts the same rows."""
    flows = [
        i for i in declared() if i.code.startswith("measures.") and i.contributions
    ]
    began = time.perf_counter()
    refill(flows)
    took = time.perf_counter() - began
    began = time.perf_counter()
    with connected() as raw:
        raw.execute(
            "SELECT agency_id, procedure, (ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,"
            " count(*), sum(papers_due), sum(papers_digitised), count(*) FILTER (WHERE e_result),"
            " count(*) FILTER (WHERE paid_online), count(*) FILTER (WHERE ended_at <= due_at)"
            " FROM counter_dossier WHERE business <> 'draft' GROUP BY 1, 2, 3"
        ).fetchall()
    base = time.perf_counter() - began
    yield (
        f"counter: {len(flows)} indicators of dossiers recomputed from the records in {took:.1f} s (target 10)"
        f" · one plain statement {base:.1f} s · {took / base:.1f} × the baseline"
    )

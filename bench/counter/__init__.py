"""Lifecycles of dossiers over HTTP, in a city that already has many, against plain SQL.

A lifecycle is file → accept → assign → resolve → search, five requests with keep-alive
and idempotency keys. The server runs as `khuevan serve` starts it: two workers of two
threads; clients and PostgreSQL share the machine with it. The baseline writes copies of
the same rows in the same four transactions and asks the same search, with psycopg and
as many connections, on the same database.

`BENCH_SCALES` names shares of the city's 1,243,294 dossiers, "0.08,1" unless told: 100
thousand, all of them, and the ratio of both. Writing them takes some six minutes; each
gets a server of its own in a scratch folder, which `BENCH_COUNTER_VAR` keeps, to
measure again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from khuevan.counter.models import Dossier

from .baseline import raw_rate
from .city import communes, server, short_procedure
from .clients import CLIENTS, SECONDS, load, p95, spike
from .reads import lists, recompute, scorecards


SCALES = "0.08,1"
TARGET_RATE, TARGET_SHARE = 60, 0.9


def run() -> Iterator[str]:
    """Yield the lines of this benchmark's report."""
    kept, rates = os.environ.get("BENCH_COUNTER_VAR"), []
    for scale in os.environ.get("BENCH_SCALES", SCALES).split(","):
        folder = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="khuevan-bench-"))
        var = folder / f"counter-{scale}"
        try:
            for line in _measured(var, scale):
                if line.startswith("rate "):
                    rates.append(float(line.split()[1]))
                else:
                    yield line
        finally:
            _khuevan(var, "db", "stop")
            if not kept:
                shutil.rmtree(folder, ignore_errors=True)
    if len(rates) > 1:
        share = rates[-1] / rates[0]
        yield f"counter: rate at the largest / at the smallest {share:.2f} (target ≥ {TARGET_SHARE})"


def _measured(var: Path, scale: str) -> Iterator[str]:
    """Load a city of this size where there is none yet, and measure it in a process of its own."""
    var.mkdir(parents=True, exist_ok=True)
    var.chmod(0o755)
    _khuevan(var, "db", "start")
    _khuevan(var, "migrate", "-v0")
    _khuevan(var, "collectstatic", "--noinput", "-v0")
    _khuevan(var, "demo", "load", "--scale", scale)
    with subprocess.Popen(
        [sys.executable, "-m", "bench", "counter-here"],
        env=_environment(var), stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout
        for line in child.stdout:
            yield line.rstrip("\n")
    if child.returncode:
        yield f"counter: failed at scale {scale}"


def _environment(var: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return kept | {"KHUEVAN_VAR": str(var), "KHUEVAN_SITE_URL": "http://localhost"}


def _khuevan(var: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-c", "from khuevan.cli import main; main()", *words],
        env=_environment(var) | {"KHUEVAN_DEMO": "1"}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def run_here() -> Iterator[str]:
    """Measure the city of this process's database."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as after any bulk load; not while measuring
    code, where = short_procedure(), communes()
    yield f"counter: {Dossier.objects.count():,} dossiers, {CLIENTS} clients, {os.cpu_count()} cores"
    with server() as port:
        load(port, code, where, CLIENTS, 2)
        tally = load(port, code, where, CLIENTS, SECONDS)
        rate = len(tally.lifecycles) / SECONDS
        raw = raw_rate(where, CLIENTS)
        yield f"rate {rate}"
        yield (
            f"counter: lifecycles over HTTP {rate:6.1f}/s (target {TARGET_RATE})"
            f" · p95 of a request {p95([s for _, s, _ in tally.requests]):.0f} ms"
            f" · plain SQL {raw:,.0f}/s · ratio {rate / raw:.3f}"
        )
        yield from lists(port, where[0])
        yield from scorecards(port, where[0])
        yield from spike(port, code, where)
    yield from recompute()

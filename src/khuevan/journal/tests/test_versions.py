"""The journal's SQL on the oldest PostgreSQL it promises to run on."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from khuevan.journal.rules import hash_of
from khuevan.journal.transparency import LINK_COLUMNS, link_from


MIGRATION = Path(__file__).parents[1] / "migrations/0001_initial.sql"
BINARIES = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def old_server():
    if not BINARIES.exists():
        pytest.skip("PostgreSQL 15 is not installed on this machine")
    folder = Path(tempfile.mkdtemp(prefix="khuevan-pg15-"))
    owner = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    if owner:
        shutil.chown(folder, **owner)

    def run(program, *arguments):
        subprocess.run(
            [BINARIES / program, "-D", folder / "db", *arguments],
            check=True, cwd="/", stdout=subprocess.DEVNULL, **owner,
        )  # fmt: skip

    run("initdb", "-U", "khuevan", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
    run("pg_ctl", "-w", "-l", folder / "log", "-o",
        f"-k {folder} -c listen_addresses=''", "start")  # fmt: skip
    yield f"host={folder} user=khuevan dbname=postgres"
    run("pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.mark.slow
def test_facts_are_chained_on_postgresql_15(old_server):
    with psycopg.connect(old_server, autocommit=True) as connection:
        connection.execute(MIGRATION.read_bytes())
        for kind in ("a.b_c", "a.b_d"):
            connection.execute(
                "SELECT journal_record(%s, 'a.b:1', 'p.p:1', NULL, now(), '{\"ă\": 1}')",
                [kind],
            )
        rows = connection.execute(
            f"SELECT {LINK_COLUMNS} FROM journal_fact f ORDER BY number"
        ).fetchall()
    first, second = map(link_from, rows)
    assert hash_of(first) == first.hash
    assert hash_of(second) == second.hash
    assert second.previous == first.hash

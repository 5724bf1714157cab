"""Killed writers and a killed server: what was acknowledged is there."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from khuevan.journal.rules import GENESIS, hash_of
from khuevan.journal.transparency import LINK_COLUMNS, link_from
from khuevan.platform.database import EmbeddedPostgres


MIGRATION = Path(__file__).parents[1] / "migrations/0001_initial.sql"
ROUNDS = 20
WRITERS = 8

# Writes facts of a few shared subjects and reports each number once it is committed.
WRITER = """
import os, random, sys
import psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    while True:
        subject = f"crash.test:{random.randrange(20)}"
        with connection.transaction():
            row = connection.execute(
                "SELECT journal_record('crash.test_made', %s, NULL, NULL, now(), '{}')",
                [subject],
            ).fetchone()
        os.write(1, b"%d\\n" % row[0])
"""


@pytest.fixture
def server():
    """A database server of this test's own, to be killed."""
    folder = Path(tempfile.mkdtemp(prefix="khuevan-crash-"))
    folder.chmod(0o755)
    own = EmbeddedPostgres(folder / "db")
    own.start()
    with psycopg.connect(dsn(own), autocommit=True) as connection:
        connection.execute(MIGRATION.read_bytes())
    yield own
    own.stop()
    shutil.rmtree(folder)


def dsn(server):
    return f"host={server.socket} user=khuevan dbname=khuevan"


def kill_server(server):
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    while Path(f"/proc/{postmaster}").exists() and not server.running():
        time.sleep(0.05)
    server.start()


def one_round(server, heard, wait, *, kill_the_server):
    """Let eight writers write for a moment, kill them all, return nothing."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, dsn(server)],
            stdout=heard,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(WRITERS)
    ]
    time.sleep(wait)
    if kill_the_server:
        kill_server(server)
    for writer in writers:
        writer.kill()
    for writer in writers:
        writer.wait()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_acknowledged_fact_is_lost_in_twenty_crashes(server, tmp_path):
    chance = random.Random(20)
    acknowledged = tmp_path / "acknowledged"
    with acknowledged.open("ab") as heard:
        for turn in range(ROUNDS):
            wait = 0.6 + chance.random() / 2
            one_round(server, heard, wait, kill_the_server=turn % 5 == 4)
    told = {int(line) for line in acknowledged.read_text().split("\n")[:-1]}
    with psycopg.connect(dsn(server)) as connection:
        rows = connection.execute(
            f"SELECT {LINK_COLUMNS} FROM journal_fact f ORDER BY subject, position"
        ).fetchall()
    links = [link_from(row) for row in rows]
    assert len(told) > 5 * ROUNDS  # some in every round, however busy the machine
    assert told <= {link.number for link in links}
    before = {}
    for link in links:
        assert hash_of(link) == link.hash
        assert (link.position - 1, link.previous) == before.get(
            link.subject, (0, GENESIS)
        )
        before[link.subject] = (link.position, link.hash)

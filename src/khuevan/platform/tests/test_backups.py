"""A backup holds everything, and a restore proves it before it swaps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import psycopg
import pytest

from khuevan.platform.database import EmbeddedPostgres, clean_environment


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("commands")]
SOURCES = Path(__file__).parents[3]
DEBIAN = Path("/usr/lib/postgresql/15/bin")


class City:
    """A platform of its own in a folder: its command, its database, its files."""

    def __init__(self, folder, url=""):
        self.folder = folder
        self.environment = clean_environment() | {
            "KHUEVAN_VAR": str(folder / "var"),
            "DATABASE_URL": url,
            "PYTHONPATH": str(SOURCES),
            "DJANGO_SETTINGS_MODULE": "khuevan.settings",
        }
        server = EmbeddedPostgres(folder / "var" / "db")
        self.url = url or f"host={server.socket} user=khuevan dbname=khuevan"

    def khuevan(self, *arguments):
        return subprocess.run(
            [sys.executable, "-c", "from khuevan.cli import main; main()", *map(str, arguments)],
            env=self.environment, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False, cwd="/",
        )  # fmt: skip

    def ask(self, question):
        with psycopg.connect(self.url, autocommit=True) as connected:
            answer = connected.execute(question)
            return answer.fetchall() if answer.description else None

    def fill(self):
        assert self.khuevan("migrate", "-v", "0").returncode == 0
        self.ask("CREATE TABLE kept AS SELECT n FROM generate_series(1, 50) n")
        stored = self.folder / "var" / "files" / "ab"
        stored.mkdir(parents=True)
        (stored / "abcd").write_bytes(b"content")


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="khuevan-test-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def city(folder):
    city = City(folder)
    yield city
    city.khuevan("db", "stop")


def test_what_was_backed_up_comes_back(city, folder):
    city.fill()
    archive = folder / "all.tar"
    assert "1 files" in city.khuevan("db", "backup", archive).stdout
    city.ask("DELETE FROM kept WHERE n > 3")
    (folder / "var/files/ab/abcd").unlink()

    refused = city.khuevan("db", "restore", archive)
    assert refused.returncode == 1
    assert "not empty" in refused.stdout
    assert city.ask("SELECT count(*) FROM kept") == [(3,)]

    done = city.khuevan("db", "restore", archive, "--replace")
    assert done.returncode == 0, done.stdout
    assert city.ask("SELECT count(*) FROM kept") == [(50,)]
    assert (folder / "var/files/ab/abcd").read_bytes() == b"content"

    damaged = archive.with_name("damaged.tar")
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    refused = city.khuevan("db", "restore", damaged, "--replace")
    assert refused.returncode == 1
    assert "damaged" in refused.stdout
    assert city.ask("SELECT count(*) FROM kept") == [(50,)]

    drill = city.khuevan("db", "backup", "--drill")
    assert "all as dumped" in drill.stdout, drill.stdout
    assert "khuevan_drill" not in {
        name for (name,) in city.ask("SELECT datname FROM pg_database")
    }


def test_status_tells_running_from_stopped(city):
    assert city.khuevan("db", "status").stdout.startswith("stopped")
    assert city.khuevan("db", "start").returncode == 0
    said = city.khuevan("db", "status").stdout
    assert said.startswith("running")
    assert "PostgreSQL 18" in said
    assert "Stopped" in city.khuevan("db", "stop").stdout


def test_an_archive_of_a_newer_platform_is_refused(city, folder):
    city.fill()
    archive = folder / "all.tar"
    city.khuevan("db", "backup", archive)
    newer = folder / "newer"
    with tarfile.open(archive) as packed:
        packed.extractall(newer)  # noqa: S202 - our own archive
    manifest = json.loads((newer / "manifest.json").read_text())
    manifest["migrations"].append(["platform", "9999_of_tomorrow"])
    (newer / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(archive, "w") as packed:
        packed.add(newer / "manifest.json", "manifest.json")
        packed.add(newer / "database.dump", "database.dump")
        packed.add(newer / "files", "files")
    refused = city.khuevan("db", "restore", archive, "--replace")
    assert "platform.9999_of_tomorrow" in refused.stdout


@pytest.fixture
def older_server(folder):
    """PostgreSQL 15 as Debian ships it, the oldest this platform runs on."""
    if not (DEBIAN / "postgres").exists():
        pytest.skip(f"PostgreSQL 15 is not installed in {DEBIAN}")
    server = EmbeddedPostgres(folder / "older")
    as_user = server._demoted()
    server.data.mkdir()
    os.chown(server.data, server.user.pw_uid, server.user.pw_gid)
    shared = {"cwd": server.data, "check": True, "stdin": subprocess.DEVNULL,
              "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | as_user  # fmt: skip
    environment = clean_environment()
    subprocess.run(
        [DEBIAN / "initdb", "-D", "data", "-U", "khuevan", "-E", "UTF8",
         "--locale=C.UTF-8", "-A", "trust"], env=environment, **shared,
    )  # fmt: skip
    subprocess.run(
        [DEBIAN / "pg_ctl", "-w", "-D", "data", "-l", "log", "-o",
         f"-k {server.data} -h ''", "start"], env=environment, **shared,
    )  # fmt: skip
    subprocess.run(
        [DEBIAN / "createdb", "-h", server.data, "-U", "khuevan", "khuevan"],
        env=environment, **shared,
    )  # fmt: skip
    yield server.data
    subprocess.run(
        [DEBIAN / "pg_ctl", "-w", "-m", "fast", "-D", "data", "stop"],
        env=environment, **shared,
    )  # fmt: skip


def test_every_migration_runs_on_postgresql_15(folder, older_server):
    city = City(folder, f"postgresql://khuevan@/khuevan?host={older_server}")
    done = city.khuevan("migrate", "-v", "0")
    assert done.returncode == 0, done.stdout
    assert "not ours to stop" in city.khuevan("db", "stop").stdout
    drill = city.khuevan("db", "backup", "--drill")
    assert "all as dumped" in drill.stdout, drill.stdout
    assert not (folder / "var/db").exists()

"""The embedded server survives what happens to servers on people's machines."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from django.db import NotSupportedError, connection

from khuevan.platform.database import (
    EmbeddedPostgres,
    clean_environment,
    settings_of,
)
from khuevan.platform.embedded import places
from khuevan.platform.embedded.base import DatabaseFeatures
from khuevan.platform.errors import Unavailable


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("embedded")]
AS_ROOT = os.geteuid() == 0
SMALL = ("shared_buffers=1MB", "max_connections=20", "fsync=off")
SOURCES = Path(__file__).parents[3]


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="khuevan-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def make(folder):
    servers = []

    def build(data="db", **options):
        data = folder / data
        data.parent.mkdir(parents=True, exist_ok=True)
        servers.append(
            EmbeddedPostgres(data, state=folder / "state", options=SMALL, **options)
        )
        return servers[-1]

    yield build
    for server in servers:
        server.stop()
        shutil.rmtree(server.socket, ignore_errors=True)


@pytest.fixture
def server(make):
    return make()


def ask(server, question, **connection):
    options = {
        "host": str(server.socket),
        "port": server.socket_port,
        "user": "khuevan",
        "dbname": "khuevan",
    } | connection
    with psycopg.connect(**options, autocommit=True) as connected:
        answer = connected.execute(question)
        return answer.fetchone()[0] if answer.description else None


def is_gone(pid):
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/status").read_text()
        except FileNotFoundError:
            return True
        if "State:\tZ" in state:
            return True
        time.sleep(0.05)
    return False


def run_python(script, *arguments, path=SOURCES):
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(path)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/",
    )  # fmt: skip


def as_user(user, function):
    """Say what a function returns, or refuses, when an ordinary user calls it.

    A fork, because such a user may not reach the Python that runs these tests.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        said = "failed"
        try:
            said = str(function())
        except Unavailable as refused:
            said = f"{type(refused).__name__}: {refused}"
        finally:
            os.write(write, said.encode())
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as answer:
        return answer.read()


START = """
import sys
from pathlib import Path
from khuevan.platform.database import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), state=Path(sys.argv[2]),
                          options=("shared_buffers=1MB",))
print(server.start(), server.postmaster())
"""


def test_starts_once_and_keeps_its_data(server):
    assert server.start()
    assert not server.start()
    ask(server, "CREATE TABLE kept AS SELECT 7 AS n")
    assert server.stop()
    assert not server.stop()
    assert server.start()
    assert ask(server, "SELECT n FROM kept") == 7


def test_vietnamese_capitals_are_lowered_in_any_locale(server, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PGHOST", "/nowhere")
    server.start()
    assert ask(server, "SELECT lower('ĐƯỜNG ẤP')") == "đường ấp"


def test_six_starters_share_one_server(server):
    starters = [run_python(START, server.data, server.state) for _ in range(6)]
    answers = [starter.communicate(timeout=60)[0].split() for starter in starters]
    assert sorted(started for started, _ in answers) == ["False"] * 5 + ["True"]
    assert len({pid for _, pid in answers}) == 1


def test_stopping_leaves_no_process(server):
    server.start()
    pid = server.postmaster()
    server.stop()
    assert is_gone(pid)
    assert not server.running()


def test_a_killed_server_recovers_its_data(server):
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 7 AS n")
    os.kill(server.postmaster(), signal.SIGKILL)
    assert server.start()
    assert ask(server, "SELECT n FROM kept") == 7


def test_a_pid_reused_by_another_process_is_not_the_server(server):
    server.start()
    kept = (server.data / "postmaster.pid").read_text()
    server.stop()
    with subprocess.Popen(["sleep", "60"], **server._demoted()) as other:
        _, _, rest = kept.partition("\n")
        (server.data / "postmaster.pid").write_text(f"{other.pid}\n{rest}")
        assert not server.running()
        assert server.start()
        assert other.poll() is None
        other.kill()


def test_a_zombie_is_not_the_server(server):
    server.start()
    server.stop()
    zombie = subprocess.Popen(["true"])
    time.sleep(0.2)
    (server.data / "postmaster.pid").write_text(f"{zombie.pid}\n")
    assert server.start()
    zombie.wait()


def test_a_half_made_data_folder_is_made_again(server):
    draft = server.data.with_name("db.making")
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18")
    assert server.start()


def test_a_swept_socket_is_made_again(server):
    server.start()
    server._socket_file.unlink()
    assert server.start()
    assert ask(server, "SELECT 1") == 1


def test_a_server_whose_data_was_deleted_makes_way(server):
    server.start()
    pid = server.postmaster()
    shutil.rmtree(server.data)
    assert server.start()
    assert is_gone(pid)
    assert ask(server, "SELECT 1") == 1


@pytest.mark.parametrize(
    "path",
    ["with space/db", "Khuê Văn Các/dữ liệu", 'a "$quoted" `name`/db', "/".join(["long" * 12] * 8)],
    ids=["space", "vietnamese", "shell", "long"],
)  # fmt: skip
def test_any_path_will_do(make, path):
    server = make(path)
    assert server.start()
    assert len(os.fsencode(server._socket_file)) <= 107
    assert ask(server, "SELECT 1") == 1


def test_a_checkout_reached_by_a_link_has_the_same_server(server, folder):
    server.start()
    (folder / "link").symlink_to(folder)
    linked = EmbeddedPostgres(folder / "link" / "db", state=server.state, options=SMALL)
    assert linked.socket == server.socket
    assert not linked.start()


def test_tcp_wants_the_password(make):
    server = make(port=54917)
    server.start()
    there = {"host": "127.0.0.1", "port": 54917}
    password = server.password_file.read_text()
    assert server.password_file.stat().st_mode & 0o777 == 0o600
    assert ask(server, "SELECT 1", password=password, **there) == 1
    with pytest.raises(psycopg.OperationalError):
        ask(server, "SELECT 1", password="guess", **there)


def test_a_socket_folder_of_somebody_else_is_refused(server):
    server.socket.mkdir()
    server.socket.chmod(0o777)
    with pytest.raises(Unavailable, match="somebody else made it"):
        server.start()
    assert server.postmaster() is None


def test_a_link_in_the_socket_folders_place_is_refused(server, folder):
    server.socket.symlink_to(folder)
    with pytest.raises(Unavailable, match="somebody else made it"):
        server.start()
    server.socket.unlink()


@pytest.mark.skipif(not AS_ROOT, reason="only root can close a folder to the server")
def test_a_checkout_closed_to_the_server_gets_its_data_elsewhere(make, folder):
    (folder / "closed").mkdir(mode=0o700)
    server = make("closed/db")
    assert server.start()
    assert ask(server, "SELECT 1") == 1
    assert server.data.readlink().is_relative_to(folder / "state")
    assert server.stop()
    assert server.start()


@pytest.mark.skipif(not AS_ROOT, reason="only root can close a folder to the server")
def test_a_link_to_lost_data_is_not_replaced_by_an_empty_database(make, folder):
    (folder / "closed").mkdir(mode=0o700)
    server = make("closed/db")
    server.start()
    server.stop()
    shutil.rmtree(server.data.readlink().parent)
    with pytest.raises(Unavailable, match="is gone"):
        server.start()


@pytest.mark.skipif(not AS_ROOT, reason="only root can close a folder to the server")
def test_programs_closed_to_the_server_are_copied(make, folder):
    package = Path(places.find_spec(places.PACKAGE).submodule_search_locations[0])
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.parent / name, closed / name)
    server = make()
    started = run_python(START, server.data, server.state, path=f"{SOURCES}:{closed}")
    assert started.communicate(timeout=60)[0].startswith("True")
    [copy] = (folder / "state").glob("programs-*")
    assert Path(f"/proc/{server.postmaster()}/exe").readlink().is_relative_to(copy)


@pytest.mark.skipif(not AS_ROOT, reason="needs a folder of root's")
def test_a_state_folder_others_can_write_to_is_refused(make, folder):
    (folder / "closed").mkdir(mode=0o700)
    (folder / "state").mkdir()
    (folder / "state").chmod(0o777)
    with pytest.raises(Unavailable, match="nobody else can write"):
        make("closed/db").start()


@pytest.mark.skipif(not AS_ROOT, reason="the other tests run as an ordinary user")
def test_an_ordinary_user_starts_a_server_of_their_own(make, folder):
    user = pwd.getpwnam("nobody")
    if not places.may_reach(Path(places.__file__), user, 0o4):
        pytest.skip("this checkout is closed to ordinary users")
    home = folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, user.pw_uid, user.pw_gid)
    server = make("home/db")
    assert as_user(user, server.start) == "True"
    assert as_user(user, server.start) == "False"
    assert server.data.stat().st_uid == user.pw_uid
    assert ask(server, "SELECT 1") == 1


@pytest.mark.skipif(not AS_ROOT, reason="needs two users")
def test_another_users_database_is_left_alone(server, folder):
    server.start()
    user = pwd.getpwnam("nobody")
    if server.data.stat().st_uid == user.pw_uid:
        user = pwd.getpwnam("daemon")
    assert "belongs to" in as_user(user, server.start)


def test_variables_that_redirect_programs_are_dropped(monkeypatch):
    monkeypatch.setenv("PGDATA", "/elsewhere")
    assert "PGDATA" not in clean_environment()


def test_an_address_with_a_password_is_understood():
    told = settings_of("postgresql://an:m%40t@db.example.org:5433/city?sslmode=require")
    assert told == {
        "ENGINE": "khuevan.platform.embedded", "NAME": "city", "USER": "an",
        "PASSWORD": "m@t", "HOST": "db.example.org", "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }  # fmt: skip


def test_an_address_of_a_socket_is_understood():
    told = settings_of("postgresql://an@/city?host=/var/run/postgresql")
    assert (told["HOST"], told["NAME"]) == ("/var/run/postgresql", "city")


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://a", "nonsense"])
def test_an_address_of_something_else_is_refused(url):
    with pytest.raises(Unavailable, match="Write postgresql://"):
        settings_of(url)


@pytest.mark.django_db
def test_a_server_before_postgresql_15_is_refused(monkeypatch):
    assert DatabaseFeatures.minimum_database_version == (15,)
    monkeypatch.setattr(DatabaseFeatures, "minimum_database_version", (99,))
    with pytest.raises(NotSupportedError, match="PostgreSQL 99 or later is required"):
        connection.check_database_version_supported()

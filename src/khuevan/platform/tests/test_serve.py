"""One command serves the platform, and ends with all its children."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from khuevan.platform.database import clean_environment


pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("commands"),
    pytest.mark.timeout(300),  # servers start and stop, on a busy machine slowly
]
SOURCES = Path(__file__).parents[3]


@pytest.fixture
def environment():
    with tempfile.TemporaryDirectory(prefix="khuevan-test-") as made:
        Path(made).chmod(0o755)
        told = clean_environment() | {
            "KHUEVAN_VAR": f"{made}/var",
            "PYTHONPATH": str(SOURCES),
            "PYTHONUNBUFFERED": "1",
        }
        told.pop("DATABASE_URL", None)
        yield told
        subprocess.run([*KHUEVAN, "db", "stop"], env=told, check=False,
                       stdout=subprocess.DEVNULL)  # fmt: skip


KHUEVAN = [sys.executable, "-c", "from khuevan.cli import main; main()"]


def children_of(pid):
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def family_of(pid):
    return [pid] + [m for child in children_of(pid) for m in family_of(child)]


def command_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0")


def came_back(supervisor, gone, before):
    now = set(children_of(supervisor))
    return gone not in now and len(now) == len(before)


def answers(port):
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/live") as answer:
            return answer.status == 200
    except OSError:
        return False


def serve(environment, port):
    return subprocess.Popen(
        [*KHUEVAN, "serve", "--port", str(port), "--workers", "1"], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def is_alive(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def wait_for(condition):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.1)
    pytest.fail("it did not happen within 30 seconds")


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_children_come_back_when_killed_and_go_when_told(environment, port):
    subprocess.run([*KHUEVAN, "migrate", "-v", "0"], env=environment, check=True)
    server = serve(environment, port)
    try:
        assert re.search(rf"answers at .*:{port}", server.stdout.readline())
        with urlopen(f"http://127.0.0.1:{port}/health/ready") as answer:
            assert answer.status == 200
        for part in (
            "khuevan.web.wsgi:application",
            "work",
            "khuevan.web.live:application",
        ):
            before = set(children_of(server.pid))
            [victim] = [pid for pid in before if command_of(pid).endswith(part)]
            os.kill(victim, signal.SIGKILL)
            wait_for(lambda gone=victim, old=before: came_back(server.pid, gone, old))
        wait_for(lambda: answers(port))
        family = family_of(server.pid)
        server.terminate()
        assert server.wait(30) == 0
        assert [pid for pid in family if is_alive(pid)] == []
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_children_end_when_their_supervisor_is_killed(environment, port):
    subprocess.run([*KHUEVAN, "migrate", "-v", "0"], env=environment, check=True)
    server = serve(environment, port)
    server.stdout.readline()
    family = family_of(server.pid)
    assert len(family) > 2
    server.kill()
    server.wait()
    server.stdout.close()
    wait_for(lambda: not any(is_alive(pid) for pid in family))


def test_a_taken_port_is_told_before_anything_starts(environment, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        refused = subprocess.run(
            [*KHUEVAN, "serve", "--port", str(port)], env=environment, check=False,
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    assert refused.returncode == 1
    assert "Choose another" in refused.stdout
    assert not Path(environment["KHUEVAN_VAR"], "db").exists()


WORK = """
import sys, time, django
django.setup()
from pathlib import Path
from django.core.management import call_command
from khuevan.platform import jobs, tasks
from khuevan.platform.models import Job
tasks.STALLED_AFTER_SECONDS = 1
begun = Path(sys.argv[2])

@jobs.register("test.long", title="Long")
def long(progress):
    progress(1, 2)
    if not begun.exists():
        begun.touch()
        time.sleep(60)
    return {"again": True}

if sys.argv[1] == "start":
    jobs.start_job("test.long", None)
elif sys.argv[1] == "rescue":
    tasks.rescue_jobs.defer()
elif sys.argv[1] == "tell":
    print(*Job.objects.values_list("state", "attempts").get())
else:
    call_command("work")
"""


def test_the_work_of_a_killed_worker_is_finished_by_the_next(environment, tmp_path):
    begun = tmp_path / "begun"
    environment |= {"DJANGO_SETTINGS_MODULE": "khuevan.settings"}

    def work(verb):
        return subprocess.Popen(
            [sys.executable, "-c", WORK, verb, begun], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    subprocess.run([*KHUEVAN, "migrate", "-v", "0"], env=environment, check=True)
    work("start").communicate()
    first = work("work")
    wait_for(begun.exists)
    first.kill()
    first.communicate()
    assert work("tell").communicate()[0].split() == ["running", "1"]
    time.sleep(1.5)
    work("rescue").communicate()
    second = work("work")
    wait_for(lambda: work("tell").communicate()[0].split() == ["done", "2"])
    second.terminate()
    second.communicate()
    assert second.returncode == 0

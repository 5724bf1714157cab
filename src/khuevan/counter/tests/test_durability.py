"""PostgreSQL is killed while dossiers come in and are accepted: nothing acknowledged is
lost, nothing done twice.

The processes die, the machine does not: what the kernel was given survives. That the
kernel is told to write through to the disk is `fsync`, on in this server.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("embedded")]
CLIENTS = 4
ENOUGH = 40
"""Acknowledged dossiers before the kill."""
AFTER = 5
"""Dossiers each client files from the kill on, whatever it is told."""
CSRF = "b" * 32
SOURCES = Path(__file__).parents[3]

PREPARE = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
from khuevan.counter.tests.factories import definition, make_cast, STEPS
cast = make_cast(definition(steps=STEPS[:3], result=None))
client = Client()
client.force_login(cast.receiver)
print(json.dumps({
    "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
    "cookie": settings.SESSION_COOKIE_NAME,
    "procedure": cast.procedure,
    "point": cast.commune.code,
}))
"""
COUNT = """
import json, django
django.setup()
from khuevan.counter.models import Application, Dossier, Paper, Step
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT kind, count(*), count(DISTINCT subject) FROM journal_fact"
        " WHERE kind IN ('counter.dossier_filed', 'counter.dossier_accepted') GROUP BY 1"
    )
    facts = {kind: [count, subjects] for kind, count, subjects in cursor.fetchall()}
dossiers = Dossier.objects.all()
print(json.dumps({
    "codes": {d.applicant_name: d.code for d in dossiers},
    "dossiers": len(dossiers),
    "applications": Application.objects.count(),
    "papers": Paper.objects.count(),
    "steps": Step.objects.count(),
    "facts": facts,
    "accepted": dossiers.filter(accepted_at__isnull=False).count(),
    "receptions": Step.objects.filter(duty="reception").count(),
}))
"""


@pytest.fixture
def city():
    folder = Path(tempfile.mkdtemp(prefix="khuevan-test-"))
    folder.chmod(0o755)
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "KHUEVAN_VAR": str(folder), "KHUEVAN_DEMO": "0", "PYTHONPATH": str(SOURCES),
        "DJANGO_SETTINGS_MODULE": "khuevan.settings",
        "KHUEVAN_SITE_URL": "http://localhost",
    }  # fmt: skip
    yield folder, environment
    khuevan(environment, "db", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def python(environment, script):
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def khuevan(environment, *words):
    command = "from khuevan.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", command, *words],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip


def serving(environment):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(port), "--workers", "2", "--blocking-threads", "2", "--no-ws",
            "--log-level", "critical", "khuevan.web.wsgi:application",
        ],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(150):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.2)
    return child, port


def live(port, told, key):
    """File the dossier of a key and accept it; return its code once both were told."""
    body = {
        "procedure": told["procedure"], "channel": "counter", "point": told["point"],
        "agency": told["point"], "applicant": {"name": key}, "shown": ["hop_dong_thue"],
        "answers": {"ho_ten": key, "ten_ho": "Phở Sen", "von": 50_000_000},
    }  # fmt: skip
    filed = post(port, told, "", body, key)
    if filed is None:
        return None
    accepted = post(port, told, f"/{filed['id']}/accept", {}, f"{key}-accepted")
    return filed["code"] if accepted else None


def post(port, told, path, body, key):
    """Send one request under its key; return the answer, or None where none said yes."""
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Cookie": f"{told['cookie']}={told['session']}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF, "Idempotency-Key": key, "Content-Type": "application/json",
    }  # fmt: skip
    try:
        caller.request("POST", f"/api/v1/dossiers{path}", json.dumps(body), headers)
        answer = caller.getresponse()
        said = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        caller.close()
    assert answer.status < 400 or answer.status >= 500, said
    return json.loads(said) if answer.status < 400 else None


def kill_server(folder):
    """Kill the postmaster and all its processes at once, without a word."""
    postmaster = int((folder / "db" / "postmaster.pid").read_text().split()[0])
    doomed = [postmaster]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == postmaster:
            doomed.append(int(stat.parent.name))
    for pid in doomed:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def test_a_killed_database_loses_no_dossier_and_does_nothing_twice(city):
    folder, environment = city
    assert khuevan(environment, "db", "start").returncode == 0
    assert khuevan(environment, "migrate", "-v0").returncode == 0
    told = python(environment, PREPARE)
    child, port = serving(environment)
    answers: dict[str, str | None] = {}
    killed = threading.Event()

    def work(number):
        turn = after = 0
        while after < AFTER:
            turn += 1
            after += killed.is_set()
            key = f"k{number}-{turn}"
            answers[key] = None  # asked: it may be applied, whatever comes back
            answers[key] = live(port, told, key)

    clients = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
    try:
        for client in clients:
            client.start()
        until = time.monotonic() + 60
        while sum(map(bool, list(answers.values()))) < ENOUGH:
            assert time.monotonic() < until, answers
            time.sleep(0.02)
        kill_server(folder)
        killed.set()
        for client in clients:
            client.join(120)
        acknowledged = {key: code for key, code in answers.items() if code}
        # It comes back by itself with the next question.
        again = {key: live(port, told, key) for key in answers}
    finally:
        child.terminate()
        child.wait(30)
    found = python(environment, COUNT)
    assert len(acknowledged) >= ENOUGH
    assert {key: again[key] for key in acknowledged} == acknowledged
    # Every key was applied once: as many dossiers as keys, each with its own code, filed
    # once and accepted once.
    assert found["codes"] == again
    assert found["dossiers"] == found["applications"] == len(answers)
    assert found["papers"] == found["receptions"] == found["accepted"] == len(answers)
    assert found["steps"] == 2 * len(answers)  # received, and waiting to be assigned
    once = [len(answers), len(answers)]
    assert found["facts"] == {"counter.dossier_filed": once, "counter.dossier_accepted": once}  # fmt: skip
    assert khuevan(environment, "journal", "seal").returncode == 0
    verified = khuevan(environment, "journal", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr

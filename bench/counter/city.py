"""The people of the city that is measured, the procedure they use, and its server."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.test import Client

from khuevan.catalogue.public import publish_definition
from khuevan.counter.tests.factories import STEPS, definition
from khuevan.directory.public import (
    Appointment,
    Organisation,
    OrganisationKind,
    Person,
    Role,
)
from khuevan.platform import clock
from khuevan.platform.ids import uuid7


COMMUNES = 8


@dataclass(frozen=True)
class Commune:
    """A commune with three people, and their sessions."""

    code: str
    key: UUID
    receiver: str
    division: str
    officer: str
    officer_key: UUID


def short_procedure() -> str:
    """Publish a procedure whose result is no paper: three steps, decided by the last."""
    short = definition(
        code=f"9.{int(time.time()) % 1_000_000:06d}", steps=STEPS[:3], result=None
    )
    return publish_definition(definition=short, valid_from=clock.today(), by=None).code


def communes() -> list[Commune]:
    chosen = Organisation.objects.filter(kind=OrganisationKind.COMMUNE).order_by("code")
    return [_commune(one) for one in chosen[:COMMUNES]]


def _commune(body: Organisation) -> Commune:
    roles = (Role.OFFICIAL, Role.DIVISION_HEAD, Role.OFFICIAL)
    people = []
    for role in roles:
        name = f"bench-{uuid7().hex[-12:]}"
        person = Person.objects.create(username=name, full_name=name)
        Appointment.objects.create(
            person=person, organisation=body, role=role, title="x"
        )
        people.append(person)
    receiver, division, officer = map(_session, people)
    return Commune(body.code, body.pk, receiver, division, officer, people[2].pk)


def _session(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def in_scratch(name: str) -> Iterator[str]:
    """Yield what the benchmark `<name>-here` reports in an empty city of its own."""
    var = Path(tempfile.mkdtemp(prefix="khuevan-bench-"))
    var.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment = kept | {"KHUEVAN_VAR": str(var), "KHUEVAN_SITE_URL": "http://localhost"}  # fmt: skip

    def khuevan(*words: str) -> None:
        command = [sys.executable, "-c", "from khuevan.cli import main; main()"]
        subprocess.run([*command, *words], env=environment, check=True, stdout=subprocess.DEVNULL)  # fmt: skip

    try:
        khuevan("db", "start")
        khuevan("migrate", "-v0")
        khuevan("collectstatic", "--noinput", "-v0")
        with subprocess.Popen(
            [sys.executable, "-m", "bench", f"{name}-here"],
            env=environment, stdout=subprocess.PIPE, text=True,
        ) as child:  # fmt: skip
            assert child.stdout
            for line in child.stdout:
                yield line.rstrip("\n")
        if child.returncode:
            yield f"{name}: failed"
    finally:
        khuevan("db", "stop")
        shutil.rmtree(var, ignore_errors=True)


@contextmanager
def server() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as counts:
        child = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
                "--port", str(port), "--workers", "2", "--blocking-threads", "2", "--no-ws",
                "--backpressure", "4096", "--backlog", "4096",
                "--log-level", "critical", "khuevan.web.wsgi:application",
            ],
            env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": counts},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            until(lambda: _answers(port))
            yield port
        finally:
            child.terminate()
            child.wait(30)


def _answers(port: int) -> bool:
    try:
        http_ = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        http_.request("GET", "/health/live")
        return http_.getresponse().status == 200
    except OSError:
        return False


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something; TimeoutError where it does not come true."""
    last = time.monotonic() + seconds
    while not true():
        if time.monotonic() > last:
            raise TimeoutError("It did not come true in time.")
        time.sleep(0.2)

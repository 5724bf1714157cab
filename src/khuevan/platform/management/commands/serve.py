"""`khuevan serve`: the web server, the worker and the streams, watched over together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import connection

from .live import live_command


LONGEST_BACKOFF_SECONDS = 30.0
STEADY_SECONDS = 30.0
SECONDS_TO_STOP = 25.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A process that is started again when it dies, ever more slowly."""

    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = field(default=0.0)
    not_before: float = field(default=0.0)

    def keep_alive(self) -> int | None:
        """Start the process if it should run; return the code of one that died."""
        died = self.process.poll() if self.process else None
        if self.process is not None and died is None:
            return None
        now = time.monotonic()
        if self.process is not None:
            self._sweep()
            steady = now - self.started_at > STEADY_SECONDS
            self.failures = 1 if steady else self.failures + 1
            pause = min(2.0 ** (self.failures - 1), LONGEST_BACKOFF_SECONDS)
            self.process, self.not_before = None, now + pause
        if now >= self.not_before:
            # A session of its own: Ctrl-C reaches us, and we tell our children.
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
            self.started_at = now
        return died

    def stop(self, until: float) -> None:
        """End the process politely, and surely once time is up."""
        if self.process is None:
            return
        try:
            self.process.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._sweep()

    def _sweep(self) -> None:
        """End what a dead child left: its own children would keep the port."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Command(BaseCommand):
    help = "Serve the platform and do its work until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument(
            "--live-port",
            type=int,
            help="where live pages find their stream; one above --port if not told",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        _refuse_taken_port(options["host"], options["port"])
        connection.ensure_connection()
        connection.close()
        children = _children(**options)
        try:
            self._watch(children, _address(options["host"], options["port"]))
        finally:
            _stop_all(children)

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _watch(self, children: list[Child], address: str) -> None:
        told = False
        while not self.stopping:
            for child in children:
                if (code := child.keep_alive()) is not None:
                    self.stderr.write(f"{child.command[-1]} ended with {code}")
            if not told and _answers(f"{address}/health/live"):
                told = True
                self.stdout.write(
                    f"Khuê Văn answers at {settings.SITE_URL} ({address})"
                )
                self.stdout.flush()
            time.sleep(0.2)


def _children(
    *, host: str, port: int, workers: int, live_port: int | None, **_: Any
) -> list[Child]:
    counts = Path(settings.VAR) / "metrics"
    shutil.rmtree(counts, ignore_errors=True)
    counts.mkdir()
    site = os.environ.get("KHUEVAN_SITE_URL", f"http://localhost:{port}")
    live_port = live_port or port + 1
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "khuevan.settings",
        "KHUEVAN_SITE_URL": site,
        "KHUEVAN_LIVE_URL": os.environ.get(
            "KHUEVAN_LIVE_URL", _live_address(site, live_port)
        ),
        "PROMETHEUS_MULTIPROC_DIR": str(counts),
    }
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host,
        "--port", str(port), "--workers", str(workers), "--blocking-threads", "2",
        # Idle watchers of a live page each hold a connection, not a thread.
        "--backlog", "4096", "--backpressure", "4096",
        "--no-ws", "--log-level", "warning", "--respawn-failed-workers",
        "khuevan.web.wsgi:application",
    ]  # fmt: skip
    work = [sys.executable, "-c", "from khuevan.cli import main; main()", "work"]
    live = live_command(host, live_port)
    return [Child(web, environment), Child(work, environment), Child(live, environment)]


def _live_address(site: str, port: int) -> str:
    """Return where pages of this machine find the stream; behind a proxy somebody must say."""
    name = urlsplit(site).hostname
    local = name in {"localhost", "127.0.0.1"}
    return f"http://{name}:{port}/live" if local else ""


def _stop_all(children: list[Child]) -> None:
    for child in children:
        if child.process is not None and child.process.poll() is None:
            child.process.terminate()
    until = time.monotonic() + SECONDS_TO_STOP
    for child in children:
        child.stop(until)


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise CommandError(
                f"Port {port} of {host} cannot be used ({taken.strerror}). "
                "Choose another: khuevan serve --port N"
            ) from taken


def _end_with_parent() -> None:
    """Have Linux end this child when its supervisor is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _address(host: str, port: int) -> str:
    """Return the address people type on this machine."""
    local = host in {"127.0.0.1", "0.0.0.0"}  # noqa: S104 - compared, not bound
    return f"http://{'localhost' if local else host}:{port}"


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=1) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False

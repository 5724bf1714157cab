"""`khuevan live`: the server of streams, one process beside the pages."""

from __future__ import annotations

import os
import resource
import sys
from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.db import connection


def live_command(host: str, port: int) -> list[str]:
    """Return the command that serves streams."""
    return [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", host,
        "--port", str(port), "--workers", "1", "--loop", "asyncio",
        # A watcher holds a connection for hours; nobody waits for them at the end.
        "--backlog", "4096", "--backpressure", "16384", "--workers-kill-timeout", "2",
        "--no-ws", "--log-level", "warning", "--respawn-failed-workers",
        "khuevan.web.live:application",
    ]  # fmt: skip


class Command(BaseCommand):
    help = "Serve the streams of live pages, and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8001)

    def handle(self, *args: Any, **options: Any) -> None:
        connection.ensure_connection()
        connection.close()
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        command = live_command(options["host"], options["port"])
        os.execv(command[0], command)  # noqa: S606 - our own command

"""`khuevan db start|stop|status|shell|backup|restore`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import Error, connection

from khuevan.platform import backups, clients, clock
from khuevan.platform.errors import KhuevanError


class Command(BaseCommand):
    help = "Look after the database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("start", help="start this checkout's server, if it has one")
        verbs.add_parser("stop", help="stop this checkout's server")
        verbs.add_parser("status", help="say where the database is and how it does")
        verbs.add_parser("shell", help="open psql")
        backup = verbs.add_parser("backup", help="write everything into one archive")
        backup.add_argument("file", nargs="?", type=Path)
        backup.add_argument(
            "--drill", action="store_true", help="prove that a backup restores"
        )
        restore = verbs.add_parser("restore", help="bring an archive back")
        restore.add_argument("file", type=Path)
        restore.add_argument("--replace", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["verb"])(**options)
        except (KhuevanError, OSError, Error, psycopg.Error) as refused:
            raise CommandError(str(refused)) from refused

    def start(self, **options: Any) -> None:
        if clients.uses_embedded_server():
            settings.EMBEDDED_POSTGRES.start()
        connection.ensure_connection()
        self.stdout.write(f"The database runs: {_address()}")

    def stop(self, **options: Any) -> None:
        if not clients.uses_embedded_server():
            raise CommandError("DATABASE_URL is set: that server is not ours to stop.")
        stopped = settings.EMBEDDED_POSTGRES.stop()
        self.stdout.write("Stopped." if stopped else "It was not running.")

    def status(self, **options: Any) -> None:
        if clients.uses_embedded_server() and not settings.EMBEDDED_POSTGRES.running():
            self.stdout.write(f"stopped\naddress  {_address()}")
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version'),"
                " pg_size_pretty(pg_database_size(current_database()))"
            )
            version, size = cursor.fetchone()
        self.stdout.write(
            f"running\nversion  PostgreSQL {version}\naddress  {_address()}\nsize     {size}"
        )

    def shell(self, **options: Any) -> None:
        connection.ensure_connection()
        psql = settings.EMBEDDED_POSTGRES.program("psql")
        if not clients.uses_embedded_server():
            psql = "psql"
        os.execvpe(  # noqa: S606 - the shell is what was asked for
            psql, ["psql", clients.conninfo(password="")], clients.environment()
        )

    def backup(self, *, file: Path | None, drill: bool, **options: Any) -> None:
        connection.ensure_connection()
        if drill:
            manifest = backups.drill(settings.VAR)
            self.stdout.write(
                f"The drill restored {_contents(manifest)}: all as dumped."
            )
            return
        moment = clock.now().astimezone(clock.HANOI)
        target = (
            file or settings.VAR / "backups" / f"khuevan-{moment:%Y%m%d-%H%M%S}.tar"
        )
        manifest = backups.make_backup(target)
        self.stdout.write(f"{target}: {_contents(manifest)}")

    def restore(self, *, file: Path, replace: bool, **options: Any) -> None:
        connection.ensure_connection()
        manifest = backups.restore_backup(file, replace=replace)
        self.stdout.write(
            f"Restored {_contents(manifest)}. The database that was here is kept as "
            f"{connection.settings_dict['NAME']}_before_restore. Next: khuevan migrate"
        )


def _address() -> str:
    return clients.conninfo(password="")


def _contents(manifest: backups.Manifest) -> str:
    files = len(manifest.sha256) - 1
    return f"{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables, {files} files"

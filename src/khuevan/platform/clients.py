"""PostgreSQL's client programs, pointed at the configured database."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg.conninfo import make_conninfo

from .database import clean_environment
from .embedded.base import PREPARED
from .errors import N_, Unavailable


def database() -> dict[str, Any]:
    """Return the settings of the configured database."""
    return dict(settings.DATABASES["default"])


def uses_embedded_server() -> bool:
    return bool(database()["HOST"] == str(settings.EMBEDDED_POSTGRES.socket))


def conninfo(**changes: Any) -> str:
    """Return libpq's connection string for the configured database."""
    chosen = database()
    named = {
        "host": chosen["HOST"],
        "port": chosen["PORT"],
        "user": chosen["USER"],
        "password": chosen.get("PASSWORD"),
        "dbname": chosen["NAME"],
    }
    told = named | chosen.get("OPTIONS", {}) | changes
    libpq = {k: v for k, v in told.items() if v and k not in PREPARED}
    return make_conninfo(**libpq)


def environment() -> dict[str, str]:
    """Return what the programs see: the password never stands on a command line."""
    password = str(database().get("PASSWORD") or "")
    return clean_environment() | ({"PGPASSWORD": password} if password else {})


def run(command: list[str | Path]) -> str:
    """Run a client program and return what it says."""
    done = subprocess.run(
        command, env=environment(), text=True, capture_output=True, check=False
    )
    if done.returncode:
        raise Unavailable(
            N_("%(program)s failed: %(why)s"),
            program=Path(command[0]).name,
            why=done.stderr[-2000:],
        )
    return done.stdout


def programs(major: int) -> tuple[Path, int]:
    """Return the folder and version of PostgreSQL's programs fit for a server.

    For a server elsewhere an installed set comes first: unlike the embedded one it
    speaks TLS.
    """
    embedded = Path(settings.EMBEDDED_POSTGRES.program("pg_dump")).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if on_path := shutil.which("pg_dump"):
        installed.append(Path(on_path).parent)
    for folder in [embedded] if uses_embedded_server() else [*installed, embedded]:
        if (folder / "pg_dump").exists() and (found := _version(folder)) >= major:
            return folder, found
    raise Unavailable(
        N_("Install the client programs of PostgreSQL %(major)s (pg_dump, psql)."),
        major=major,
    )


def _version(folder: Path) -> int:
    said = run([folder / "pg_dump", "--version"])
    return int(said.split()[2].partition(".")[0].removesuffix("devel"))

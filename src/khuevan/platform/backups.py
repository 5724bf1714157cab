"""Backup and restore: the database, the file store and a manifest in one archive.

The archive is a plain tar: `manifest.json`, `database.dump` (pg_dump's custom
format) and `files/…`. The manifest names the SHA-256 of every member and counts the
rows of every table in the very snapshot that was dumped, so a restore can be proved.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from . import clients, clock
from .errors import N_, Conflict, InputRefused, Problem, Unavailable


FORMAT = 1
_CHUNK = 1 << 20
# Written by newer pg_restore, unknown to a PostgreSQL before 17.
_UNKNOWN_TO_OLD_SERVERS = b"SET transaction_timeout = 0;\n"


@dataclass(frozen=True)
class Manifest:
    """What an archive holds."""

    format: int
    made_at: str
    server_major: int
    program_major: int
    migrations: list[list[str]]
    rows: dict[str, int]
    sha256: dict[str, str]


def make_backup(target: Path) -> Manifest:
    """Write an archive of everything, whole or not at all, and return its manifest."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            dump = Path(folder) / "database.dump"
            manifest = _dump(dump)
            with draft.open("wb") as file:
                draft.chmod(0o600)
                _pack(file, manifest, dump)
                file.flush()
                os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def check_backup(source: Path) -> Manifest:
    """Read an archive through and return its manifest; refuse a damaged one."""
    try:
        with tarfile.open(source) as archive:
            manifest = _manifest_of(archive, source)
            found = {
                member.name: _digest(_opened(archive, member))
                for member in archive
                if member.isfile() and member.name != "manifest.json"
            }
    except (tarfile.TarError, EOFError) as fault:
        raise InputRefused(
            [Problem(str(source), str(fault), "Take another backup.")]
        ) from fault
    wrong = {n for n, digest in manifest.sha256.items() if found.get(n) != digest}
    wrong |= found.keys() - manifest.sha256.keys()
    if wrong:
        raise InputRefused(
            [Problem(f"{source}: {n}", "damaged or missing") for n in sorted(wrong)]
        )
    return manifest


def restore_backup(source: Path, *, replace: bool = False) -> Manifest:
    """Restore an archive beside the present database, prove it, then swap the two.

    The database that was replaced is kept as `NAME_before_restore`.
    """
    manifest = check_backup(source)
    _refuse_newer(manifest, source)
    name = clients.database()["NAME"]
    if _is_in_use() and not replace:
        raise Conflict(
            N_("The database %(name)s is not empty. To replace it, say --replace."),
            name=name,
        )
    with _scratch(f"{name}_restoring", source, manifest) as scratch:
        _unpack_files(source)
        connection.close()
        _swap(scratch, name)
    return manifest


def drill(folder: Path) -> Manifest:
    """Prove that a backup restores: into a scratch database, with the same rows."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        archive = Path(place) / "drill.tar"
        make_backup(archive)
        manifest = check_backup(archive)
        name = clients.database()["NAME"]
        with _scratch(f"{name}_drill", archive, manifest):
            return manifest


def _dump(target: Path) -> Manifest:
    with psycopg.connect(clients.conninfo()) as held:
        held.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = _one(held, "SELECT pg_export_snapshot()")
        server = held.info.server_version // 10_000
        folder, program = clients.programs(server)
        clients.run(
            [folder / "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
             "--no-comments", f"--snapshot={snapshot}", f"--file={target}",
             f"--dbname={clients.conninfo(password='')}"]
        )  # fmt: skip
        applied = _pairs(held, "SELECT app, name FROM django_migrations ORDER BY id")
        rows = _counts(held)
    files = {f"files/{p}": _digest(f) for p, f in _stored_files()}
    with target.open("rb") as file:
        digests = {"database.dump": _digest(file)} | files
    return Manifest(
        FORMAT, clock.now().isoformat(), server, program, applied, rows, digests
    )


def _pack(file: IO[bytes], manifest: Manifest, dump: Path) -> None:
    content = json.dumps(asdict(manifest), indent=1).encode()
    with tarfile.open(fileobj=file, mode="w") as archive:
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(content)
        archive.addfile(entry, BytesIO(content))
        archive.add(dump, "database.dump")
        for name in manifest.sha256:
            if name != "database.dump":
                archive.add(Path(settings.MEDIA_ROOT) / name.partition("/")[2], name)


def _manifest_of(archive: tarfile.TarFile, source: Path) -> Manifest:
    first = archive.next()
    if first is None or first.name != "manifest.json":
        raise InputRefused([Problem(str(source), "not a backup of this platform")])
    told = json.load(_opened(archive, first))
    if told.get("format") != FORMAT:
        raise InputRefused(
            [Problem(str(source), f"format {told.get('format')} is unknown here")]
        )
    return Manifest(**told)


def _refuse_newer(manifest: Manifest, source: Path) -> None:
    known = set(MigrationLoader(None).disk_migrations)
    newer = [f"{a}.{n}" for a, n in manifest.migrations if (a, n) not in known]
    if newer:
        raise InputRefused(
            [
                Problem(
                    str(source),
                    f"made by a newer version, which has {', '.join(newer)}",
                    "Upgrade this platform first.",
                )
            ]
        )


@contextmanager
def _scratch(name: str, source: Path, manifest: Manifest) -> Iterator[str]:
    """Hold the archive's database, restored and proved, under another name."""
    with _administrator() as held:
        _drop(held, name)
        held.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(
                sql.Identifier(name)
            )
        )
    try:
        _load(name, source, manifest)
        with psycopg.connect(clients.conninfo(dbname=name)) as restored:
            counted = _counts(restored)
        if counted != manifest.rows:
            differ = sorted(
                table
                for table in counted.keys() | manifest.rows.keys()
                if counted.get(table) != manifest.rows.get(table)
            )
            raise InputRefused(
                [Problem(f"{source}: {t}", "row counts differ") for t in differ]
            )
        yield name
    finally:
        with _administrator() as held:
            _drop(held, name)


def _load(name: str, source: Path, manifest: Manifest) -> None:
    with _administrator() as held:
        server = held.info.server_version // 10_000
    folder, _ = clients.programs(max(server, manifest.program_major))
    with tempfile.TemporaryDirectory() as place:
        dump, script = Path(place) / "database.dump", Path(place) / "database.sql"
        with tarfile.open(source) as archive, dump.open("wb") as file:
            shutil.copyfileobj(_opened(archive, "database.dump"), file, _CHUNK)
        clients.run([folder / "pg_restore", "--no-owner", "--no-privileges",
              f"--file={script}", dump])  # fmt: skip
        with script.open("rb") as lines, script.with_suffix(".fit").open("wb") as fit:
            fit.writelines(
                line for line in _header(lines) if line != _UNKNOWN_TO_OLD_SERVERS
            )
            shutil.copyfileobj(lines, fit, _CHUNK)
        clients.run(
            [folder / "psql", "-X", "-q", "-o", os.devnull, "--single-transaction",
             "-v", "ON_ERROR_STOP=1", f"--file={script.with_suffix('.fit')}",
             f"--dbname={clients.conninfo(dbname=name, password='')}"],
        )  # fmt: skip


def _header(lines: IO[bytes]) -> Iterator[bytes]:
    """Read the settings at the head of a dump, up to its first statement of substance."""
    for _ in range(40):
        yield lines.readline()


def _swap(restored: str, name: str) -> None:
    """Put the restored database in the place of the present one, in one transaction."""
    kept = f"{name}_before_restore"
    with _administrator() as held:
        _drop(held, kept)
        for _ in range(10):
            try:
                with held.transaction():
                    _disconnect(held, restored, name)
                    _rename(held, name, kept)
                    _rename(held, restored, name)
            except psycopg.errors.ObjectInUse:
                continue
            return
    raise Unavailable(N_("The database is busy; stop `khuevan serve` and try again."))


def _rename(held: psycopg.Connection[Any], old: str, new: str) -> None:
    held.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(old), sql.Identifier(new)
        )
    )


def _disconnect(held: psycopg.Connection[Any], *names: str) -> None:
    held.execute(
        "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
        " WHERE datname = ANY(%s) AND pid <> pg_backend_pid()",
        [list(names)],
    )


def _drop(held: psycopg.Connection[Any], name: str) -> None:
    held.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


@contextmanager
def _administrator() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(clients.conninfo(dbname="postgres"), autocommit=True) as held:
        yield held


def _is_in_use() -> bool:
    with psycopg.connect(clients.conninfo()) as held:
        return bool(_tables(held))


def _tables(held: psycopg.Connection[Any]) -> list[str]:
    found = held.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    return [name for (name,) in found]


def _counts(held: psycopg.Connection[Any]) -> dict[str, int]:
    return {
        table: _one(held, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        for table in _tables(held)
    }  # fmt: skip


def _one(held: psycopg.Connection[Any], question: Any) -> Any:
    [[answer]] = held.execute(question)
    return answer


def _pairs(held: psycopg.Connection[Any], question: Any) -> list[list[str]]:
    return [list(row) for row in held.execute(question)]


def _stored_files() -> Iterator[tuple[str, IO[bytes]]]:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            with path.open("rb") as file:
                yield path.relative_to(root).as_posix(), file


def _unpack_files(source: Path) -> None:
    """Bring back stored files; those present are the same, being named by content."""
    root = Path(settings.MEDIA_ROOT)
    with tarfile.open(source) as archive:
        for member in archive:
            inside = PurePosixPath(member.name)
            if not member.isfile() or inside.parts[0] != "files":
                continue
            if ".." in inside.parts:
                raise InputRefused([Problem(member.name, "leads outside the store")])
            target = root.joinpath(*inside.parts[1:])
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                draft = target.with_name(f".{target.name}.part")
                with draft.open("wb") as file:
                    shutil.copyfileobj(_opened(archive, member), file, _CHUNK)
                draft.replace(target)


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo | str) -> IO[bytes]:
    if (file := archive.extractfile(member)) is None:
        raise InputRefused([Problem(str(member), "is not a file")])
    return file


def _digest(file: IO[bytes]) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]

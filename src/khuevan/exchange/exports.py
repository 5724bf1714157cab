"""All public listings in one file: JSON Lines or CSV, with its checksum.

The file is made as it is asked for, so it holds nothing that was withdrawn, and on disk,
so its checksum and size are known before the first byte leaves.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from khuevan.platform import clock

from .queries.changes import newest_cursor
from .queries.disclosing import Reader, Shown, readable, shown
from .rules.disclosing import FIELDS, Group


SCHEMA = "khuevan-listings/1"
"""The shape of the lines; a field is only ever added under the same number."""
COLUMNS = [name for group in Group for name in FIELDS[group]]
HEAD = ["code", "kind", "verification", "published_at", "expires_on", *COLUMNS]
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is ready: its bytes, how many, and their SHA-256."""

    file: IO[bytes]
    size: int
    digest: bytes


def make_file(form: str) -> Made:
    """Write all listings as everybody may read them, `form` is "jsonl" or "csv"."""
    lines = {"jsonl": _json_lines, "csv": _csv_lines}[form](_public())
    # The answer closes the file when it has been sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    digest, size = hashlib.sha256(), 0
    for line in lines:
        told = line.encode()
        digest.update(told)
        size += file.write(told)
    file.seek(0)
    return Made(file, size, digest.digest())


def plain(shown: Shown) -> dict[str, Any]:
    """Return a listing as a line says it: what may be read, under the fields' own names."""
    return {
        "code": shown.code,
        "kind": shown.kind,
        "verification": shown.verification,
        "published_at": shown.published_at,
        "expires_on": shown.expires_on,
        **shown.fields,
    }


def _public() -> Iterator[Shown]:
    rows = readable(Reader()).published().ours().order_by("pk")
    for listing in rows.iterator(chunk_size=_CHUNK):
        yield shown(listing, Reader())


def _json_lines(listings: Iterable[Shown]) -> Iterator[str]:
    """Yield a line about the file, then one a listing."""
    about = {
        "schema": SCHEMA,
        "exchange": settings.SITE_URL,
        "made_at": clock.now(),
        "licence": settings.EXCHANGE_LICENCE,
        "changes_since": newest_cursor(),
    }
    yield _line(about)
    for one in listings:
        yield _line(plain(one))


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n"


def _csv_lines(listings: Iterable[Shown]) -> Iterator[str]:
    yield _row(HEAD)
    for one in listings:
        told = plain(one)
        yield _row([_cell(told.get(name)) for name in HEAD])


def _row(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> str:
    """Return a value as text; what a spreadsheet takes for a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return json.dumps(value, ensure_ascii=False)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(_RISKY) else text

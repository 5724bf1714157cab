"""Writing a great many facts at once: whole chains through COPY, hashed like single ones.

For loading a city's past, not for living in it: every subject must be new, and all its
facts come together. The rows, hashes and heads are exactly those `journal_record`
would have written, so verifying, sealing and reading know no difference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from khuevan.platform import clock

from .rules import GENESIS


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FACT_COLUMNS = "number, kind, subject, actor, organisation, occurred_at, recorded_at, figures, position, previous, hash, transaction"  # fmt: skip
_HEAD_COLUMNS = "subject, position, hash, first_recorded_at, last_recorded_at"
BLOCK = 50_000
"""How many numbers are taken from the sequence at a time."""


@dataclass(frozen=True, slots=True)
class Told:
    """One fact to be written: its kind, who, where, when, and its figures."""

    kind: str
    actor: str | None
    organisation: str | None
    occurred_at: datetime
    figures: dict[str, Any]


class Chains:
    """Turns the facts of subjects into COPY lines; see `writing`."""

    def __init__(self, transaction: int, recorded_at: datetime) -> None:
        self.transaction = transaction
        self.recorded = recorded_at.isoformat()
        self.recorded_us = _microseconds(recorded_at)
        self._numbers: Iterator[int] = iter(())
        self._json: dict[tuple[Any, ...], str] = {}

    def lines(self, subject: str, facts: Iterable[Told]) -> tuple[str, str]:
        """Return the fact lines and the head line of one new subject."""
        made: list[str] = []
        previous, position = GENESIS, 0
        for told in facts:
            position += 1
            number = self._number()
            figures = as_jsonb(told.figures)
            digest = hashlib.sha256(
                f"khuevan-fact/1\n{number}\n{subject}\n{position}\n{told.kind}\n"
                f"{told.actor or ''}\n{told.organisation or ''}\n"
                f"{_microseconds(told.occurred_at)}\n{self.recorded_us}\n"
                f"{self.transaction}\n{previous.hex()}\n{figures}".encode()
            ).digest()
            made.append(
                f"{number}\t{told.kind}\t{subject}\t{told.actor or _NULL}\t"
                f"{told.organisation or _NULL}\t{told.occurred_at.isoformat()}\t"
                f"{self.recorded}\t{_escaped(figures)}\t{position}\t\\\\x{previous.hex()}\t"
                f"\\\\x{digest.hex()}\t{self.transaction}\n"
            )
            previous = digest
        head = f"{subject}\t{position}\t\\\\x{previous.hex()}\t{self.recorded}\t{self.recorded}\n"
        return "".join(made), head

    def _number(self) -> int:
        found = next(self._numbers, None)
        if found is None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT min(n), max(n) FROM (SELECT nextval('journal_fact_number') AS n"
                    " FROM generate_series(1, %s)) AS taken",
                    [BLOCK],
                )
                first, last = cursor.fetchone()
            # Somebody may write beside us: then numbers are not consecutive, and only
            # a block that is whole can be used as a range.
            if last - first + 1 != BLOCK:
                return self._number()
            self._numbers = iter(range(first, last + 1))
            found = next(self._numbers)
        return found


_NULL = r"\N"


@contextmanager
def writing() -> Iterator[Chains]:
    """Begin a bulk load inside the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        [transaction] = cursor.fetchone()
    yield Chains(int(transaction), clock.now())


def copy(facts: str, heads: str) -> None:
    """Send lines made by `Chains` to the database."""
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY journal_fact ({_FACT_COLUMNS}) FROM STDIN") as sink:
            sink.write(facts)
        with cursor.copy(f"COPY journal_head ({_HEAD_COLUMNS}) FROM STDIN") as sink:
            sink.write(heads)


def as_jsonb(figures: dict[str, Any]) -> str:
    """Return an object's text as PostgreSQL writes jsonb: keys by length, then bytes."""
    keys = sorted(figures, key=lambda key: (len(key.encode()), key.encode()))
    return json.dumps({key: figures[key] for key in keys}, ensure_ascii=False)


def _escaped(text: str) -> str:
    """Escape a text for COPY's text format."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def _microseconds(instant: datetime) -> int:
    gone = instant - _EPOCH
    return (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds

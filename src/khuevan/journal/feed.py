"""Reading the journal as it grows: no fact lost, none seen twice.

Numbers are taken before transactions commit, so a reader that remembers the last
number loses the facts of slower transactions for ever. The feed is ordered by
(transaction, number) and read strictly below the oldest transaction that may still
be running: what lies there can no longer change. Facts of one subject therefore
usually, but not always, come in the order of its chain; a reader that depends on
that order looks at `number`, which always grows along a chain.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from khuevan.platform.errors import N_, InputRefused, Problem

from .queries import COLUMNS, Fact, fact_from


HORIZON = "pg_snapshot_xmin(pg_current_snapshot())"
START = "0-0"

_CLAIM = """
    SELECT transaction::text, number FROM journal_reader
    WHERE name = %s FOR UPDATE SKIP LOCKED
"""
_BEGIN = "INSERT INTO journal_reader (name) VALUES (%s) ON CONFLICT DO NOTHING"
_ADVANCE = """
    UPDATE journal_reader SET transaction = %s::xid8, number = %s, moved_at = now()
    WHERE name = %s
"""
_PLACE = "SELECT transaction::text || '-' || number FROM journal_reader WHERE name = %s"
_UNREAD = f"""
    SELECT {COLUMNS} FROM journal_fact f
    WHERE (f.transaction, f.number) > (%s::xid8, %s)
    ORDER BY f.transaction, f.number LIMIT %s
"""  # noqa: S608 - the columns are ours
_LAG = """
    SELECT r.name, count(f.recorded_at),
        coalesce(extract(epoch FROM clock_timestamp() - min(f.recorded_at)), 0)::float
    FROM journal_reader r LEFT JOIN LATERAL (
        SELECT recorded_at FROM journal_fact
        WHERE (transaction, number) > (r.transaction, r.number)
        ORDER BY transaction, number LIMIT 10000
    ) f ON true
    GROUP BY r.name ORDER BY r.name
"""


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a reader is behind: facts (counted up to 10,000) and seconds."""

    reader: str
    facts: int
    seconds: float


@contextmanager
def batch(reader: str, *, limit: int = 500) -> Iterator[list[Fact]]:
    """Hand a reader its next facts; forget nothing, repeat nothing.

    The cursor moves in the transaction of the `with` block, together with whatever
    the reader writes there; an exception moves neither. Where another process
    holds the same reader, the batch is empty.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        place = _claim(cursor, reader)
        rows = _rows_after(cursor, place, limit) if place else []
        yield [fact_from(row) for row in rows]
        if rows:
            cursor.execute(_ADVANCE, [rows[-1][8], rows[-1][0], reader])


def feed(after: str = START, limit: int = 500) -> tuple[list[Fact], str]:
    """Return the facts after a cursor and the cursor after them.

    A cursor is opaque to callers; START stands before the first fact.
    """
    place = _place(after)
    with connection.cursor() as cursor:
        rows = _rows_after(cursor, place, limit)
    following = f"{rows[-1][8]}-{rows[-1][0]}" if rows else after
    return [fact_from(row) for row in rows], following


def feed_end() -> str:
    """Return the cursor after everything that can be read now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT transaction::text || '-' || number FROM journal_fact
            WHERE transaction < {HORIZON}
            ORDER BY transaction DESC, number DESC LIMIT 1
            """  # noqa: S608 - the horizon is ours
        )
        row: tuple[str] | None = cursor.fetchone()
    return row[0] if row else START


def skip_to_end(reader: str) -> None:
    """Let a reader begin after everything there is: for a past it has no part in."""
    transaction_id, number = _place(feed_end())
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [reader])
        cursor.execute(_ADVANCE, [transaction_id, number, reader])


def place_of(reader: str) -> str:
    """Return the cursor of a reader, START where it has never read."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [reader])
        row: tuple[str] | None = cursor.fetchone()
    return row[0] if row else START


def unread(reader: str, *, limit: int = 500) -> list[Fact]:
    """Return the facts a reader has not taken yet, those above the horizon among them.

    It moves no cursor: it is for pages that must not tell what a copy made by the reader
    does not know yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [*_place(place_of(reader)), limit])
        return [fact_from(row) for row in cursor.fetchall()]


def lag() -> list[Lag]:
    """Return how far every reader is behind."""
    with connection.cursor() as cursor:
        cursor.execute(_LAG)
        return [Lag(*row) for row in cursor.fetchall()]


def _claim(cursor: Any, reader: str) -> tuple[str, int] | None:
    cursor.execute(_CLAIM, [reader])
    place: tuple[str, int] | None = cursor.fetchone()
    if place is None:
        cursor.execute(_BEGIN, [reader])
        cursor.execute(_CLAIM, [reader])
        place = cursor.fetchone()
    return place


def _rows_after(cursor: Any, place: tuple[str, int], limit: int) -> list[Any]:
    cursor.execute(
        f"""
        SELECT {COLUMNS}, f.transaction::text FROM journal_fact f
        WHERE (f.transaction, f.number) > (%s::xid8, %s) AND f.transaction < {HORIZON}
        ORDER BY f.transaction, f.number LIMIT %s
        """,  # noqa: S608 - the columns and the horizon are ours
        [*place, limit],
    )
    rows: list[Any] = cursor.fetchall()
    return rows


def _place(after: str) -> tuple[str, int]:
    xid, dash, number = after.partition("-")
    fits = dash and xid.isascii() and xid.isdigit() and number.isascii()
    if not (fits and number.isdigit() and len(after) <= 40):
        raise InputRefused(
            [
                Problem(
                    "after",
                    N_("This is not a cursor of the feed."),
                    N_("Use the cursor of the previous answer, or none to start."),
                )
            ]
        )
    return xid, int(number)

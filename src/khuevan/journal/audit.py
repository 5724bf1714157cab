"""Verifying the journal from its rows: chains, leaves, tiles, checkpoints, witness.

Everything is recomputed here in Python from what the tables hold, and streamed:
memory does not grow with the journal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from django.db import connection, transaction

from . import merkle
from .models import Checkpoint, Tile
from .notes import PublicKey, Tree, signed_by, tree_in
from .rules import GENESIS, Link, hash_of
from .transparency import LINK_COLUMNS, READER, WIDTH, link_from


ENOUGH = 20
"""Breaks are reported up to this many: the first ones matter."""

_CHAINS = f"""
    SELECT {LINK_COLUMNS}, h.position, h.hash FROM journal_fact f
    LEFT JOIN journal_head h ON h.subject = f.subject
    ORDER BY f.subject, f.position, f.number
"""  # noqa: S608 - the columns are ours
_EMPTY_CHAINS = """
    SELECT h.subject, h.position FROM journal_head h
    WHERE NOT EXISTS (SELECT FROM journal_fact f WHERE f.subject = h.subject)
"""
_LEAVES = """
    SELECT l.index, l.number, l.hash, f.subject, f.hash FROM journal_leaf l
    LEFT JOIN journal_fact f ON f.number = l.number ORDER BY l.index
"""
_UNSEALED = """
    SELECT f.number, f.subject FROM journal_fact f
    JOIN journal_reader r ON r.name = %s
        AND (f.transaction, f.number) <= (r.transaction, r.number)
    WHERE NOT EXISTS (SELECT FROM journal_leaf l WHERE l.number = f.number)
    ORDER BY f.number
"""
_TWICE = """
    SELECT number, min(subject) FROM journal_fact GROUP BY number HAVING count(*) > 1
"""


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """Something is not as it was written: from which fact on, whose, and what."""

    number: int
    subject: str
    what: str


@dataclass
class Report:
    """What verifying found; `facts` and `leaves` say how much was looked at."""

    breaks: list[Break] = field(default_factory=list)
    facts: int = 0
    leaves: int = 0
    checkpoints: int = 0

    @property
    def first(self) -> Break | None:
        """Return the break of the lowest fact."""
        return min(self.breaks, default=None)


def verify(log: PublicKey, seen: Tree | None = None) -> Report:
    """Check the whole journal against its hashes and the log's signatures.

    `seen` is the last tree a witness signed: it finds a history rewritten together
    with its checkpoints.
    """
    report = Report()
    with _one_moment():
        for found in (
            _chain_breaks(report),
            _tree_breaks(report, log, seen),
            _missing_leaves(),
        ):
            report.breaks.extend(islice(found, ENOUGH))
    return report


def _chain_breaks(report: Report) -> Iterator[Break]:
    before: Link | None = None
    head: tuple[int | None, bytes] = (None, b"")
    with _streamed(_CHAINS) as rows:
        for row in rows:
            link = link_from(row[:12])
            report.facts += 1
            if before and before.subject != link.subject:
                yield from _end_breaks(before, head)
                before = None
            yield from _link_breaks(link, before)
            before, head = link, (row[12], bytes(row[13] or b""))
        if before:
            yield from _end_breaks(before, head)
    with _streamed(_EMPTY_CHAINS) as rows:
        for subject, position in rows:
            yield Break(0, subject, f"all {position} facts of its chain are gone")
    with _streamed(_TWICE) as rows:
        for number, subject in rows:
            yield Break(number, subject, "this number was given twice")


def _link_breaks(link: Link, before: Link | None) -> Iterator[Break]:
    position = before.position + 1 if before else 1
    if link.position != position:
        what = f"stands at position {link.position} where {position} should follow"
        yield Break(link.number, link.subject, what)
    elif hash_of(link) != link.hash:
        yield Break(link.number, link.subject, "its content does not match its hash")
    elif link.previous != (before.hash if before else GENESIS):
        what = "does not continue the fact before it"
        yield Break(link.number, link.subject, what)


def _end_breaks(last: Link, head: tuple[int | None, bytes]) -> Iterator[Break]:
    if head[0] is None:
        yield Break(last.number, last.subject, "the head of its chain is gone")
    elif head[0] > last.position:
        what = f"the chain ends here, but had {head[0]} facts"
        yield Break(last.number, last.subject, what)
    elif head != (last.position, last.hash):
        what = "the head of its chain names another last fact"
        yield Break(last.number, last.subject, what)


def _tree_breaks(report: Report, log: PublicKey, seen: Tree | None) -> Iterator[Break]:
    checks = _Signed(report, log, seen)
    tiles = _TileCheck()
    last = Break(0, "", "")
    with _streamed(_LEAVES) as rows:
        for index, number, kept, subject, actual in rows:
            last = Break(number, subject or "?", "")
            if index != report.leaves:
                what = f"stands in the log at {index} where {report.leaves} follows"
                yield Break(number, last.subject, what)
                return
            if actual is None:
                yield Break(number, "?", "stands in the log, but the fact is gone")
            elif bytes(actual) != bytes(kept):
                what = "its hash is not the one in the log"
                yield Break(number, last.subject, what)
            report.leaves += 1
            leaf = merkle.leaf_hash(bytes(kept))
            yield from tiles.add(leaf, last)
            yield from checks.add(leaf, last)
    yield from tiles.rest(last)
    yield from checks.rest(last)


class _Signed:
    """The streamed tree against every checkpoint and the witness's memory."""

    def __init__(self, report: Report, log: PublicKey, seen: Tree | None) -> None:
        self._report = report
        self._log = log
        self._seen = seen
        self._folding = merkle.Folding()
        self._checkpoints = Checkpoint.objects.order_by("size").iterator()
        self._next = next(self._checkpoints, None)
        self._good = 0
        self._first: Break | None = None
        self._suspect: Break | None = None

    def add(self, leaf: bytes, at: Break) -> Iterator[Break]:
        self._first = self._first or at
        if self._folding.size == self._good:
            self._suspect = at
        self._folding.add(leaf)
        size = self._folding.size
        while self._next and self._next.size == size:
            yield from self._compare(self._next, at)
            self._next = next(self._checkpoints, None)
        if self._seen and self._seen.size == size:
            yield from self._witnessed(self._seen, at)

    def rest(self, last: Break) -> Iterator[Break]:
        size = self._folding.size
        if self._next:
            what = f"the log ends here, but {self._next.size} facts were signed"
            yield Break(last.number, last.subject, what)
        elif self._seen and self._seen.size > size:
            what = f"the log ends here, but a witness saw {self._seen.size} facts"
            yield Break(last.number, last.subject, what)

    def _compare(self, checkpoint: Checkpoint, at: Break) -> Iterator[Break]:
        self._report.checkpoints += 1
        size = checkpoint.size
        try:
            tree = tree_in(checkpoint.note)
        except ValueError:
            tree = None
        if (
            tree is None
            or tree.size != size
            or not signed_by(checkpoint.note, self._log)
        ):
            what = f"the checkpoint of {size} facts is not signed by the log"
            yield Break(at.number, at.subject, what)
        elif tree.root != self._folding.root():
            yield self._rewritten(f"the checkpoint of {size} facts", at)
        else:
            self._good = size

    def _witnessed(self, seen: Tree, at: Break) -> Iterator[Break]:
        if seen.root != self._folding.root():
            # Whoever rewrote this could sign checkpoints too: none narrows it down.
            self._suspect = self._first
            yield self._rewritten(f"what a witness saw at {seen.size} facts", at)

    def _rewritten(self, against: str, at: Break) -> Break:
        first = self._suspect or at
        what = (
            f"the history up to fact {at.number} is not {against}: something was"
            f" rewritten between fact {first.number} and fact {at.number}"
        )
        return Break(first.number, first.subject, what)


class _TileCheck:
    """The streamed leaf hashes against the stored tiles, level by level."""

    def __init__(self, level: int = 0) -> None:
        self._level = level
        self._index = 0
        self._row: list[bytes] = []
        self._above: _TileCheck | None = None

    def add(self, node: bytes, at: Break) -> Iterator[Break]:
        self._row.append(node)
        if len(self._row) < WIDTH:
            return
        root = merkle.root_of_complete(self._row)
        yield from self._compare(at)
        self._above = self._above or _TileCheck(self._level + 1)
        yield from self._above.add(root, at)

    def rest(self, at: Break) -> Iterator[Break]:
        if self._row:
            yield from self._compare(at)
        if self._above:
            yield from self._above.rest(at)

    def _compare(self, at: Break) -> Iterator[Break]:
        tile = Tile.objects.filter(level=self._level, index=self._index).first()
        if tile is None or bytes(tile.hashes) != b"".join(self._row):
            what = f"tile {self._index} of level {self._level} is not the tree's"
            yield Break(at.number, at.subject, what)
        self._index, self._row = self._index + 1, []


def _missing_leaves() -> Iterator[Break]:
    with _streamed(_UNSEALED, READER) as rows:
        for number, subject in rows:
            yield Break(number, subject, "was slipped in behind the sealer")


@contextmanager
def _one_moment() -> Iterator[None]:
    """Look at one moment while others go on writing."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def _streamed(query: str, *params: Any) -> Iterator[Iterator[tuple[Any, ...]]]:
    """Read through a server-side cursor, 5,000 rows at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, params)
        yield chain.from_iterable(iter(lambda: cursor.fetchmany(5_000), []))

"""The transparency log: facts in feed order become leaves of one Merkle tree.

The sealer is an ordinary reader of the feed, so every fact becomes exactly one
leaf. Leaf data is the fact's hash: a proof shows that a fact stands in the log
without showing the fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from khuevan.platform import clock

from . import merkle
from .feed import batch
from .models import Checkpoint, Cosignature, FactRow, Leaf, Tile
from .notes import PublicKey, Signer, Tree, note_of, signer_from, tree_in
from .rules import Link, content_of


READER = "journal.sealer"
HEIGHT = 8
WIDTH = 1 << HEIGHT
PUBLISH_EVERY = timedelta(minutes=1)


class Tiles:
    """The stored tree: `node` as merkle.py wants it, read a tile at a time."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree."""
        high, low = divmod(level, HEIGHT)
        first = index << low
        hashes = self._tile(high, first // WIDTH)
        start = first % WIDTH
        row = [hashes[32 * n : 32 * n + 32] for n in range(start, start + (1 << low))]
        return merkle.root_of_complete(row)

    def append(self, hashes: list[bytes], size: int) -> None:
        """Store new leaf hashes of a tree that has `size` leaves."""
        self._append(0, size, hashes)

    def _append(self, level: int, count: int, hashes: list[bytes]) -> None:
        roots: list[bytes] = []
        first_full = count // WIDTH
        while hashes:
            index, used = divmod(count, WIDTH)
            new, hashes = hashes[: WIDTH - used], hashes[WIDTH - used :]
            kept = (self._tile(level, index) if used else b"") + b"".join(new)
            self._store(level, index, kept)
            count += len(new)
            if len(kept) == 32 * WIDTH:
                roots.append(merkle.root_of_complete(split(kept)))
        if roots:
            self._append(level + 1, first_full, roots)

    def _store(self, level: int, index: int, hashes: bytes) -> None:
        self._kept[level, index] = hashes
        Tile.objects.update_or_create(
            level=level, index=index, defaults={"hashes": hashes}
        )

    def _tile(self, level: int, index: int) -> bytes:
        if (level, index) not in self._kept:
            tile = Tile.objects.get(level=level, index=index)
            self._kept[level, index] = bytes(tile.hashes)
        return self._kept[level, index]


@dataclass(frozen=True, slots=True)
class Proof:
    """That a fact stands at a place of the tree a checkpoint signs."""

    number: int
    subject: str
    content: str
    hash: bytes
    index: int
    size: int
    path: list[bytes]
    checkpoint: str


def split(hashes: bytes) -> list[bytes]:
    """Return the 32-byte hashes of a tile one by one."""
    return [hashes[n : n + 32] for n in range(0, len(hashes), 32)]


def log_signer() -> Signer:
    """Return the log's own key, under the log's name."""
    return signer_from(settings.JOURNAL_KEY_FILE, settings.JOURNAL_ORIGIN)


def log_key() -> PublicKey:
    """Return the public key others verify checkpoints with."""
    return log_signer().public()


def signed_note(text: str) -> str:
    """Return a text under the log's signature: a receipt anybody can check.

    Its first line says what it is. ValueError where that could pass for a checkpoint.
    """
    if text.partition("\n")[0] == settings.JOURNAL_ORIGIN:
        raise ValueError("a note must not pass for a checkpoint")
    return note_of(text, log_signer().sign(text))


def seal() -> int:
    """Make leaves of the facts that have none yet; sign the tree once a minute.

    Returns how many facts became leaves.
    """
    sealed = 0
    while added := _append_batch():
        sealed += added
    last = Checkpoint.objects.order_by("-size").first()
    if last is None or clock.now() - last.signed_at >= PUBLISH_EVERY:
        publish()
    return sealed


@transaction.atomic
def publish() -> Checkpoint | None:
    """Sign the tree as it stands, once for every size; None while it is empty."""
    size = tree_size()
    if size == 0:
        return None
    signer = log_signer()
    text = str(Tree(signer.name, size, merkle.root(size, Tiles().node)))
    checkpoint, _ = Checkpoint.objects.get_or_create(
        size=size,
        defaults={
            "note": note_of(text, signer.sign(text)),
            "signed_at": clock.now(),
        },
    )
    return checkpoint


def tree_size() -> int:
    """Return how many leaves the tree has."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def latest_checkpoint() -> Checkpoint | None:
    """Return the newest signed tree."""
    return Checkpoint.objects.order_by("-size").first()


def cosigned(checkpoint: Checkpoint) -> str:
    """Return a checkpoint's note with the lines of its witnesses."""
    lines = Cosignature.objects.filter(size=checkpoint.size).order_by("witness")
    return checkpoint.note + "".join(lines.values_list("line", flat=True))


def prove(number: int) -> Proof | None:
    """Return the proof of a fact against the newest checkpoint that holds it."""
    return next(iter(prove_each([number])), None)


def prove_each(numbers: Sequence[int]) -> list[Proof]:
    """Return the proofs of facts against the newest checkpoint, in the log's order.

    A fact that is not under that checkpoint yet is left out.
    """
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        return []
    size, note, tiles = tree_in(checkpoint.note).size, cosigned(checkpoint), Tiles()
    links = links_of(numbers)
    leaves = Leaf.objects.filter(number__in=links, index__lt=size).order_by("index")
    return [
        Proof(
            number=leaf.number,
            subject=links[leaf.number].subject,
            content=content_of(links[leaf.number]),
            hash=bytes(leaf.hash),
            index=leaf.index,
            size=size,
            path=merkle.inclusion_proof(leaf.index, size, tiles.node),
            checkpoint=note,
        )
        for leaf in leaves
    ]


def prove_extension(old: int, new: int) -> list[bytes] | None:
    """Return the proof that the tree of `new` leaves begins with the one of `old`."""
    if not 0 <= old <= new <= tree_size():
        return None
    return merkle.consistency_proof(old, new, Tiles().node)


LINK_COLUMNS = (
    "f.number, f.subject, f.position, f.kind, f.actor, f.organisation, f.occurred_at,"
    " f.recorded_at, f.transaction::text::bigint, f.previous, f.figures::text, f.hash"
)
"""What `link_from` expects, of a journal_fact named f."""


def link_from(row: tuple[Any, ...]) -> Link:
    """Return a link from a row of LINK_COLUMNS."""
    *plain, previous, figures, kept = row
    return Link(*[*plain, bytes(previous), figures, bytes(kept)])


def links_of(numbers: Sequence[int]) -> dict[int, Link]:
    """Return facts as links of their chains, by number."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LINK_COLUMNS} FROM journal_fact f WHERE f.number = ANY(%s)",  # noqa: S608
            [list(numbers)],
        )
        return {row[0]: link_from(row) for row in cursor.fetchall()}


def _append_batch() -> int:
    with batch(READER, limit=5_000) as facts:
        if not facts:
            return 0
        hashes = dict(
            FactRow.objects.filter(
                number__in=[fact.number for fact in facts]
            ).values_list("number", "hash")
        )
        size = tree_size()
        leaves = [
            Leaf(index=size + n, number=fact.number, hash=bytes(hashes[fact.number]))
            for n, fact in enumerate(facts)
        ]
        Leaf.objects.bulk_create(leaves)
        Tiles().append([merkle.leaf_hash(bytes(leaf.hash)) for leaf in leaves], size)
        return len(leaves)

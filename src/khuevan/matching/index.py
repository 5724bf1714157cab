"""The index on disk: one folder a generation, `current` points at the one in use.

One process writes at a time, any number read. A rebuild writes a new folder and turns
the pointer in one step, so a crash or an error leaves the old index whole; the next
rebuild clears away what they left. All of it is a copy: losing it costs a rebuild.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import tantivy

from khuevan.platform.errors import N_, KhuevanError
from khuevan.platform.text import pairs, syllables

from .meanings import NOTHING, Alike, Known, Meanings, digest
from .rules.asking import FACETS, facets_of
from .rules.entries import Entry, from_json, to_json
from .rules.terms import rarity


FORMAT = 4
"""Of the fields below. Another one asks for a rebuild instead of guessing."""
TEXTS = ("title", "summary", "body", "names")
MATCHED = ("title", "summary", "body")
"""The texts that speak for a match; names are only found."""
MOST_TOLD = 65_000
"""So many different texts have a meaning; tantivy counts no more values at once."""
_POINTER, _LOCK = "current", "lock"
_WRITER_BYTES = 20_000_000
_REBUILD_BYTES = 100_000_000


class NotBuilt(KhuevanError):
    """There is no index here yet, or one of another format."""


@dataclass(frozen=True)
class Opened:
    """One state of the index."""

    state: tuple[str, int, int]
    searcher: tantivy.Searcher
    _meant: dict[str, Known] = field(default_factory=dict)

    @cached_property
    def rarities(self) -> Rarities:
        """What words weigh in it."""
        return Rarities(self.searcher)

    @cached_property
    def told(self) -> frozenset[str]:
        """The digests of the texts that are there."""
        counts = {"told": {"terms": {"field": "told", "size": MOST_TOLD}}}
        found = self.searcher.aggregate(tantivy.Query.all_query(), counts)
        return frozenset(row["key"] for row in found["told"]["buckets"])

    def meant(self, known: Known) -> Known:
        """Return of the known vectors those of texts that are there."""
        found = self._meant.get("last")
        if found is None or found.state != known.state:
            found = self._meant["last"] = known.only(self.told)
        return found


class Rarities(dict[str, float]):
    """What terms weigh in one state of the index, reckoned when first asked.

    The index's own figure counts those removed since the last merge, too, so they are
    counted by asking. A dictionary, since a match asks it a hundred thousand times.
    """

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self.searcher, self.entries = searcher, searcher.num_docs

    def __missing__(self, word: str) -> float:
        query = tantivy.Query.term_query(SCHEMA, "matched", word, index_option="basic")
        result = self.searcher.search(query, limit=1)
        found = self[word] = rarity(self.entries, getattr(result, "count", 0))
        return found


class Index:
    """An index in a folder; safe to share among threads and to open in many processes.

    With `meanings` it ranks by what texts mean, too, as far as these are learned.
    """

    def __init__(self, folder: Path, meanings: Meanings | None = None) -> None:
        self.folder = folder
        self.meanings = meanings
        self._turn = threading.Lock()
        self._opened: Opened | None = None
        self._index: tantivy.Index | None = None

    def rebuild(self, entries: Callable[[], Iterable[Entry]]) -> int:
        """Write everything anew and return how many entries there are.

        `entries` is called once no one else writes: what is added or removed
        meanwhile waits, and comes after what it read.
        """
        with self._writing():
            name = f"{FORMAT}-{secrets.token_hex(8)}"
            path = self.folder / name
            path.mkdir()
            count = _fill(tantivy.Index(SCHEMA, path=str(path)), entries())
            before = self._generation()
            draft = self.folder / f".{name}"
            draft.symlink_to(name)
            draft.replace(self.folder / _POINTER)
            self._clear(keep={name, before})
            return count

    def put(self, entries: Iterable[Entry]) -> None:
        """Add entries, in the place of those with the same codes; durable on return."""
        with self._writing():
            writer = self._current().writer(heap_size=_WRITER_BYTES, num_threads=1)
            for entry in entries:
                writer.delete_documents_by_term("code", entry.code)
                writer.add_document(_document(entry))
            writer.commit()
            writer.wait_merging_threads()

    def remove(self, codes: Iterable[str]) -> None:
        """Take entries out; codes that are not there are no fault."""
        with self._writing():
            writer = self._current().writer(heap_size=_WRITER_BYTES, num_threads=1)
            for code in codes:
                writer.delete_documents_by_term("code", code)
            writer.commit()
            writer.wait_merging_threads()

    def read(self) -> Opened:
        """Return the index as it is on disk now, whichever process wrote it."""
        while True:
            generation = self._required()
            try:
                told = (self.folder / generation / "meta.json").stat()
                state = (generation, told.st_ino, told.st_mtime_ns)
                opened = self._opened
                if opened and opened.state == state:
                    return opened
                return self._open(state)
            except (FileNotFoundError, ValueError):
                # Rebuilt twice between two lines of this function: look again.
                if self._generation() == generation:
                    raise

    def learn(self, most: int) -> int:
        """Read what so many texts mean that are there and not known; return how many.

        Whoever finds an entry by words need not wait for it: it is called apart.
        """
        if self.meanings is None:
            return 0
        opened = self.read()
        unknown = sorted(opened.told - self.meanings.known().places.keys())[:most]
        texts = [text for told in unknown if (text := _text_at(opened.searcher, told))]
        return self.meanings.learn(texts)

    def alike(self, text: str) -> Alike:
        """Return how much the texts that are there mean what this one means."""
        if self.meanings is None or not text:
            return NOTHING
        return self.meanings.alike(text, self.read().meant(self.meanings.known()))

    def _open(self, state: tuple[str, int, int]) -> Opened:
        with self._turn:
            if self._opened and self._opened.state == state:
                return self._opened
            if self._index is None or not (
                self._opened and self._opened.state[0] == state[0]
            ):
                self._index = tantivy.Index.open(str(self.folder / state[0]))
                self._index.config_reader("manual")
            self._index.reload()
            self._opened = Opened(state, self._index.searcher())
            return self._opened

    def _clear(self, keep: set[str]) -> None:
        """Remove what is left over; readers may still be in the one before."""
        for old in self.folder.glob("*-*"):
            if old.is_symlink():
                old.unlink()
            elif old.name not in keep:
                shutil.rmtree(old)

    def _current(self) -> tantivy.Index:
        return tantivy.Index.open(str(self.folder / self._required()))

    def _generation(self) -> str:
        try:
            return os.readlink(self.folder / _POINTER)
        except FileNotFoundError:
            return ""

    def _required(self) -> str:
        name = self._generation()
        if name.partition("-")[0] != str(FORMAT):
            raise NotBuilt(
                N_("The index in %(folder)s is not built: build it from its listings."),
                folder=str(self.folder),
            )
        return name

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(
        "told", tokenizer_name="raw", index_option="basic", fast=True
    )
    for name in ("code", "seen_by", "body_seen_by"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(
            name, tokenizer_name="raw", index_option="basic", fast=True
        )
    for name in TEXTS:
        builder.add_text_field(
            name, stored=True, tokenizer_name="whitespace", index_option="freq"
        )
    # All of `MATCHED` at once, to count in how many entries a word stands.
    builder.add_text_field("matched", tokenizer_name="whitespace", index_option="basic")
    builder.add_integer_field("published", fast=True)
    builder.add_bytes_field("entry", stored=True)
    return builder.build()


SCHEMA = _schema()


def _fill(index: tantivy.Index, entries: Iterable[Entry]) -> int:
    writer = index.writer(heap_size=_REBUILD_BYTES, num_threads=1)
    count = 0
    for entry in entries:
        writer.add_document(_document(entry))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    return count


def _document(entry: Entry) -> tantivy.Document:
    texts = {name: terms_of(getattr(entry, name)) for name in TEXTS}
    return tantivy.Document(
        code=[entry.code],
        told=[digest(meaning_text(entry))],
        seen_by=list(entry.seen_by),
        body_seen_by=list(entry.body_seen_by),
        **{name: sorted(values) for name, values in facets_of(entry).items()},
        **{name: [terms] for name, terms in texts.items()},
        matched=[" ".join(texts[name] for name in MATCHED)],
        published=[int(entry.published_at.timestamp())],
        entry=[to_json(entry).encode()],
    )


def terms_of(text: str) -> str:
    """Return the syllables of a text and their pairs, as the index reads them."""
    words = syllables(text)
    return " ".join((*words, *pairs(words)))


def meaning_text(entry: Entry) -> str:
    """Return what of an entry has a meaning: what everybody who sees it may read."""
    return f"{entry.title}\n{entry.summary}"


def _text_at(searcher: tantivy.Searcher, told: str) -> str:
    """Return a text by its digest; empty where it is gone."""
    query = tantivy.Query.term_query(SCHEMA, "told", told)
    for _score, address in searcher.search(query, limit=1).hits:
        kept = searcher.doc(address)["entry"][0]
        return meaning_text(from_json(bytes(kept).decode()))
    return ""

"""The read index of published procedures: in memory, rebuilt when the catalogue changes.

Each process keeps its own. A stamp in the database counts changes; a search reads it
first, so that no process answers from a catalogue that is no more, and versions that
begin or end with a day are seen on that day.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date
from itertools import chain

import tantivy
from django.db.models import F

from khuevan.platform import clock

from .dated import life_events, question_frames, synonyms
from .models import Stamp, Version
from .rules.searching import Asked, ask, pairs, syllables
from .rules.states import Origin


TITLE, TITLE_PAIRS, BODY = "title", "title_pairs", "body"
WEIGHTS = {TITLE: 1.0, TITLE_PAIRS: 2.0, BODY: 0.15}
ADDED = 1.2
"""How much a synonym counts beside a word that was typed."""
NEAREST, FAINTEST = 5, 0.4
"""So many are always shown; further ones need this share of the best one's score."""
_WRITER_BYTES = 20_000_000
_KEPT_FIELDS = ("pk", "definition", "procedure__code", "origin")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index tells about a procedure without asking the database."""

    version: str
    code: str
    title: str
    sector: str
    tier: str
    level: str
    events: tuple[str, ...]


@dataclass(frozen=True)
class _Built:
    """One state of the index and what it was built from."""

    stamp: int
    day: date
    entries: tuple[Entry, ...]
    searcher: tantivy.Searcher
    exact: dict[str, list[int]]


_lock = threading.Lock()
_built: _Built | None = None


def touch() -> None:
    """Say, in the caller's transaction, that the published catalogue changed."""
    if not Stamp.objects.filter(pk=1).update(changes=F("changes") + 1):
        Stamp.objects.create(pk=1, changes=1)


def search(text: str, limit: int) -> tuple[Entry, ...]:
    """Return the procedures nearest to a text, best first."""
    built = current()
    asked = ask(text, question_frames(), synonyms())
    if not asked or not built.entries:
        return ()
    hits = built.searcher.search(_query(asked), max(limit, 10)).hits
    least = hits[0][0] * FAINTEST if hits else 0.0
    found = [hit for at, hit in enumerate(hits) if at < NEAREST or hit[0] >= least]
    numbers = [
        int(built.searcher.doc(address)["number"][0]) for _score, address in found
    ]
    exact = built.exact.get(asked.whole, [])
    ordered = dict.fromkeys([*exact, *numbers])
    return tuple(built.entries[number] for number in list(ordered)[:limit])


def current() -> _Built:
    """Return the index of the catalogue as it stands, building it where it moved on."""
    global _built
    stamp = Stamp.objects.filter(pk=1).values_list("changes", flat=True).first() or 0
    day = clock.today()
    built = _built
    if built and (built.stamp, built.day) == (stamp, day):
        return built
    with _lock:
        if not (_built and (_built.stamp, _built.day) == (stamp, day)):
            _built = _build(stamp, day)
        return _built


def forget() -> None:
    """Drop this process's index; tests that roll a transaction back call it."""
    global _built
    _built = None


def _build(stamp: int, day: date) -> _Built:
    index = tantivy.Index(_SCHEMA)
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    entries: list[Entry] = []
    exact: dict[str, list[int]] = {}
    rows = Version.objects.in_force(day).order_by("procedure__code")
    for pk, told, code, origin in rows.values_list(*_KEPT_FIELDS).iterator(
        chunk_size=500
    ):
        words = syllables(told["title"])
        for phrase in (words, *_phrases(told)):
            exact.setdefault(" ".join(phrase), []).append(len(entries))
        writer.add_document(
            tantivy.Document(
                number=[str(len(entries))],
                title=[" ".join((*words, *syllables(code)))],
                title_pairs=[" ".join(pairs(words))],
                body=[" ".join(_body(told))],
            )
        )
        entries.append(_entry(str(pk), code, told, origin))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return _Built(stamp, day, tuple(entries), index.searcher(), exact)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("number", stored=True, tokenizer_name="raw")
    for name in WEIGHTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


_SCHEMA = _schema()


def _query(asked: Asked) -> tantivy.Query:
    wanted = [
        *((TITLE, word, WEIGHTS[TITLE]) for word in dict.fromkeys(asked.syllables)),
        *((TITLE_PAIRS, w, WEIGHTS[TITLE_PAIRS]) for w in dict.fromkeys(asked.pairs)),
        *((BODY, w, WEIGHTS[BODY]) for w in chain(asked.syllables, asked.pairs)),
    ]
    for word in asked.added:
        field = TITLE_PAIRS if "_" in word else TITLE
        wanted.append((field, word, WEIGHTS[field] * ADDED))
    return tantivy.Query.boolean_query(
        [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(_term(field, word), weight),
            )
            for field, word, weight in wanted
        ]
    )


def _term(field: str, word: str) -> tantivy.Query:
    return tantivy.Query.term_query(_SCHEMA, field, word, index_option="freq")


def _phrases(told: dict[str, object]) -> list[tuple[str, ...]]:
    """Return what a guide says people call this: asked in these words, it comes first."""
    guide = told.get("guide")
    also = guide.get("also", ()) if isinstance(guide, dict) else ()
    return [found for phrase in also if len(found := syllables(str(phrase))) > 1]


def _body(told: dict[str, object]) -> list[str]:
    guide = told.get("guide")
    guide = guide if isinstance(guide, dict) else {}
    events = set(guide.get("events", ()))
    parts = [
        str(told.get("sector", "")),
        str(guide.get("summary", "")),
        *map(str, guide.get("also", ())),
        *(
            word
            for e in life_events()
            if e.code in events
            for word in (e.name, *e.also)
        ),
    ]
    return [
        word
        for part in parts
        for words in [syllables(part)]
        for word in (*words, *pairs(words))
    ]


def _entry(pk: str, code: str, told: dict[str, object], origin: str) -> Entry:
    guide = told.get("guide")
    declared = guide.get("events", ()) if isinstance(guide, dict) else ()
    return Entry(
        version=pk,
        code=code,
        title=str(told["title"]),
        sector=str(told["sector"]),
        tier=str(told["tier"]),
        # Sources that mirror the national catalogue do not say the level.
        level=str(told["level"]) if origin == Origin.CITY else "",
        events=tuple(declared) or _events_of(str(told["title"])),
    )


def _events_of(title: str) -> tuple[str, ...]:
    """Return the life events a title speaks of, where nobody declared any."""
    joined = f" {' '.join(syllables(title))} "
    return tuple(
        event.code
        for event in life_events()
        if any(f" {' '.join(syllables(word))} " in joined for word in event.also)
    )

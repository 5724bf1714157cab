"""Search and suggestions: ranked, filtered, counted, and only what the caller may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import tantivy

from khuevan.platform.text import pairs, syllables

from .index import SCHEMA, Index, meaning_text
from .meanings import LEAST_ALIKE, blended, digest
from .rules.asking import FACETS, Asked, needed, wanted
from .rules.entries import Entry, from_json, visible


WEIGHTS = {"title": 2.0, "summary": 1.0, "body": 0.4, "names": 1.0}
PAIR = 2.0
"""How much a pair of neighbouring syllables counts beside a single one."""
MOST_HITS, LAST_HIT = 100, 10_000
"""So long is a page at most, and so far down can one read; narrowing helps more."""
MOST_VALUES = 200
"""So many values of a facet are counted; the rarest beyond are left out."""
NEAREST = 50
"""So many texts are found by what they mean at most."""
_TIES = 50
"""So many more are read, so that equal scores at a page's end are in order, too."""

Scored = tuple[float, tantivy.DocAddress]
Clause = tuple[tantivy.Occur, tantivy.Query]
MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry as the caller sees it, and how well it answers; without text 0."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, how many there are, and counts of values by facet.

    The counts of a facet say what choosing another of its values would find: all
    filters hold but its own.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[tuple[str, int], ...]]


def search(
    index: Index,
    asked: Asked,
    *,
    tokens: frozenset[str],
    without: frozenset[str] = frozenset(),
    offset: int = 0,
    limit: int = 20,
) -> Found:
    """Return what the holder of these tokens finds, best first, equals by code.

    Without words the newest come first. Beyond `LAST_HIT` nothing is read: whoever wants
    all of it narrows down or takes the export. `without` are codes of entries the caller knows
    to be out of date: they are neither found nor counted.
    """
    searcher = index.read().searcher
    limit = max(1, min(limit, MOST_HITS))
    beyond, offset = offset > LAST_HIT, max(0, min(offset, LAST_HIT))
    near = index.alike(asked.text).nearest(NEAREST, LEAST_ALIKE)
    filters = {name: any_of(name, values) for name, values in wanted(asked).items()}
    base = [*seen_by(tokens, without), *_worded(asked, tokens, near)]
    query = tantivy.Query.boolean_query([*base, *filters.values()])
    result = searcher.search(
        query,
        limit=offset + limit + _TIES,
        order_by_field=None if asked.words else "published",
    )
    scored = _to_the_last_tie(list(result.hits), offset + limit)
    if near:
        meant = tantivy.Query.boolean_query([(MUST, query), any_of("told", near)])
        scored += searcher.search(meant, limit=NEAREST + _TIES, count=False).hits
    hits = [
        Hit(seen, round(score, 3) if asked.words else 0.0)
        for score, address in scored
        if (seen := entry_at(searcher, address, tokens))
    ]
    if near:
        hits = _blended(hits, near)
    hits.sort(key=lambda hit: (-hit.score, _age(hit, asked), hit.entry.code))
    total: int = getattr(result, "count", 0)
    counts = _facets(searcher, base, filters)
    page = () if beyond else tuple(hits[offset : offset + limit])
    return Found(total, page, counts)


def suggest(
    index: Index, typed: str, *, tokens: frozenset[str], without: frozenset[str] = frozenset(), limit: int = 8
) -> tuple[str, ...]:  # fmt: skip
    """Return titles that go on from what was typed, of entries the caller sees."""
    *whole, begun = syllables(typed) or ("",)
    if not begun:
        return ()
    searcher = index.read().searcher
    prefix = tantivy.Query.regex_query(SCHEMA, "title", f"{begun}[a-z0-9]*")
    query = tantivy.Query.boolean_query(
        [
            *seen_by(tokens, without),
            (MUST, prefix),
            *((MUST, term("title", word)) for word in whole),
            *((SHOULD, term("title", pair)) for pair in pairs(whole)),
        ]
    )
    found = [
        (-round(score, 3), seen.title)
        for score, address in searcher.search(query, limit=limit + _TIES).hits
        if (seen := entry_at(searcher, address, tokens))
    ]
    return tuple(dict.fromkeys(title for _score, title in sorted(found)))[:limit]


def seen_by(tokens: frozenset[str], without: frozenset[str]) -> list[Clause]:
    """Return the filter every query here begins with: who sees it, and it is current."""
    seen = any_of("seen_by", tokens)
    if not without:
        return [seen]
    stale = tantivy.Query.term_set_query(SCHEMA, "code", sorted(without))
    return [seen, (tantivy.Occur.MustNot, stale)]


def any_of(field: str, values: Iterable[str]) -> Clause:
    """Return a filter that lets pass what holds one of the values; none, nothing."""
    choices = tantivy.Query.term_set_query(SCHEMA, field, sorted(values))
    return MUST, tantivy.Query.const_score_query(choices, 0.0)


def term(field: str, word: str, weight: float = 1.0) -> tantivy.Query:
    """Return a query for one folded word in one field."""
    query = tantivy.Query.term_query(SCHEMA, field, word, index_option="freq")
    return tantivy.Query.boost_query(query, weight) if weight != 1.0 else query


def in_body(tokens: frozenset[str], query: tantivy.Query) -> tantivy.Query:
    """Return a query on bodies that finds only those the caller may read."""
    return tantivy.Query.boolean_query([any_of("body_seen_by", tokens), (MUST, query)])


def entry_at(
    searcher: tantivy.Searcher, address: tantivy.DocAddress, tokens: frozenset[str]
) -> Entry | None:
    """Return the entry kept at an address, as the holder of the tokens sees it."""
    kept = searcher.doc(address).get_first("entry")
    return visible(from_json(bytes(kept).decode()), tokens) if kept else None


def _to_the_last_tie(hits: list[Scored], wanted: int) -> list[Scored]:
    """Return so many hits and those that score as the last of them does."""
    if len(hits) <= wanted:
        return hits
    least = round(hits[wanted - 1][0], 3)
    return [hit for hit in hits if round(hit[0], 3) >= least]


def _age(hit: Hit, asked: Asked) -> int:
    return 0 if asked.words else -int(hit.entry.published_at.timestamp())


def _blended(hits: list[Hit], near: dict[str, float]) -> list[Hit]:
    """Return hits scored by words, as a share of the best, and by meaning."""
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    return [
        replace(hit, score=round(blended(hit.score / best, near.get(told, 0.0)), 3))
        for hit in {hit.entry.code: hit for hit in hits}.values()
        if (told := digest(meaning_text(hit.entry)))
    ]


def _worded(
    asked: Asked, tokens: frozenset[str], near: dict[str, float]
) -> list[Clause]:
    words = asked.words
    if not words:
        return []
    several = tantivy.Query.boolean_query(
        [(SHOULD, _anywhere(word, tokens)) for word in words],
        minimum_number_should_match=needed(len(words)),
    )
    neighbours = dict.fromkeys(pairs(syllables(asked.text)))
    alike = tantivy.Query.boolean_query([(SHOULD, several), (SHOULD, any_of("told", near)[1])]) if near else several  # fmt: skip
    return [
        (MUST, alike),
        *((SHOULD, _anywhere(pair, tokens, PAIR)) for pair in neighbours),
    ]


def _anywhere(word: str, tokens: frozenset[str], factor: float = 1.0) -> tantivy.Query:
    clauses: list[Clause] = [
        (SHOULD, term(name, word, WEIGHTS[name] * factor))
        for name in ("title", "summary", "names")
    ]
    body = in_body(tokens, term("body", word, WEIGHTS["body"] * factor))
    return tantivy.Query.boolean_query([*clauses, (SHOULD, body)])


def _facets(
    searcher: tantivy.Searcher, base: list[Clause], filters: dict[str, Clause]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return the counts of every facet; those without a filter are asked for at once."""
    free = [name for name in FACETS if name not in filters]
    counts = _counts(searcher, free, [*base, *filters.values()])
    for name in filters:
        others = [clause for other, clause in filters.items() if other != name]
        counts |= _counts(searcher, [name], [*base, *others])
    return counts


def _counts(
    searcher: tantivy.Searcher, facets: list[str], clauses: list[Clause]
) -> dict[str, tuple[tuple[str, int], ...]]:
    told = searcher.aggregate(
        tantivy.Query.boolean_query(clauses),
        {name: {"terms": {"field": name, "size": MOST_VALUES}} for name in facets},
    )
    rows = {
        name: [(row["key"], row["doc_count"]) for row in told[name]["buckets"]]
        for name in facets
    }
    return {
        name: tuple(sorted(found, key=lambda row: (-row[1], row[0])))
        for name, found in rows.items()
    }

"""Two-sided matching: for a need its offers, for an offer its needs, with reasons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

import tantivy

from khuevan.platform import clock
from khuevan.platform.errors import N_

from .dated import Weights, weights_on
from .index import MATCHED, SCHEMA, Index, meaning_text, terms_of
from .meanings import LEAST_ALIKE, blended
from .rules.entries import Entry, from_json, visible
from .rules.fitting import Part, Reason, fits, obstacles, record_fit, sides
from .rules.terms import Terms, likeness, rarity, spelled, weighed, whole
from .searching import (
    MUST,
    SHOULD,
    WEIGHTS,
    Clause,
    any_of,
    in_body,
    seen_by,
    term,
)


POOL = 200
"""So many of the nearest by words are looked at closely, and again as many while too
few of them may deal."""
MOST_POOLS = 5
TELLING = 0.25
"""A shared word is named if it is so rare, beside what one single entry says."""
SAME_FIELD = 20.0
"""What a shared field adds to a candidate's BM25: as much as a few rare words."""
NEAREST, SAME_MEANING = POOL, 20.0
"""So many of the nearest by meaning are candidates, too, and what that adds."""
MOST_ASKED = 120
"""So many of an entry's rarest terms ask for candidates; all of them score."""


@dataclass(frozen=True, slots=True)
class Match:
    """What may deal with an entry: a score from 0 to 1 and what speaks for it."""

    entry: Entry
    score: float
    reasons: tuple[Reason, ...]


class Verdict(StrEnum):
    """What a person says of a match."""

    RELEVANT = "relevant"
    OTHER_PROBLEM = "other_problem"
    NOT_READY = "not_ready"
    TERMS_OR_PRICE = "terms_or_price"
    KNOWN_ALREADY = "known_already"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's word on a match, for the app that keeps it; codes of both sides.

    `score` is what the match had when it was judged, `note` says why in own words.
    """

    need: str
    offer: str
    verdict: Verdict
    score: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Miss:
    """What would fit an entry but for something: the share of words, from 0 to 1, and
    what keeps them apart."""

    entry: Entry
    share: float
    obstacles: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What of the other side fits an entry, best first, and what nearly does."""

    fitting: tuple[Match, ...]
    near: tuple[Miss, ...]


def match(
    index: Index,
    entry: Entry,
    *,
    tokens: frozenset[str],
    without: frozenset[str] = frozenset(),
    limit: int = 10,
    weights: Weights | None = None,
) -> tuple[Match, ...]:
    """Return what of the other side fits an entry, best first, equals by code.

    Only what the holder of the tokens sees is read, and what an obstacle keeps apart
    is left out, and the codes of `without`. `weights` are those of today unless others are given. The same entries
    give the same answer, whatever was removed from the index before.
    """
    return look(index, entry, tokens=tokens, without=without, limit=limit, near=0, weights=weights).fitting  # fmt: skip


def look(
    index: Index,
    entry: Entry,
    *,
    tokens: frozenset[str],
    without: frozenset[str] = frozenset(),
    limit: int = 10,
    near: int = 5,
    weights: Weights | None = None,
) -> Looked:
    """Return what `match` does, and so many of the nearest that an obstacle keeps apart.

    These with the same field first, then by words. Only the first pool of candidates is looked
    at for them: what is further off is no near miss.
    """
    opened = index.read()
    weights = weights or weights_on(clock.today())
    weight_of = opened.rarities.__getitem__
    own = _own(entry)
    own_whole = whole(own, weight_of)
    found: list[_Scored] = []
    missed: list[Miss] = []
    alike = index.alike(meaning_text(entry))
    seen = seen_by(tokens, without)
    query = _query(entry, own, seen, tokens, weight_of, alike.nearest(NEAREST))
    pools = _pools(opened.searcher, query, tokens)
    for number, pool in enumerate(pools):
        for other, terms in pool:
            kept_apart = obstacles(*sides(entry, other))
            if kept_apart and (number or not near):
                continue
            told = likeness(own, terms, weight_of, own_whole)
            if kept_apart:
                missed.append(Miss(other, round(told[0], 4), kept_apart))
            else:
                meaning = alike.share(meaning_text(other))
                found.append(_score(entry, other, told, meaning, weights))
        if len(found) >= limit:
            break
    found.sort(key=lambda one: (-one.score, one.entry.code))
    fields = {*entry.fields}
    missed.sort(key=lambda one: (fields.isdisjoint(one.entry.fields), -one.share, one.entry.code))  # fmt: skip
    least = TELLING * rarity(opened.searcher.num_docs, 1)
    return Looked(
        tuple(_match(one, weight_of, least) for one in found[:limit]),
        tuple(missed[:near]),
    )


def _own(entry: Entry) -> Terms:
    return weighed(*(terms_of(text) for text in (entry.title, entry.summary, entry.body)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scored:
    """A candidate before its shared words are spelled, which takes longest."""

    entry: Entry
    score: float
    shared: tuple[str, ...]
    meaning: float | None
    parts: dict[Part, Reason]


def _score(
    entry: Entry,
    other: Entry,
    told: tuple[float, tuple[str, ...]],
    meaning: float | None,
    weights: Weights,
) -> _Scored:
    share, shared = told
    parts = {
        Part.TERMS: Reason("", fit=blended(share, meaning)),
        **fits(*sides(entry, other)),
        Part.RECORD: record_fit(other),
    }
    score = sum(weights[part] * parts[part].fit for part in Part)
    return _Scored(other, round(score, 4), shared, meaning, parts)


def _match(scored: _Scored, weight_of: Callable[[str], float], least: float) -> Match:
    parts = scored.parts
    telling = tuple(word for word in scored.shared if weight_of(word) >= least)
    words = spelled(telling, scored.entry)
    sentence = ""
    if words:
        sentence = N_("Both speak of: %(words)s")
    elif (scored.meaning or 0.0) >= LEAST_ALIKE:
        sentence = N_("Both mean much the same, in other words")
    terms = Reason(sentence, {"words": words}, parts[Part.TERMS].fit)
    told = parts | {Part.TERMS: terms}
    reasons = tuple(told[part] for part in Part if told[part].what and told[part].fit)
    return Match(scored.entry, scored.score, reasons)


def _pools(
    searcher: tantivy.Searcher, query: tantivy.Query, tokens: frozenset[str]
) -> Iterator[list[tuple[Entry, Terms]]]:
    """Yield candidates, nearest by words first, a pool at a time."""
    for offset in range(0, POOL * MOST_POOLS, POOL):
        hits = searcher.search(query, limit=POOL, offset=offset, count=False).hits
        pool = [_candidate(searcher, address, tokens) for _score, address in hits]
        yield [one for one in pool if one]
        if len(hits) < POOL:
            return


def _candidate(
    searcher: tantivy.Searcher, address: tantivy.DocAddress, tokens: frozenset[str]
) -> tuple[Entry, Terms] | None:
    kept = searcher.doc(address)
    entry = visible(from_json(bytes(kept["entry"][0]).decode()), tokens)
    if entry is None:
        return None
    title, summary, body = (kept[name][0] for name in MATCHED)
    return entry, weighed(title, summary, body if entry.body else "")


def _query(
    entry: Entry,
    own: Terms,
    seen: list[Clause],
    tokens: frozenset[str],
    weight_of: Callable[[str], float],
    near: Collection[str] = (),
) -> tantivy.Query:
    asked = sorted(own, key=lambda word: (-weight_of(word) * own[word], word))
    asked = asked[:MOST_ASKED]
    clauses: list[Clause] = [
        (SHOULD, term(name, word, WEIGHTS[name]))
        for word in asked
        for name in ("title", "summary")
    ]
    bodies: list[Clause] = [(SHOULD, term("body", w, WEIGHTS["body"])) for w in asked]
    body = in_body(tokens, tantivy.Query.boolean_query(bodies))
    told = tantivy.Query.term_set_query(SCHEMA, "told", sorted(near))
    meant = tantivy.Query.const_score_query(told, SAME_MEANING)
    worded = tantivy.Query.boolean_query([*clauses, (SHOULD, body), (SHOULD, meant)])
    same_field = tantivy.Query.term_set_query(SCHEMA, "fields", sorted(entry.fields))
    return tantivy.Query.boolean_query(
        [
            *seen,
            any_of("kinds", {entry.kind.other}),
            (MUST, worded),
            (SHOULD, tantivy.Query.const_score_query(same_field, SAME_FIELD)),
        ]
    )

"""Matching on the published set of needs and offers, and its speed at 30,000 listings.

The set (`bench/matching_set`) holds 60 invented needs and 420 offers in ten fields. A
need says its problem in everyday words; what solves it says it in technical ones; what
repeats its words solves something else, in this field or another, or breaks a hard
constraint. The weights were chosen on needs with odd numbers, so that those with even
numbers tell how it does on what it was not made for. `KHUEVAN_BENCH_LISTINGS` makes the
index of the speed test smaller to try it out.
"""

from __future__ import annotations

import csv
import math
import os
import random
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy

from khuevan.matching.public import (
    PUBLIC,
    Asked,
    Entry,
    Index,
    Kind,
    Licence,
    Meanings,
    Saved,
    Screening,
    Vectors,
    alerts,
    installed,
    match,
    obstacles,
    search,
)
from khuevan.platform.text import fold


SET = Path(__file__).parent / "matching_set"
LISTINGS = 30_000
ASKED = 300
EVERYBODY = frozenset({PUBLIC})
PUBLISHED = datetime(2026, 11, 2, tzinfo=UTC)

Ranking = dict[str, list[str]]
Grades = dict[str, dict[str, int]]


def run() -> Iterator[str]:
    """Yield the lines of this benchmark's report."""
    needs, offers, grades = read_set()
    yield (
        f"matching: {len(needs)} needs, {len(offers)} offers, "
        f"{sum(map(len, grades.values()))} graded pairs"
    )
    bare = [unaccented(need) for need in needs]
    yield from (
        line
        for name, ranking in {
            "plain BM25, accents typed": plain(needs, offers),
            "plain BM25, no accents in the need": plain(bare, offers),
            "plain BM25 of what may be dealt": dealable(needs, offers),
            "matching, accents typed": matched(needs, offers),
            "matching, no accents in the need": matched(bare, offers),
        }.items()
        for line in quality_lines(name, ranking, grades)
    )
    yield from with_meaning(needs, bare, offers, grades)
    yield from speed(needs, offers)


# ------------------------------------------------------------------------ quality


def read_set() -> tuple[list[Entry], list[Entry], Grades]:
    """Return the needs, the offers, and the grade from 1 to 3 of each relevant pair."""
    grades: Grades = {}
    for row in _rows("relevant"):
        grades.setdefault(row["need"], {})[row["offer"]] = int(row["grade"])
    return (
        [_need(row) for row in _rows("needs")],
        [_offer(row) for row in _rows("offers")],
        grades,
    )


def plain(needs: list[Entry], offers: list[Entry]) -> Ranking:
    """Rank by BM25 over the words as they are written, and nothing else."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("code", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="default", index_option="freq")
    index = tantivy.Index(builder.build())
    writer = index.writer(num_threads=1)
    for offer in offers:
        writer.add_document(
            tantivy.Document(code=offer.code, text=f"{offer.title} {offer.summary}")
        )
    writer.commit()
    index.reload()
    searcher = index.searcher()
    ranking = {}
    for need in needs:
        words = f"{need.title} {need.summary}"
        asked = "".join(c if c.isalnum() else " " for c in words)
        query, _errors = index.parse_query_lenient(asked, ["text"])
        hits = searcher.search(query, limit=len(offers)).hits
        ranking[need.code] = [searcher.doc(at)["code"][0] for _score, at in hits]
    return ranking


def dealable(needs: list[Entry], offers: list[Entry]) -> Ranking:
    """Rank by BM25 what no hard constraint keeps apart: what these alone bring."""
    by_code = {offer.code: offer for offer in offers}
    ranking = plain(needs, offers)
    return {
        need.code: [c for c in ranking[need.code] if not obstacles(need, by_code[c])]
        for need in needs
    }


def with_meaning(
    needs: list[Entry], bare: list[Entry], offers: list[Entry], grades: Grades
) -> Iterator[str]:
    """Yield how well words and meaning do together, where a model is installed."""
    if installed() is None:
        yield "matching: no model of meaning is installed (`make meanings`)"
        return
    for name, asked in {
        "words and meaning, accents typed": needs,
        "words and meaning, no accents": bare,
    }.items():
        ranking = matched(asked, offers, meaning=True)
        yield from quality_lines(name, ranking, grades)


def matched(
    needs: list[Entry], offers: list[Entry], *, meaning: bool = False
) -> Ranking:
    """Rank as the platform matches, by words or by words and meaning."""
    with TemporaryDirectory(prefix="khuevan-bench-") as folder:
        model = installed() if meaning else None
        index = Index(
            Path(folder) / "index", Meanings(Path(folder), model) if model else None
        )
        index.rebuild(lambda: offers)
        index.learn(most=len(offers))
        return {
            need.code: [
                found.entry.code
                for found in match(index, need, tokens=EVERYBODY, limit=20)
            ]
            for need in needs
        }


def unaccented(need: Entry) -> Entry:
    """Return a need as somebody types it without accents."""
    return replace(need, title=fold(need.title), summary=fold(need.summary))


def ndcg(ranked: list[str], grades: dict[str, int], most: int = 10) -> float:
    """Return normalised discounted cumulative gain, gain 2^grade - 1."""
    best = sorted(grades.values(), reverse=True)[:most]
    gained = [grades.get(code, 0) for code in ranked[:most]]
    return _gain(gained) / _gain(best)


def recall(ranked: list[str], grades: dict[str, int], most: int = 20) -> float:
    """Return the share of relevant offers among the first."""
    return len(grades.keys() & set(ranked[:most])) / len(grades)


def quality(ranking: Ranking, grades: Grades) -> tuple[float, float]:
    """Return the mean nDCG@10 and recall@20 over a ranking's needs."""
    return (
        sum(ndcg(ranking[code], grades[code]) for code in ranking) / len(ranking),
        sum(recall(ranking[code], grades[code]) for code in ranking) / len(ranking),
    )


def quality_lines(name: str, ranking: Ranking, grades: Grades) -> Iterator[str]:
    """Yield a line for all needs and for those the weights were not chosen on."""
    unseen = {code: one for code, one in ranking.items() if int(code[2:]) % 2 == 0}
    (all_ndcg, all_recall), (new_ndcg, new_recall) = (
        quality(ranking, grades),
        quality(unseen, grades),
    )
    yield (
        f"matching: {name:36} nDCG@10 {all_ndcg:.3f} recall@20 {all_recall:.3f}"
        f" | even needs {new_ndcg:.3f} {new_recall:.3f}"
    )


def _gain(grades: list[int]) -> float:
    return sum((2**grade - 1) / math.log2(at + 2) for at, grade in enumerate(grades))


def _rows(name: str) -> list[dict[str, str]]:
    with (SET / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _need(row: dict[str, str]) -> Entry:
    return Entry(
        kind=Kind.NEED,
        trl=(int(row["trl_from"]), int(row["trl_to"])),
        price=(0, int(row["budget"])),
        **_common(row),
    )


def _offer(row: dict[str, str]) -> Entry:
    return Entry(
        kind=Kind.OFFER,
        trl=(int(row["trl"]), int(row["trl"])),
        price=(int(row["price_from"]), int(row["price_to"])),
        screening=Screening(row["screening"]),
        **_common(row),
    )


def _common(row: dict[str, str]) -> dict[str, object]:
    return {
        "code": row["code"],
        "title": row["title"],
        "summary": row["summary"],
        "fields": (row["field"],),
        "region": row["region"],
        "licences": tuple(map(Licence, _listed(row["licences"]))),
        "territories": _listed(row["territories"]),
        "owner": f"owner of {row['code']}",
        "seen_by": (PUBLIC,),
        "body_seen_by": (PUBLIC,),
        "published_at": PUBLISHED,
    }


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


# -------------------------------------------------------------------------- speed


def speed(needs: list[Entry], offers: list[Entry]) -> Iterator[str]:
    """Yield how long search, matching and a new listing take among many."""
    size = int(os.environ.get("KHUEVAN_BENCH_LISTINGS", LISTINGS))
    draw = random.Random(57)
    with TemporaryDirectory(prefix="khuevan-bench-") as folder:
        index = Index(Path(folder) / "index")
        begun = time.perf_counter()
        index.rebuild(lambda: many(offers, needs, size, draw))
        took = time.perf_counter() - begun
        disk = sum(
            path.stat().st_size for path in index.folder.rglob("*") if path.is_file()
        )
        yield f"matching: {size:,} listings indexed in {took:.1f} s, {disk / 1024**2:.0f} MiB"
        words = [words_of(draw.choice(offers), draw) for _ in range(ASKED)]
        yield _times(
            "search with facets, a page of 20",
            [lambda w=w: search(index, Asked(text=w), tokens=EVERYBODY) for w in words],
        )
        asked = [draw.choice(needs) for _ in range(ASKED)]
        yield _times(
            "matching one need",
            [lambda n=n: match(index, n, tokens=EVERYBODY) for n in asked],
        )
        both = Index(index.folder, Meanings(Path(folder), Drawn()))
        both.learn(most=size)
        match(both, asked[0], tokens=EVERYBODY)
        yield _times(
            "search by words and drawn vectors",
            [lambda w=w: search(both, Asked(text=w), tokens=EVERYBODY) for w in words],
        )
        yield _times(
            "matching one need by words and drawn vectors",
            [lambda n=n: match(both, n, tokens=EVERYBODY) for n in asked],
        )
        waiting = [
            Saved(f"S-{n}", Asked(text=words_of(draw.choice(offers), draw)), EVERYBODY)
            for n in range(10_000)
        ]
        yield _times(
            "which of 10,000 saved searches a new listing answers",
            [lambda o=o: alerts(o, waiting) for o in offers[:50]],
        )
        yield _times(
            "from a new listing to finding it in another reader",
            [lambda n=n: _found_again(index, n) for n in range(20)],
        )


class Drawn:
    """A model that draws vectors instead of reading, to time what is done with them."""

    name, size, low, high = "drawn", 384, 0.8, 0.95

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return a row of length one for each text, the same each time."""
        rows = np.array([
            np.random.default_rng(zlib.crc32(text.encode())).normal(size=self.size)
            for text in texts
        ], dtype=np.float32)  # fmt: skip
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / lengths).astype(np.float32)


def many(
    offers: list[Entry], needs: list[Entry], size: int, draw: random.Random
) -> Iterator[Entry]:
    """Yield so many listings: texts of the set, mixed and lengthened, two thirds offers."""
    for n in range(size):
        told, other, third = (
            draw.choice(offers),
            draw.choice(offers),
            draw.choice(needs),
        )
        yield replace(
            told if n % 3 else third,
            code=f"X-{n:06}",
            title=f"{told.title} {n % 997}",
            summary=f"{told.summary} {other.summary}",
            body=" ".join(draw.choice(offers).summary for _ in range(8)),
            owner=f"owner {n % 3000}",
            deals=n % 7,
        )


def words_of(offer: Entry, draw: random.Random) -> str:
    words = offer.title.split()
    at = draw.randrange(max(1, len(words) - 3))
    return " ".join(words[at : at + draw.randint(2, 5)])


def _found_again(index: Index, n: int) -> None:
    entry = Entry(
        code=f"NEW-{n}",
        kind=Kind.OFFER,
        title=f"Thiết bị mới lạ zxq{n}",
        seen_by=(PUBLIC,),
        published_at=PUBLISHED,
    )
    index.put([entry])
    found = search(Index(index.folder), Asked(text=f"zxq{n}"), tokens=EVERYBODY)
    assert [hit.entry.code for hit in found.hits] == [entry.code]


def _times(name: str, calls: list[Callable[[], object]]) -> str:
    """Say how long calls took by the clock, and how long a processor worked for them."""
    took, worked = [], []
    for call in calls:
        begun, idle = time.perf_counter(), time.process_time()
        call()
        took.append(time.perf_counter() - begun)
        worked.append(time.process_time() - idle)
    return (
        f"matching: {name}: p50 {_at(took, 0.5)} ms, p99 {_at(took, 0.99)} ms; "
        f"of a processor {_at(worked, 0.5)} and {_at(worked, 0.99)} ms"
    )


def _at(seconds: list[float], share: float) -> str:
    ordered = sorted(seconds)
    return f"{ordered[math.ceil(len(ordered) * share) - 1] * 1000:.1f}"

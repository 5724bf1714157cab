"""How much two texts speak of the same: BM25 in both directions, each as a share.

Each side is asked what the other asks: of the weight of a need's words, how much does
the offer have, and the other way round. The mean keeps a long text that mentions
everything from fitting everybody, and is the same from either side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from math import log
from unicodedata import normalize

from khuevan.platform.text import fold

from .entries import Entry


SATURATION = 1.2
"""BM25's k1. Length needs no share (b): both sides are divided by their own whole."""
_GAIN = SATURATION + 1
TITLE, SUMMARY, BODY = 2.0, 1.0, 0.4
SHOWN = 5
"""So many shared words are named in a reason."""
_WORD = re.compile(r"\w+")

Terms = Mapping[str, float]


def weighed(title: str, summary: str, body: str) -> Terms:
    """Return how often each term stands in an entry; the arguments are its terms."""
    told = {term: BODY * times for term, times in Counter(body.split()).items()}
    for text, weight in ((summary, SUMMARY), (title, TITLE)):
        for term, times in Counter(text.split()).items():
            told[term] = told.get(term, 0.0) + weight * times
    return told


def rarity(entries: int, holding: int) -> float:
    """Return BM25's weight of a term that so many of all entries hold."""
    return log(1 + (entries - holding + 0.5) / (holding + 0.5))


def whole(terms: Terms, weight_of: Callable[[str], float]) -> float:
    """Return what the terms of an entry weigh together."""
    return sum(weight_of(term) * _saturated(times) for term, times in terms.items())


def likeness(
    one: Terms, another: Terms, weight_of: Callable[[str], float], whole_one: float
) -> tuple[float, tuple[str, ...]]:
    """Return a share from 0 to 1, and the shared terms, weightiest first.

    `whole_one` is `whole(one)`: one entry is held against many others.
    """
    weights: dict[str, float] = {}
    forward = backward = whole_another = 0.0
    # Hundreds of terms of hundreds of entries: this loop is what a match costs.
    for term, times in another.items():
        weight = weight_of(term)
        told = weight * times * _GAIN / (times + SATURATION)
        whole_another += told
        if term in one:
            weights[term] = weight
            forward += told
            backward += weight * _saturated(one[term])
    if not whole_one or not whole_another:
        return 0.0, ()
    share = (min(1.0, forward / whole_one) + min(1.0, backward / whole_another)) / 2
    return share, tuple(sorted(weights, key=lambda term: (-weights[term], term)))


def spelled(shared: tuple[str, ...], entry: Entry) -> tuple[str, ...]:
    """Return the first shared terms as the entry's visible text spells them.

    Pairs come before their syllables, and a syllable already told is not told again.
    """
    written = _WORD.findall(
        normalize("NFC", f"{entry.title} {entry.summary} {entry.body}").lower()
    )
    folded = [fold(word) for word in written]
    told: list[str] = []
    covered: set[str] = set()
    for term in sorted(shared, key=lambda term: "_" not in term):
        parts = term.split("_")
        at = _place(parts, folded)
        if at is None or covered.issuperset(parts):
            continue
        covered.update(parts)
        told.append(" ".join(written[at : at + len(parts)]))
        if len(told) == SHOWN:
            break
    return tuple(told)


def _place(parts: list[str], folded: list[str]) -> int | None:
    size = len(parts)
    for at in range(len(folded) - size + 1):
        if folded[at : at + size] == parts:
            return at
    return None


def _saturated(times: float) -> float:
    return times * _GAIN / (times + SATURATION)

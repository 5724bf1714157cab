"""How words become what the index looks for: folded syllables, pairs of them, numbers.

Vietnamese is searched without accents; pairs of neighbouring syllables bring back most
of what the accents told. Roman numerals of classes count as figures (loại I, loại 1),
the words questions are wrapped in are left out, and what people say is joined by what
procedures call it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khuevan.platform import text as folding


pairs = folding.pairs
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7"}
_BEFORE_NUMERALS = frozenset({"loai", "hang", "cap", "nhom", "muc", "bac", "mau"})
MOST_SYLLABLES = 120
"""A query is read this far; titles and questions are shorter."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query made ready: its syllables, their pairs, and what synonyms add."""

    syllables: tuple[str, ...]
    pairs: tuple[str, ...]
    added: tuple[str, ...]
    whole: str

    def __bool__(self) -> bool:
        return bool(self.syllables)


def syllables(text: str) -> tuple[str, ...]:
    """Return the folded syllables of a text, class numerals as figures."""
    words = folding.syllables(text)
    return tuple(
        _ROMAN[word]
        if word in _ROMAN and at and words[at - 1] in _BEFORE_NUMERALS
        else word
        for at, word in enumerate(words)
    )


def without_frames(
    words: Sequence[str], frames: Sequence[tuple[str, ...]]
) -> tuple[str, ...]:
    """Return a query without the words it is wrapped in; all of it if nothing is left."""
    kept: list[str] = []
    at = 0
    while at < len(words):
        frame = next((f for f in frames if tuple(words[at : at + len(f)]) == f), ())
        if not frame:
            kept.append(words[at])
        at += len(frame) or 1
    return tuple(kept or words)


def ask(
    text: str,
    frames: Sequence[tuple[str, ...]],
    synonyms: Sequence[tuple[str, str]],
) -> Asked:
    """Return what a query looks for. `frames` and `synonyms` are folded, longest first."""
    whole = syllables(text)[:MOST_SYLLABLES]
    kept = without_frames(whole, frames)
    joined = f" {' '.join(kept)} "
    added: list[str] = []
    for said, meant in synonyms:
        if f" {said} " in joined:
            words = meant.split()
            added += [*words, *pairs(words)]
            joined = joined.replace(f" {said} ", " | ")
    return Asked(kept, pairs(kept), tuple(dict.fromkeys(added)), " ".join(whole))

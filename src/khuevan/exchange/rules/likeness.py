"""How alike two texts are: the share of three-syllable groups they have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from khuevan.platform.text import fold


GROUP = 3
TELLING = 40
"""So many groups a text has at least to be looked for inside another."""
KEPT = 64
"""How many of a text's smallest hashes are kept to look for texts like it."""
_SYLLABLES = re.compile(r"[a-z0-9]+")


def groups_of(text: str) -> frozenset[str]:
    """Return the three-syllable groups of a text, accents ignored."""
    syllables = _SYLLABLES.findall(fold(text))
    if len(syllables) < GROUP:
        return frozenset(syllables)
    return frozenset(
        " ".join(syllables[at : at + GROUP]) for at in range(len(syllables) - GROUP + 1)
    )


def likeness(one: str, other: str) -> float:
    """Return the share of groups two texts have in common (Jaccard), from 0 to 1."""
    first, second = groups_of(one), groups_of(other)
    return len(first & second) / len(first | second) if first | second else 0.0


def contained(one: str, other: str) -> float:
    """Return how much of the shorter text the longer one says, too, from 0 to 1.

    A copy with words added is alike by less and less, and contained as before. A text too
    short to say anything of its own is contained nowhere.
    """
    shorter, longer = sorted((groups_of(one), groups_of(other)), key=len)
    return len(shorter & longer) / len(shorter) if len(shorter) >= TELLING else 0.0


def sketch(text: str) -> list[int]:
    """Return the smallest hashes of a text's groups: texts alike share most of them.

    31 bits each: the database driver cuts larger numbers inside arrays of a question.
    """
    hashes = (
        int.from_bytes(blake2b(group.encode(), digest_size=4).digest(), "big") >> 1
        for group in groups_of(text)
    )
    return sorted(hashes)[:KEPT]


def guessed(one: Sequence[int], other: Sequence[int]) -> float:
    """Return about how alike two texts are by their sketches, from 0 to 1."""
    smallest = set(sorted({*one, *other})[:KEPT])
    return len(smallest & set(one) & set(other)) / len(smallest) if smallest else 0.0


def words_of(parts: Iterable[str]) -> str:
    """Join the parts of a text that are compared."""
    return " . ".join(part for part in parts if part)

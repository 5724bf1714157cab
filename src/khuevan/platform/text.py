"""Vietnamese text: folding for search, a key for sorting, figures as they are read.

PostgreSQL here has no ICU, and Vietnamese order differs from code points
(a ă â b c d đ e ê …), so both are computed once and stored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise


_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: f"2{rank:02d}" for rank, letter in enumerate(_LETTERS)}
# Order of tones in Vietnamese dictionaries: level, grave, hook, tilde, acute, dot.
_TONE_RANK = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_QUALITY = {"\u0306", "\u0302", "\u031b"}
# Ð (eth) is often typed for Đ: they look the same.
_CROSSED = str.maketrans("ðđ", "dd")
_SPACES = re.compile(r"\s+")
_PARTS = re.compile(r"[0-9]{1,99}|[^\s\-–—]", re.ASCII)
_SYLLABLES = re.compile(r"[^\s\-–—]+")
_FOLDED = re.compile(r"[a-z0-9]+")


def fold(text: str) -> str:
    """Return text as people type it without accents: lower case, đ→d, no marks.

    NUL, which PostgreSQL cannot keep, counts as a space.
    """
    lowered = unicodedata.normalize("NFKD", text.replace("\0", " ")).lower()
    bare = "".join(
        c
        for c in unicodedata.normalize("NFKD", lowered)
        if not unicodedata.combining(c)
    )
    return _SPACES.sub(" ", bare.translate(_CROSSED)).strip()


def syllables(text: str) -> tuple[str, ...]:
    """Return the folded syllables of a text, what search goes by."""
    return tuple(_FOLDED.findall(fold(text)))


def pairs(words: Sequence[str]) -> tuple[str, ...]:
    """Return each two neighbouring syllables as one word.

    They bring back most of what a text without accents no longer tells.
    """
    return tuple(f"{a}_{b}" for a, b in pairwise(words))


def grouped(number: int) -> str:
    """Return a whole number as people here write it: 1.234.567."""
    return f"{number:,}".replace(",", ".")


def sort_key(text: str) -> str:
    """Return a key of decimal and hexadecimal digits that sorts as dictionaries do.

    Syllable by syllable; in a syllable all letters first (a ă â b c d đ e ê …), then
    its tone (level, huyền, hỏi, ngã, sắc, nặng): ba, ba ba, bà, bá, ban. Numbers come
    before letters and by value: Quận 2, Quận 10. The key holds only digits and a–f,
    which every collation of every PostgreSQL orders alike.
    """
    lowered = unicodedata.normalize("NFC", text.lower()).replace("ð", "đ")
    return "".join(_syllable_key(part) for part in _SYLLABLES.findall(lowered))


def _syllable_key(syllable: str) -> str:
    letters, tone = [], "0"
    for part in _PARTS.findall(syllable):
        if part.isascii() and part.isdigit():
            digits = part.lstrip("0")
            letters.append(f"1{len(digits):02d}{digits}")
            continue
        base, own_tone = _without_tone(part)
        tone = max(tone, own_tone)
        letters.append(_LETTER_RANK.get(base) or f"0f{ord(base[0]):06x}")
    return "".join(letters) + "0" + tone


def _without_tone(character: str) -> tuple[str, str]:
    base, *marks = list(unicodedata.normalize("NFD", character))
    tone = next((_TONE_RANK[mark] for mark in marks if mark in _TONE_RANK), "0")
    kept = base + "".join(mark for mark in marks if mark in _QUALITY)
    return unicodedata.normalize("NFC", kept), tone


def is_nfc(text: str) -> bool:
    """Tell whether text is in the one form this platform stores."""
    return unicodedata.is_normalized("NFC", text)


def initials(name: str) -> str:
    """Return up to two initials of a name, for a small picture of a person."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:])[: len(words)]).upper()

"""Vietnamese text: folding for search and a key for sorting.

PostgreSQL here has no ICU, and Vietnamese order differs from code points
(a ă â b c d đ e ê …), so both are computed once and stored.
"""

from __future__ import annotations

import re
import unicodedata


_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: f"{rank:02d}" for rank, letter in enumerate(_LETTERS)}
# Order of tones in Vietnamese dictionaries: level, grave, hook, tilde, acute, dot.
_TONE_RANK = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return text as people type it without accents: lower case, đ→d, no marks."""
    lowered = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(c for c in lowered if not unicodedata.combining(c))
    return _SPACES.sub(" ", bare).strip()


def sort_key(text: str) -> str:
    """Return a key whose byte order is Vietnamese dictionary order.

    Syllables compare by letters first and by tone second, words before longer
    words; digits and other characters come before letters.
    """
    letters, tones = [], []
    for character in unicodedata.normalize("NFC", text.lower()):
        base, tone = _without_tone(character)
        if base in _LETTER_RANK:
            letters.append("b" + _LETTER_RANK[base])
            tones.append(tone)
        elif base.isspace():
            letters.append(" ")
        else:
            letters.append(f"a{ord(base):06x}")
    return "".join(letters) + "\t" + "".join(tones)


def _without_tone(character: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", character)
    tone = next((_TONE_RANK[mark] for mark in parts if mark in _TONE_RANK), "0")
    kept = "".join(mark for mark in parts if mark not in _TONE_RANK)
    return unicodedata.normalize("NFC", kept), tone


def is_nfc(text: str) -> bool:
    """Tell whether text is in the one form this platform stores."""
    return unicodedata.is_normalized("NFC", text)


def initials(name: str) -> str:
    """Return up to two initials of a name, for a small picture of a person."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:])[: len(words)]).upper()

"""A sum in English words, beside the Vietnamese ones."""

from __future__ import annotations


_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")  # fmt: skip
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")  # fmt: skip


def dong_in_english(amount: int) -> str:
    """Return an amount of đồng in words: 1_050_000 → “One million fifty thousand dong”."""
    words = _ONES[0] if amount == 0 else " ".join(_groups(amount))
    return f"{words[0].upper()}{words[1:]} dong"


def _groups(amount: int) -> list[str]:
    words: list[str] = []
    for power in range(len(_SCALES) - 1, -1, -1):
        group = amount // 1000**power % 1000
        if group:
            words += _group(group)
            words += [_SCALES[power]] if power else []
    return words


def _group(group: int) -> list[str]:
    hundreds, rest = divmod(group, 100)
    words = [_ONES[hundreds], "hundred"] if hundreds else []
    if rest >= len(_ONES):
        tens, ones = divmod(rest, 10)
        words.append(f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens])
    elif rest:
        words.append(_ONES[rest])
    return words

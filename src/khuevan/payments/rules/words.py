"""An amount in Vietnamese words, as receipts must state it."""

from __future__ import annotations


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu")
_MILLIARD = 10**9


def in_words(amount: int) -> str:
    """Return an amount of đồng in words: 1_050_000 → “Một triệu không trăm năm mươi
    nghìn đồng”.
    """
    words = _DIGITS[0] if amount == 0 else " ".join(_whole(amount, leads=True))
    return f"{words[0].upper()}{words[1:]} đồng"


def _whole(amount: int, *, leads: bool) -> list[str]:
    if amount >= _MILLIARD:
        high, low = divmod(amount, _MILLIARD)
        rest = _whole(low, leads=False) if low else []
        return [*_whole(high, leads=leads), "tỷ", *rest]
    words: list[str] = []
    for power in (2, 1, 0):
        group = amount // 1000**power % 1000
        if group:
            words += _group(group, full=bool(words) or not leads)
            words += [_SCALES[power]] if _SCALES[power] else []
    return words


def _group(group: int, *, full: bool) -> list[str]:
    """Say three digits; `full` says the hundreds even where they are none."""
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0 and ones and words:
        words.append("linh")
    elif tens == 1:
        words.append("mười")
    elif tens:
        words += [_DIGITS[tens], "mươi"]
    return words + _ones(tens, ones)


def _ones(tens: int, ones: int) -> list[str]:
    if not ones:
        return []
    if ones == 1 and tens > 1:
        return ["mốt"]
    if ones == 5 and tens:
        return ["lăm"]
    return [_DIGITS[ones]]

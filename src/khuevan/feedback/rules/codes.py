"""The code of a petition: PA, the year, seven digits, and a digit that catches slips."""

from __future__ import annotations

import re


DIGITS = 7
_MODULUS = 10
_FORM = re.compile(r"PA(\d{2})(\d{7})(\d)")


def make_code(year: int, number: int) -> str:
    """Return the code of a number below 10**7: PA26-0000123-4."""
    body = f"{year % 100:02d}{number:0{DIGITS}d}"
    return f"PA{body[:2]}-{body[2:]}-{check_digit(body)}"


def check_digit(digits: str) -> str:
    """Return the check digit of ISO 7064 MOD 11,10."""
    product = _MODULUS
    for digit in digits:
        total = (int(digit) + product) % _MODULUS or _MODULUS
        product = total * 2 % (_MODULUS + 1)
    return str((_MODULUS + 1 - product) % _MODULUS)


def read_code(typed: str) -> str:
    """Return the code somebody typed in its own form, "" where a digit is wrong."""
    bare = re.sub(r"[^0-9A-Z]", "", typed.upper()[:40])
    found = _FORM.fullmatch(bare) if bare.isascii() else None
    if found is None or check_digit(found[1] + found[2]) != found[3]:
        return ""
    return f"PA{found[1]}-{found[2]}-{found[3]}"

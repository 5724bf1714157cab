"""The short code a payer writes into a bank transfer, with a digit that catches slips."""

from __future__ import annotations

import re


PREFIX = "KV"
DIGITS = 9
_MODULUS = 10
_FOUND = re.compile(r"(?<![0-9A-Z])KV\s?(\d{10})(?!\d)")


def make_reference(number: int) -> str:
    """Return the code of a number below 10**9: KV, nine digits, a check digit."""
    digits = f"{number:0{DIGITS}d}"
    return f"{PREFIX}{digits}{check_digit(digits)}"


def check_digit(digits: str) -> str:
    """Return the check digit of ISO 7064 MOD 11,10: any one slip and most swaps show."""
    product = _MODULUS
    for digit in digits:
        total = (int(digit) + product) % _MODULUS or _MODULUS
        product = total * 2 % (_MODULUS + 1)
    return str((_MODULUS + 1 - product) % _MODULUS)


def is_reference(text: str) -> bool:
    """Tell whether a text is a code whose check digit is right."""
    body = text.removeprefix(PREFIX)
    if len(text) != len(PREFIX) + DIGITS + 1 or not re.fullmatch(r"[0-9]+", body):
        return False
    return text.startswith(PREFIX) and check_digit(body[:-1]) == body[-1]


def find_reference(words: str) -> str:
    """Return the one right code in the words of a transfer, "" where there is none."""
    found = {PREFIX + match for match in _FOUND.findall(words.upper())}
    right = [code for code in found if is_reference(code)]
    return right[0] if len(right) == 1 else ""

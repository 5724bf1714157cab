"""Codes of dossiers: opaque, but of a shape every system accepts (services.md 5.1)."""

from __future__ import annotations

import re
from datetime import date


SHAPE = re.compile(
    r"^(?:[A-Z]\d{2}(?:\.[0-9A-Z]{2,8}){0,4}|(?:\d{2,3}\.){1,4}[A-Z]\d{2})-\d{6}-\d{4,}$"
)
"""The national pattern, with the letters this city's seed codes still have."""


def make_code(agency: str, filed_on: date, number: int) -> str:
    """Return the code of the N-th dossier an agency got on a day."""
    return f"{agency}-{filed_on:%y%m%d}-{number:04d}"


def acceptable(code: str) -> bool:
    """Tell whether a code, ours or another system's, has a known shape."""
    return bool(SHAPE.match(code))


def second_factor(national_id: str, phone: str) -> frozenset[str]:
    """Return what, with the code, lets somebody follow a dossier: last four digits."""
    return frozenset(
        digits[-4:]
        for text in (national_id, phone)
        if len(digits := re.sub(r"\D", "", text)) >= 4
    )

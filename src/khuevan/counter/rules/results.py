"""What a result says, and what an uploaded document turns out to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from khuevan.platform.text import grouped


def in_words(value: Any) -> str:
    """Return an answer as a paper writes it: 50.000.000, 01/12/2026, Có."""
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, int):
        return grouped(value)
    if isinstance(value, list | tuple):
        return ", ".join(in_words(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(in_words(one) for one in value.values())
    try:
        return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
    except ValueError:
        return str(value)


def initials_of(name: str) -> str:
    """Return a name so that its owner knows it and nobody else learns it: N. V. A."""
    return " ".join(f"{word[0]}." for word in name.split())


class Validity(StrEnum):
    """Whether a result still holds."""

    VALID = "valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def validity(valid_to: date | None, withdrawn: bool, today: date) -> Validity:
    """Return whether a result holds on a day; its last day still counts."""
    if withdrawn:
        return Validity.WITHDRAWN
    if valid_to is not None and valid_to < today:
        return Validity.EXPIRED
    return Validity.VALID


class Verdict(StrEnum):
    """What an uploaded document is."""

    OURS = "ours"  # issued by us, not a byte changed
    CHANGED = "changed"  # ours, changed after it was signed
    FOREIGN = "foreign"  # signed, not by us
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"  # no PDF, or a damaged one


DOSSIER = re.compile(r"hồ sơ (\S+)")
"""How our signatures name their dossier in the reason they give."""


def dossiers_named(reasons: Iterable[str]) -> set[str]:
    """Return the dossier codes that signatures' reasons name."""
    return {code for reason in reasons for code in DOSSIER.findall(reason)}


def verdict(signatures: int, issued: bool, known: bool) -> Verdict:
    """Judge a readable PDF.

    `issued`: its bytes are those of a result we issued. `known`: one of its
    signatures names a dossier whose result we issued.
    """
    if issued:
        return Verdict.OURS
    if not signatures:
        return Verdict.UNSIGNED
    return Verdict.CHANGED if known else Verdict.FOREIGN

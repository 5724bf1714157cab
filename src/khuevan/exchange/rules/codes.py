"""Codes a listing carries: its own, IPC for patents, NACE for branches; forms only.

Whether a code is in this year's edition of its scheme is not looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from khuevan.platform.errors import N_, RuleBroken

from .listings import Kind


_IPC = re.compile(r"([A-H])(\d{2})(?:([A-Z])(?:(\d{1,4})/(\d{2,6}))?)?")
_NACE = re.compile(r"(?:([A-U])|(?:[A-U])?(\d{2})(?:\.(\d{1,2}))?)")
_OWN = re.compile(r"(CN|BT)(\d{2})(\d{6})")
MOST_CODES = 10


def make_code(kind: Kind, year: int, number: int) -> str:
    """Return a listing's code: CN26-000123 for an offer, BT26-000123 for a need."""
    prefix = "BT" if kind is Kind.NEED else "CN"
    return f"{prefix}{year % 100:02d}-{number:06d}"


def read_code(typed: str) -> str:
    """Return the code somebody typed in its own form, "" where it is none."""
    bare = re.sub(r"[^0-9A-Z]", "", typed.upper()[:40])
    found = _OWN.fullmatch(bare) if bare.isascii() else None
    return f"{found[1]}{found[2]}-{found[3]}" if found else ""


def read_ipc(typed: str) -> tuple[str, ...]:
    """Return codes of the International Patent Classification, in their usual writing.

    Class, subclass or group: C02, C02F, C02F 1/28. Raises RuleBroken naming the first
    that has another form.
    """
    return tuple(dict.fromkeys(_ipc(part) for part in _parts(typed, "ipc")))


def read_nace(typed: str) -> tuple[str, ...]:
    """Return codes of branches by NACE Rev. 2.1: section, division, group or class.

    A, 62, 62.1, 62.10. Raises RuleBroken naming the first that has another form.
    """
    return tuple(dict.fromkeys(_nace(part) for part in _parts(typed, "nace")))


def patent_classes(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the classes of IPC codes: C02 of C02F 1/28."""
    return tuple(dict.fromkeys(code[:3] for code in codes))


def divisions(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the divisions of NACE codes: 62 of 62.10; a section alone has none."""
    return tuple(dict.fromkeys(code[:2] for code in codes if code[:2].isdigit()))


def _parts(typed: str, field: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[;,\n]", typed) if part.strip()]
    if len(parts) > MOST_CODES:
        raise RuleBroken(
            N_("Give at most %(most)s codes, the most fitting first."),
            field=field,
            most=MOST_CODES,
        )
    return parts


def _ipc(part: str) -> str:
    found = _IPC.fullmatch(re.sub(r"\s", "", part.upper()))
    if found is None or found[2] == "00":
        raise RuleBroken(
            N_("“%(code)s” is no IPC code. Write it like C02F or C02F 1/28."),
            field="ipc",
            code=part[:30],
        )
    head = f"{found[1]}{found[2]}{found[3] or ''}"
    return f"{head} {int(found[4])}/{found[5]}" if found[4] else head


def _nace(part: str) -> str:
    found = _NACE.fullmatch(part.upper())
    if found is None or (found[2] and not 1 <= int(found[2]) <= 99):
        raise RuleBroken(
            N_("“%(code)s” is no NACE code. Write it like J, 62, 62.1 or 62.10."),
            field="nace",
            code=part[:30],
        )
    if found[1]:
        return found[1]
    return f"{found[2]}.{found[3]}" if found[3] else found[2]

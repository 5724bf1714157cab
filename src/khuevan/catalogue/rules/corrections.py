"""Setting one place of a definition's JSON: what correcting a fault of an import does."""

from __future__ import annotations

import re
from typing import Any

from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.text import is_nfc


_INDEXED = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")


def with_value(told: dict[str, Any], place: str, value: str) -> dict[str, Any]:
    """Return a definition with one place set; RuleBroken where the value cannot stand."""
    value = value.strip()
    if not value or not is_nfc(value):
        raise RuleBroken(
            N_("Write the right value, in composed letters (NFC)."), field="value"
        )
    indexed = _INDEXED.fullmatch(place)
    if indexed is None:
        # Who decides is known by its code, else by the very name the source gives it.
        agency = {} if told.get("agency") else {"agency": value[:300]}
        return {**told, place: value} | (agency if place == "agency_name" else {})
    items = [dict(item) for item in told.get(indexed[1], [])]
    number = int(indexed[2])
    if number >= len(items):
        raise RuleBroken(N_("The newest version has no such place any more."))
    items[number] |= _offer_value(indexed[3], value)
    return {**told, indexed[1]: items}


def take_place(told: dict[str, Any], source: dict[str, Any], place: str) -> dict[str, Any]:  # fmt: skip
    """Return a definition with one place as another one has it, where both have it."""
    indexed = _INDEXED.fullmatch(place)
    if indexed is None:
        names = (place, "agency") if place == "agency_name" else (place,)
        return told | {name: source[name] for name in names if name in source}
    items = [dict(item) for item in told.get(indexed[1], [])]
    theirs = source.get(indexed[1], [])
    number = int(indexed[2])
    same = number < min(len(items), len(theirs)) and items[number].get("channel") == theirs[number].get("channel")  # fmt: skip
    if not same:
        return told
    names = (indexed[3], "note") if indexed[3] == "limit" else (indexed[3],)
    for name in names:
        items[number].pop(name, None)
        if name in theirs[number]:
            items[number][name] = theirs[number][name]
    return told | {indexed[1]: items}


_UNITS = {
    "ngày làm việc": "working_day",
    "ngày": "day",
    "giờ": "hour",
    "tháng": "month",
}
_LIMIT = re.compile(r"(\d{1,4}) (ngày làm việc|ngày|giờ|tháng)", re.IGNORECASE)


def _offer_value(name: str, value: str) -> dict[str, Any]:
    if name != "limit":
        return {name: value}
    told = _LIMIT.fullmatch(value)
    if told is None:
        raise RuleBroken(
            N_("Write a number and a unit, such as “3 ngày làm việc”."), field="value"
        )
    limit = {"amount": int(told[1]), "unit": _UNITS[told[2].lower()]}
    return {"limit": limit, "note": ""}

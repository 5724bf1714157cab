"""What changed between two versions of a procedure, place by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .codec import to_json
from .definition import Definition


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two versions differ; None: it is not there in that version."""

    where: str
    before: Any
    after: Any


_KEYS = ("code", "channel", "number", "name")


def changes(before: Definition, after: Definition) -> tuple[Change, ...]:
    """Return every place where two definitions differ, in reading order."""
    return tuple(_compare("", to_json(before), to_json(after)))


def _compare(where: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*before, *(n for n in after if n not in before)]:
            place = f"{where}.{name}" if where else name
            yield from _compare(place, before.get(name), after.get(name))
        return
    if _keyed(before) and _keyed(after):
        yield from _compare_keyed(where, before, after)
        return
    yield Change(where, before, after)


def _keyed(value: Any) -> bool:
    """Tell whether a list's items have names, so that they are compared by name."""
    if not isinstance(value, list):
        return False
    keys = [_key(item) for item in value]
    return all(keys) and len(set(keys)) == len(keys)


def _key(item: Any) -> str:
    if not isinstance(item, Mapping):
        return ""
    return next((str(item[key]) for key in _KEYS if item.get(key)), "")


def _compare_keyed(where: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    old = {_key(item): item for item in before}
    new = {_key(item): item for item in after}
    for name in [*old, *(n for n in new if n not in old)]:
        yield from _compare(f"{where}[{name}]", old.get(name), new.get(name))

"""Whether the State paid for what is valued: an app above knows it of its own things."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID


Asked = Callable[[UUID], bool | None]
_asked: dict[str, Asked] = {}


def register_funding(kind: str, asked: Asked) -> None:
    """Tell who knows of things of a kind (as in `exchange.listing`) whether the State paid."""
    _asked[kind] = asked


def paid_by_state(subject: str) -> bool | None:
    """Return what is known of a reference; None where nobody knows, and for no reference."""
    kind, _colon, key = subject.partition(":")
    if kind not in _asked:
        return None
    try:
        return _asked[kind](UUID(key))
    except ValueError:
        return None

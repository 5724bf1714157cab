"""Who reads the journal's feed: each app registers what is to be run."""

from __future__ import annotations

from collections.abc import Callable


_registered: dict[str, Callable[[], int]] = {}


def register(name: str, function: Callable[[], int]) -> None:
    """Have a function called again and again; it returns how many facts it handled."""
    _registered[name] = function


def registered() -> dict[str, Callable[[], int]]:
    """Return every registered function by name."""
    return dict(_registered)

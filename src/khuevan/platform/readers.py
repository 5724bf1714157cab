"""Those who read the journal, side by side in the worker: one's fault stops no other.

An app above registers a function that takes up what is new and returns how many
facts it handled: `readers.register("notices", take_facts)`, in its `tasks.py`. With
`lag` it also says how many facts it has not read yet, for health and metrics.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections, connection


IDLE_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 60.0
log = logging.getLogger(__name__)


@dataclass
class _Reader:
    function: Callable[[], int]
    lag: Callable[[], int] | None
    failures: int = 0
    not_before: float = 0.0


_readers: dict[str, _Reader] = {}


def register(
    name: str, function: Callable[[], int], *, lag: Callable[[], int] | None = None
) -> None:
    """Have a function called again and again by the worker."""
    _readers[name] = _Reader(function, lag)


def lags() -> dict[str, int]:
    """Return how many facts each reader has yet to read, where it can say so."""
    return {name: r.lag() for name, r in _readers.items() if r.lag is not None}


def take_turns() -> int:
    """Call every reader once that is not backing off; return how much was handled."""
    return sum(_take_turn(name, reader) for name, reader in _readers.items())


def run_until(stop: threading.Event) -> None:
    """Read until told to stop, resting while there is nothing to read."""
    while not stop.is_set():
        close_old_connections()
        if not take_turns():
            stop.wait(IDLE_SECONDS)
    connection.close()


def _take_turn(name: str, reader: _Reader) -> int:
    if time.monotonic() < reader.not_before:
        return 0
    try:
        handled = reader.function()
    except Exception:
        reader.failures += 1
        pause = min(2.0 ** min(reader.failures, 10) / 2, LONGEST_BACKOFF_SECONDS)
        reader.not_before = time.monotonic() + pause
        log.exception("reader failed", extra={"reader": name, "pause": pause})
        return 0
    reader.failures = 0
    return handled

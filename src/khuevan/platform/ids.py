"""Identifiers: UUID version 7, so that keys sort by when they were made."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID


_RANDOM_BITS = 74
_STEP_BITS = 48
_lock = threading.Lock()
_last = (0, 0)


def uuid7() -> UUID:
    """Return a new UUIDv7 (RFC 9562 §5.7, §6.2 method 2), larger than the one before.

    48 bits of milliseconds and 74 random ones; within a millisecond, or when the
    machine's clock steps back, the random part grows by a random step instead.
    """
    global _last
    now = time.time_ns() // 1_000_000
    with _lock:
        milliseconds, random = _last
        if now > milliseconds:
            milliseconds, random = now, secrets.randbits(_RANDOM_BITS - 1)
        else:
            random += 1 + secrets.randbits(_STEP_BITS)
            if random >> _RANDOM_BITS:
                milliseconds, random = milliseconds + 1, 0
        _last = (milliseconds, random)
    value = milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64
    value |= 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=value)

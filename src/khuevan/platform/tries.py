"""Guessing is slow: whoever opens something with a code may try only so often an hour."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from . import clock
from .errors import N_, RuleBroken
from .ids import uuid7
from .models import Tries


TRIES_OF_A_CODE = 10
TRIES_OF_AN_ADDRESS = 30
"""Guesses in an hour. Guards, not rules of law."""
KEPT = timedelta(days=1)

_COUNT = """
    INSERT INTO platform_tries AS tries (id, key, hour, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (key, hour) DO UPDATE SET count = tries.count + 1
    RETURNING count
"""


def count_guess(purpose: str, code: str, address: str) -> None:
    """Count a guess at what belongs to a code, made from an address of the net.

    Right guesses count, too. Raises RuleBroken beyond the limits of an hour, whether or
    not there is such a code.
    """
    guesses = {
        f"code:{code.strip().upper()}": TRIES_OF_A_CODE,
        f"from:{address}": TRIES_OF_AN_ADDRESS,
    }
    counted = [_count(f"{purpose}:{key}") > most for key, most in guesses.items()]
    if any(counted):
        raise RuleBroken(N_("There were too many tries. Come back in an hour."))


def count_act(purpose: str, address: str, most: int) -> None:
    """Count what somebody without a name does from an address of the net, this hour.

    Raises RuleBroken beyond `most`.
    """
    if _count(f"{purpose}:from:{address}") > most:
        raise RuleBroken(N_("There were too many tries. Come back in an hour."))


def forget_tries() -> int:
    """Delete the tries of past days; return how many."""
    return Tries.objects.filter(hour__lt=clock.now() - KEPT).delete()[0]


def _count(key: str) -> int:
    """Count one try; return how many there were this hour. The key is kept as a digest."""
    digest = salted_hmac("platform.tries", key, algorithm="sha256").hexdigest()
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [uuid7(), digest, hour])
        [count] = cursor.fetchone()
    return int(count)

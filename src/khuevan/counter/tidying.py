"""Forgetting what has served: counted tries, and what the national portal was told."""

from __future__ import annotations

from datetime import timedelta

from khuevan.platform import clock

from .models import FollowTries, SyncMessage
from .rules.syncing import State


TRIES_KEPT = timedelta(days=1)
TOLD_KEPT = timedelta(days=90)
"""Longer than a day is ever compared again with the portal."""


def forget_old() -> tuple[int, int]:
    """Delete tries of past days and empty old messages; return how many of each.

    A message itself stays: its number is what keeps a fact from being told twice. What
    it said of a person is in the dossier, and need not lie in a second place.
    """
    now = clock.now()
    tries, _ = FollowTries.objects.filter(hour__lt=now - TRIES_KEPT).delete()
    over = SyncMessage.objects.filter(
        state__in=[State.DONE, State.DROPPED], done_at__lt=now - TOLD_KEPT
    )
    return tries, over.exclude(payload={}).update(payload={}, answer="")

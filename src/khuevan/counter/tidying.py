"""Forgetting what has served: what the national portal was told."""

from __future__ import annotations

from datetime import timedelta

from khuevan.platform import clock

from .models import SyncMessage
from .rules.syncing import State


TOLD_KEPT = timedelta(days=90)
"""Longer than a day is ever compared again with the portal."""


def forget_old() -> int:
    """Empty old messages; return how many.

    A message itself stays: its number is what keeps a fact from being told twice. What
    it said of a person is in the dossier, and need not lie in a second place.
    """
    over = SyncMessage.objects.filter(
        state__in=[State.DONE, State.DROPPED], done_at__lt=clock.now() - TOLD_KEPT
    )
    return over.exclude(payload={}).update(payload={}, answer="")

"""The dossier's sync state follows its messages."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, SyncMessage
from khuevan.counter.rules.states import Sync
from khuevan.counter.rules.syncing import UNFINISHED, State, sync_of, way
from khuevan.platform import clock


@transaction.atomic
def follow(dossier: UUID) -> Sync:
    """Set a dossier's sync state from its messages and return it."""
    one = Dossier.objects.select_for_update().get(pk=dossier)
    rows = SyncMessage.objects.filter(dossier=one)
    open_ones = [
        (State(state), attempts)
        for state, attempts in rows.filter(state__in=UNFINISHED)
        .order_by("sequence")
        .values_list("state", "attempts")
    ]
    done = rows.filter(state__in=[State.DONE, State.DROPPED]).count()
    target = sync_of(open_ones, done)
    for step in way(Sync(one.sync), target):
        one.sync = step
    first = one.synced_at is None
    if target is Sync.ACKNOWLEDGED:
        one.synced_at = clock.now()
    one.save(update_fields=["sync", "synced_at"])
    if target is Sync.ACKNOWLEDGED and first:
        _tell(one)
    return target


def _tell(dossier: Dossier) -> None:
    """Write that the portal has the dossier, with the day of its acceptance where it has one.

    One that is accepted later says in that fact that it is synced.
    """
    accepted = dossier.accepted_at
    day = clock.local_day(accepted).isoformat() if accepted else None
    record_dossier("dossier_synced", dossier, by=None, accepted_on=day)

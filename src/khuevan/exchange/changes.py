"""Keeping the feed of changes: one reader of the journal gives every change its place.

Only the reader writes, under the journal's own lock, so places grow in the order they
become visible: who has read up to one misses nothing before it.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from khuevan.journal.public import batch

from .index import codes_of
from .models import Change, Listing
from .models.changes import THERE, Became
from .rules.listings import State


READER = "exchange.changes"


def keep_changes(limit: int = 500) -> int:
    """Note what became of the listings of new facts; return how many facts were read."""
    with batch(READER, limit=limit) as facts:
        codes = codes_of(facts)
        if codes:
            _keep(sorted(codes), facts[-1].occurred_at)
    return len(facts)


def _keep(codes: list[str], at: datetime) -> None:
    place = Change.objects.aggregate(last=Max("position"))["last"] or 0
    rows = Listing.objects.ours().filter(code__in=codes).select_related("change")
    for listing in rows.order_by("code"):
        before: Change | None = getattr(listing, "change", None)
        became = _became(State(listing.state), before)
        if became is None:
            continue
        place += 1
        Change.objects.update_or_create(
            listing=listing,
            defaults={"position": place, "became": became, "changed_at": at},
        )


def _became(state: State, before: Change | None) -> Became | None:
    """Return what readers should hear; None for what was never public, or is gone already."""
    was_there = before is not None and before.became in THERE
    if state is State.PUBLISHED:
        return Became.CHANGED if was_there else Became.PUBLISHED
    if not was_there:
        return None
    return Became.EXPIRED if state is State.EXPIRED else Became.WITHDRAWN

"""Reading the feed of changes: every listing that changed, as the reader may see it now."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from khuevan.exchange.models import Change
from khuevan.exchange.models.changes import Became
from khuevan.platform.errors import N_, InputRefused, Problem

from .disclosing import Reader, Shown, readable, shown


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a listing; `shown` is what stands there now, None where it is gone."""

    code: str
    became: Became
    changed_at: datetime
    shown: Shown | None


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of the feed; `cursor` leads on from it, `more` tells that more is there."""

    rows: tuple[Changed, ...]
    cursor: str
    more: bool


def changes_after(reader: Reader, cursor: str, limit: int) -> Changes:
    """Return what changed after a cursor, the earliest first; "" is the beginning.

    Text comes from what the listing says now and the reader may read: nothing that was
    withdrawn or closed since is told. Raises InputRefused for what is no cursor of this
    feed, so that nobody waits for ever behind its end.
    """
    place = _place(cursor)
    rows = Change.objects.filter(position__gt=place).order_by("position")
    found = list(rows.select_related("listing")[: limit + 1])
    page = found[:limit]
    there = readable(reader).published().filter(pk__in=[r.listing_id for r in page])
    by_key = {listing.pk: shown(listing, reader) for listing in there}
    told = tuple(
        Changed(
            row.listing.code,
            Became(row.became),
            row.changed_at,
            by_key.get(row.listing_id),
        )
        for row in page
    )
    last = page[-1].position if page else place
    return Changes(told, cursor_at(last), len(found) > limit)


def newest_cursor() -> str:
    """Return the cursor after everything there is."""
    return cursor_at(_last())


def cursor_at(place: int) -> str:
    """Return the cursor that stands after a place."""
    return urlsafe_b64encode(f"1:{place}".encode()).decode().rstrip("=")


def _last() -> int:
    return Change.objects.aggregate(last=Max("position"))["last"] or 0


def _place(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        told = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (NotBase64, ValueError):
        told = ""
    version, _colon, place = told.partition(":")
    known = version == "1" and place.isdigit() and len(place) < 19
    if not known or int(place) > _last():
        raise InputRefused(
            [
                Problem(
                    "since",
                    N_("This is not a cursor of this feed."),
                    N_("Use the cursor of the previous answer, or none to start anew."),
                )
            ]
        )
    return int(place)

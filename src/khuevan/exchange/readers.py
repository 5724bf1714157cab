"""What the worker does with the exchange's facts: it keeps the copies that are searched,
and tells whoever waits for a new listing."""

from __future__ import annotations

from khuevan.journal.public import START, batch, place_of, skip_to_end
from khuevan.platform.readers import register

from .actions import answer_searches, tell_matches
from .index import follow, learn
from .models import Listing


READER = "exchange.alerts"
NEW = {"exchange.listing_published", "exchange.listing_taken_in"}


def tell_waiting() -> int:
    """Tell saved searches and matches of what was published; return how many facts were read.

    Nobody is told of what was published before this reader first read.
    """
    if place_of(READER) == START:
        skip_to_end(READER)
    with batch(READER) as facts:
        codes = {f.figures["code"] for f in facts if f.kind in NEW}  # fmt: skip
        for listing in Listing.objects.published().filter(code__in=codes).order_by("code"):  # fmt: skip
            answer_searches(listing=listing, by=None)
            tell_matches(listing=listing, by=None)
        return len(facts)


register("exchange.index", follow)
register("exchange.alerts", tell_waiting)
register("exchange.meanings", learn)

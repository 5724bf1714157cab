"""What machines that subscribe hear of the exchange: that something public changed, and where.

The message names the listing and says no word of it: text is read from the feed of
changes, by which time it may have been closed or withdrawn.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from khuevan.journal.public import Fact, register_telling

from .models import Listing


TOLD = {
    "exchange.listing_published": _("A listing was published"),
    "exchange.listing_renewed": _("A listing was renewed"),
    "exchange.listing_verified": _("Somebody vouched for a listing"),
    "exchange.listing_expired": _("A listing expired"),
    "exchange.listing_revised": _("A listing was taken off to be rewritten"),
    "exchange.listing_returned": _("A listing was sent back"),
    "exchange.listing_withdrawn": _("A listing was withdrawn"),
}


def tell(owner: str, fact: Fact) -> dict[str, Any] | None:
    """Return what every subscriber may know of a fact; None of what was never public."""
    key = UUID(fact.subject.partition(":")[2])
    listing = Listing.objects.filter(pk=key, published_at__lte=fact.occurred_at).first()
    if listing is None:
        return None
    address = f"/api/v1/exchange/listings/{listing.code}"
    return {"code": listing.code, "address": urljoin(settings.SITE_URL, address)}


register_telling(TOLD, tell)

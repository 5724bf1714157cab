"""What everybody who watches an auction is told, at once and the same."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.utils import translation

from khuevan.platform.live import News

from . import words
from .models import Auction
from .queries import next_change, standing_of
from .rules.terms import State


LIVE_CHANNEL = "khuevan_auctions"
"""Where PostgreSQL tells the code of an auction in which something happened."""


def look(code: str) -> News | None:
    """Return how an auction stands for everybody, in every language; None for no auction."""
    public = Auction.objects.visible_to(AnonymousUser())
    found = public.select_related("best_bidder").filter(code=code).first()
    if found is None:
        return None
    standing = standing_of(found)
    context = {"auction": found, "s": standing, "states": words.STATES}
    contents = {}
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            contents[language] = render_to_string("auctions/live.html", context)
    ends = standing.state not in {State.RUNNING, State.CLOSED}
    return News(standing.mark, contents, None if ends else next_change(found, standing.now))  # fmt: skip

"""Counting who looks at a listing: the first step of the funnel.

Not an action and not in the journal: a page turned is no deed of anybody, and who looked at
what is nobody's business. A reader counts once a day for a listing; what tells them apart is
a keyed digest that is deleted the next day, so that afterwards only the number is left.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from khuevan.platform import clock
from khuevan.platform.callers import address_of
from khuevan.platform.ids import uuid7

from .models import Viewer
from .queries.disclosing import Reader, Shown
from .rules.disclosing import Clearance
from .rules.listings import State


_MACHINES = re.compile(
    r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|^$", re.IGNORECASE
)
_COUNT = """
    WITH fresh AS (
        INSERT INTO exchange_viewer (listing_id, day, reader)
        VALUES (%(listing)s, %(day)s, %(reader)s) ON CONFLICT DO NOTHING RETURNING 1
    )
    INSERT INTO exchange_viewday (id, listing_id, day, count)
    SELECT %(id)s, %(listing)s, %(day)s, 1 FROM fresh
    ON CONFLICT (listing_id, day) DO UPDATE SET count = exchange_viewday.count + 1
"""


def count_view(
    request: HttpRequest, listing: UUID, shown: Shown, reader: Reader
) -> None:
    """Count that somebody looked at a published listing: not its own side, staff, machines."""
    if shown.state is not State.PUBLISHED or shown.clearance is Clearance.ALL:
        return
    agent = request.headers.get("User-Agent", "")
    if reader.person is None and _MACHINES.search(agent):
        return
    who = str(reader.person.pk) if reader.person else f"{address_of(request)} {agent}"
    day = clock.today()
    told: dict[str, Any] = {
        "id": uuid7(), "listing": listing, "day": day,
        "reader": salted_hmac(f"exchange.view.{day}", who, algorithm="sha256").hexdigest(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, told)


def forget_viewers() -> int:
    """Delete what told yesterday's readers apart; return how many rows that were."""
    deleted, _rows = Viewer.objects.filter(day__lt=clock.today()).delete()
    return deleted

"""Loading the demo city: all of it or nothing of it, with a bar that moves."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from khuevan.counter.sync.sandbox import adopt
from khuevan.exchange.public import rebuild_index
from khuevan.indicators.public import catch_up, declared, pass_by, refill
from khuevan.journal.public import skip_to_end
from khuevan.results.actions import set_targets
from khuevan.steering.models import Source

from .auctions import Auctions, official_of
from .catalogue import publish_catalogue
from .deals import Deals
from .dossiers import Living
from .events import tell_events
from .exchange import Exchange
from .experts import tell_experts
from .halls import open_halls
from .market_of_problems import tell_problems
from .past import write_past
from .people import settle
from .story import GOES_ON, Story
from .valuations import tell_valuations


SCALE = 0.01
MANY = 0.2
"""From this scale on every processor writes."""


def load(progress: Callable[[float], None], scale: float = SCALE) -> bool:
    """Load the demo city unless it is there; return whether this call loaded it.

    `scale` is the share of the past's 1,243,294 dossiers that is written.
    """
    with transaction.atomic():
        if Source.objects.exists():
            return False
        bodies = settle()
        for share in Story(bodies).tell():
            progress(share * 0.45)
        for share in Exchange(bodies).tell():
            progress(0.45 + share * 0.04)
        tell_valuations(bodies)
        for share in Deals().tell():
            progress(0.49 + share * 0.01)
        tell_experts()
        tell_events()
        set_targets(by=None)
        auctions = Auctions(official_of(bodies["H26.KHCN"]))
        auctions.tell()
        tell_problems()
        publish_catalogue(lambda done, total: progress(0.5 + 0.2 * done / total), None)
    catch_up()
    write_past(
        scale,
        lambda share: progress(0.7 + 0.2 * share),
        processes=os.cpu_count() or 1 if scale >= MANY else 1,
    )
    for reader in ("notices", "counter.sync", "exchange.alerts"):
        skip_to_end(reader)  # nobody is told of a past that is over
    adopt()  # the trial portal knows the latest of that past
    refill([indicator for indicator in declared() if indicator.contributions])
    pass_by()
    Living().tell(lambda share: progress(0.9 + 0.1 * share))
    open_halls()
    catch_up()
    auctions.finish()
    rebuild_index()
    settings.DEMO_STORY.write_text(
        json.dumps(
            {"loaded_at": datetime.now(UTC).isoformat(), "goes_on": GOES_ON.isoformat()}
        )
    )
    return True

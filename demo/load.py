"""Loading the demo city: all of it or nothing of it, with a bar that moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from khuevan.indicators.public import catch_up
from khuevan.steering.models import Source

from .people import settle
from .story import GOES_ON, Story


def load(progress: Callable[[float], None]) -> bool:
    """Load the demo city unless it is there; return whether this call loaded it."""
    with transaction.atomic():
        if Source.objects.exists():
            return False
        for share in Story(settle()).tell():
            progress(share)
    catch_up()
    settings.DEMO_STORY.write_text(
        json.dumps(
            {"loaded_at": datetime.now(UTC).isoformat(), "goes_on": GOES_ON.isoformat()}
        )
    )
    return True

from __future__ import annotations

import json
from datetime import datetime

from django.apps import AppConfig
from django.conf import settings

from . import clock


class PlatformConfig(AppConfig):
    name = "khuevan.platform"
    label = "platform"

    def ready(self) -> None:
        """The demo city lives on from the end of its story, not from today."""
        if settings.DEMO and settings.DEMO_STORY.exists():
            story = json.loads(settings.DEMO_STORY.read_text())
            goes_on = datetime.fromisoformat(story["goes_on"])
            clock.shift(goes_on - datetime.fromisoformat(story["loaded_at"]))

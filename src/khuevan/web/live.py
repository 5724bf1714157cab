"""The ASGI application of streams: auctions, as everybody may see them."""

import os

import django


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuevan.settings")
django.setup()

from django.conf import settings  # noqa: E402 - they need Django set up

from khuevan.auctions.public import LIVE_CHANNEL, look  # noqa: E402
from khuevan.platform.live import Live  # noqa: E402


application = Live(
    channel=LIVE_CHANNEL,
    look=look,
    origin=settings.SITE_URL.rstrip("/"),
    languages=tuple(code for code, _ in settings.LANGUAGES),
)

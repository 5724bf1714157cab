"""Which portal this city talks to, if any."""

from __future__ import annotations

from django.conf import settings

from . import sandbox
from .http_adapter import HttpPortal, Network
from .portal import NationalPortal


def sandbox_is_open() -> bool:
    """Tell whether the trial portal may be used here: in a demo, while developing, in tests."""
    return bool(
        settings.DEBUG or settings.DEMO or settings.NATIONAL_PORTAL == "sandbox"
    )


def portal_in_use() -> NationalPortal | None:
    """Return the portal the settings name; the trial portal in a demo; else none."""
    address: str = settings.NATIONAL_PORTAL
    if address.startswith(("http://", "https://")):
        return HttpPortal(
            Network(address), settings.NATIONAL_PORTAL_USER, settings.NATIONAL_PORTAL_SECRET
        )  # fmt: skip
    if address == "sandbox" and sandbox_is_open():
        return HttpPortal(sandbox.in_process, sandbox.USER, sandbox.secret())
    return None

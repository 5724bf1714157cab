"""Who issues a paper of the counter, who signs it, where it is followed."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from khuevan.counter.models import Dossier, Result
from khuevan.directory.public import Organisation


HOTLINE = "024.1022"
"""The service centre's line (services.md 12, contacts)."""


def follow_address(dossier: Dossier) -> str:
    """Return where a dossier is followed, for a QR: the public page where there is one."""
    try:
        path = reverse("dossier-follow") + f"?code={dossier.code}"
    except NoReverseMatch:
        path = reverse("dossier", args=[dossier.pk])
    return urljoin(settings.SITE_URL, path)


def register_address(body: Organisation, since: date, until: date) -> str:
    """Return where the register of a body in a period is read, for its people alone."""
    wanted = urlencode({"body": body.pk, "since": since, "until": until})
    return urljoin(settings.SITE_URL, f"{reverse('dossier-register')}?{wanted}")


def check_address(result: Result) -> str:
    """Return where anybody checks a result."""
    return urljoin(
        settings.SITE_URL, reverse("dossier-check", args=[result.verification])
    )

"""What every page knows: who looks, in which language, where they can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import (
    get_language,
    gettext,
    gettext_lazy as _,
    pgettext_lazy,
)

from khuevan.directory.public import Person
from khuevan.notices.public import unread_count

from .jinja import moment
from .models import Outage


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the bar at the top."""

    label: str | Promise
    url: str
    here: bool
    count: str = ""


STRANGER = (
    (_("Procedures"), "procedures"),
    (_("Service centre"), "centre"),
    (_("The city"), "city"),
    (_("Technology exchange"), "exchange"),
    (_("Auctions"), "auctions"),
    (_("Commitments"), "steering-commitments"),
    (_("Indicators"), "indicator-list"),
    (pgettext_lazy("menu", "Law"), "law-list"),
)
CITIZENS = (
    (_("Procedures"), "procedures"),
    (_("My dossiers"), "my-dossiers"),
    (_("Service centre"), "centre"),
    (_("Technology exchange"), "exchange"),
    (_("Auctions"), "auctions"),
    (_("The city"), "city"),
    (_("Notices"), "notices"),
    (pgettext_lazy("menu", "Law"), "law-list"),
    (_("Journal"), "journal:overview"),
)
OFFICIALS = (
    (_("The city"), "city"),
    (pgettext_lazy("menu", "Tasks"), "steering"),
    (pgettext_lazy("menu", "Dossiers"), "counter-inbox"),
    (_("Procedures"), "procedures"),
    (_("Quality of service"), "measures"),
    (_("Technology exchange"), "exchange"),
    (_("Auctions"), "auctions"),
    (_("Indicators"), "indicator-list"),
    (_("Notices"), "notices"),
    (pgettext_lazy("menu", "Law"), "law-list"),
    (_("Journal"), "journal:overview"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html needs: one query for a stranger, two for a person."""
    person = request.user if isinstance(request.user, Person) else None
    return {
        "request": request,
        "person": person,
        "language": (get_language() or "vi")[:2],
        "demo": settings.DEMO,
        "outage": _outage_ahead(request),
        "navigation": list(_navigation(request.path, person)),
    }


def _menu(person: Person | None) -> Any:
    """Return what somebody comes for: strangers, citizens, people with a post."""
    if person is None:
        return STRANGER
    return OFFICIALS if person.authority.holdings else CITIZENS


def _navigation(path: str, person: Person | None) -> list[Place]:
    unread = unread_count(person) if person else 0
    places = []
    for label, name in _menu(person):
        address = reverse(name)
        badge = (str(unread) if unread < 100 else "99+") if name == "notices" else ""
        places.append(
            Place(label, address, path.startswith(address), badge if unread else "")
        )
    return places


def _outage_ahead(request: HttpRequest) -> str:
    """Say the next announced outage in one sentence, or nothing."""
    found: Outage | None = getattr(request, "outage", None)
    if found is None:
        return ""
    words = gettext("The service will be away from %(start)s to %(end)s: %(reason)s")
    return words % {
        "start": moment(found.starts_at),
        "end": moment(found.ends_at),
        "reason": found.reason,
    }

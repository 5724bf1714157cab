"""What every page knows: who looks, in which language, where they can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _, pgettext_lazy

from khuevan.directory.public import Person


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the bar at the top."""

    label: str | Promise
    url: str
    here: bool
    count: int = 0


STRANGER = ((_("The city"), "city"), (_("Commitments"), "steering-commitments"))
EVERYBODY = (
    (_("The city"), "city"),
    (pgettext_lazy("menu", "Tasks"), "steering"),
    (_("Law"), "law-list"),
    (_("Working days"), "worktime"),
    (_("Journal"), "journal:overview"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html needs; it costs no query for a stranger."""
    person = request.user if isinstance(request.user, Person) else None
    places = EVERYBODY if person else STRANGER
    return {
        "request": request,
        "person": person,
        "language": (get_language() or "vi")[:2],
        "demo": settings.DEMO,
        "outage": "",
        "navigation": [
            Place(label, address, _here(request.path, address))
            for label, address in ((label, reverse(name)) for label, name in places)
        ],
    }


def _here(path: str, address: str) -> bool:
    return path.startswith(address)

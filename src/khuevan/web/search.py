"""One search over everything somebody may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from khuevan.catalogue.public import find_procedures
from khuevan.contracts.public import find_contracts
from khuevan.counter.public import find_dossiers
from khuevan.directory.public import Person, find_organisations, find_people
from khuevan.exchange.public import find_offers_and_needs
from khuevan.indicators.public import find_indicators
from khuevan.law.public import find_documents
from khuevan.steering.public import find_sources, find_tasks


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: its words, a second line, and where it leads."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Hits:
    """The hits of one kind of thing."""

    label: str | Promise
    found: list[Found]


def search_everything(*, person: Person | AnonymousUser, text: str) -> list[Hits]:
    """Search each app through its own door, so that each applies its own visibility."""
    known = person if isinstance(person, Person) else None
    sources = find_sources(person=person, text=text) if known else []
    procedures = find_procedures(text, 10)
    dossiers = find_dossiers(person=person, text=text)
    groups = [
        Hits(
            _("Procedures"),
            [
                Found(h.title, h.code, reverse("procedure", args=[h.code]))
                for h in procedures
            ],
        ),
        Hits(pgettext_lazy("menu", "Dossiers"), [Found(*hit) for hit in dossiers]),
        Hits(
            _("Offers and needs"),
            [Found(*hit) for hit in find_offers_and_needs(person=person, text=text)],
        ),
        Hits(
            _("Contracts"),
            [Found(*hit) for hit in find_contracts(person=person, text=text)],
        ),
        Hits(_("Tasks"), [Found(*hit) for hit in find_tasks(person=person, text=text)]),
        Hits(_("Indicators"), [Found(*hit) for hit in find_indicators(known, text)]),
        Hits(_("Sources"), [Found(*hit) for hit in sources]),
        Hits(_("Legal documents"), [Found(*hit) for hit in find_documents(text=text)]),
        Hits(
            _("Organisations"),
            [Found(*hit) for hit in find_organisations(person=person, text=text)],
        ),
    ]
    people = find_people(person=person, text=text)
    groups.append(Hits(_("People"), [Found(*hit) for hit in people]))
    return [group for group in groups if group.found]

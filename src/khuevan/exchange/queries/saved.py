"""Saved searches: one's own, and which of all wait for a new listing."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import QueryDict

from khuevan.directory.public import Appointment, Person, in_force
from khuevan.exchange.entries import entry_of
from khuevan.exchange.filters import asked_of
from khuevan.exchange.models import Listing, Member, SavedSearch, SearchAnswer
from khuevan.exchange.models.members import ACTING
from khuevan.exchange.rules.disclosing import Level
from khuevan.matching.public import Saved, alerts

from .searching import TOKENS


def searches_of(person: Person) -> list[SavedSearch]:
    """Return one's own saved searches, the newest first."""
    return list(SavedSearch.objects.visible_to(person))


def waiting_for(listing: Listing) -> list[SavedSearch]:
    """Return the searches with alerts that a published listing answers and that were not told.

    Each by what its owner's circle may read today: whoever has left a member asks as a
    stranger. One's own listing is no news.
    """
    told = SearchAnswer.objects.filter(listing=listing).values("search")
    rows = SavedSearch.objects.filter(alerts=True).exclude(pk__in=told)
    waiting = {str(row.pk): row for row in rows}
    members = _acting([row.person_id for row in waiting.values()])
    by_circle: dict[Level, list[Saved]] = {Level.PUBLIC: [], Level.MEMBERS: []}
    for code, row in waiting.items():
        own = members.get(row.person_id, set())
        if listing.member_id not in own:
            circle = Level.MEMBERS if own else Level.PUBLIC
            by_circle[circle].append(Saved(code, asked_of(QueryDict(row.query)), TOKENS))  # fmt: skip
    answered = [
        waiting[code]
        for level, saved in by_circle.items()
        for code in alerts(entry_of(listing, level), saved)
    ]
    return sorted(answered, key=lambda row: row.pk)


def _acting(people: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return the members each of these people speaks for today."""
    wanted = set(people)
    found: dict[UUID, set[UUID]] = {}
    experts = Member.objects.filter(person__in=wanted).values_list("person_id", "pk")
    posts = Appointment.objects.filter(in_force(), person__in=wanted, role__in=ACTING)
    members = dict(Member.objects.filter(organisation__isnull=False).values_list("organisation_id", "pk"))  # fmt: skip
    pairs = [
        *experts,
        *((person, members.get(body)) for person, body in posts.values_list("person_id", "organisation_id")),
    ]  # fmt: skip
    for person, member in pairs:
        if person and member:
            found.setdefault(person, set()).add(member)
    return found

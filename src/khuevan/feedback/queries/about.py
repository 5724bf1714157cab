"""What was sent about one thing of another app, as that thing's page shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from khuevan.directory.public import Person
from khuevan.feedback.access import may_read_inbox
from khuevan.feedback.models import Petition
from khuevan.feedback.rules.petitions import OPEN, State
from khuevan.feedback.tokens import follow_token
from khuevan.feedback.words import COLOURS, STATES


@dataclass(frozen=True, slots=True)
class PetitionView:
    """How one petition stands; nothing of what it says or of who sent it."""

    key: UUID
    code: str
    state: str
    colour: str
    organisation: str
    filed_at: datetime
    due_at: datetime | None
    address: str


def petitions_about(subject: str, *, person: Person) -> tuple[PetitionView, ...]:
    """Return how the petitions sent about a thing stand, the newest first.

    Who asks must be somebody who may see the thing. `due_at` is there while a petition is
    open, `address` where the person may read it.
    """
    rows = Petition.objects.filter(subject=subject).select_related("organisation")
    found = list(rows.order_by("-filed_at", "-pk"))
    if not found:
        return ()
    readable = set(Petition.objects.visible_to(person).filter(subject=subject).values_list("pk", flat=True))  # fmt: skip
    return tuple(_view(one, person, readable=one.pk in readable) for one in found)


def petitions_seen(
    keys: Collection[UUID], *, person: Person
) -> tuple[PetitionView, ...]:
    """Return those of some petitions that somebody may read, the newest first."""
    rows = Petition.objects.visible_to(person).filter(pk__in=keys)
    return tuple(
        _view(one, person, readable=True)
        for one in rows.select_related("organisation").order_by("-filed_at", "-pk")
    )


def _view(one: Petition, person: Person, *, readable: bool) -> PetitionView:
    return PetitionView(
        one.pk,
        one.code,
        str(STATES[State(one.state)]),
        COLOURS[State(one.state)],
        one.organisation.short_name,
        one.filed_at,
        one.next_due_at if one.state in OPEN else None,
        _address(one, person) if readable else "",
    )


def _address(petition: Petition, person: Person) -> str:
    if petition.reporter_id == person.pk:
        return reverse("feedback-followed", args=[follow_token(petition)])
    return reverse("feedback-petition", args=[petition.pk]) if may_read_inbox(person) else ""  # fmt: skip

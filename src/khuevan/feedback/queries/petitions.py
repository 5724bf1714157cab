"""Reading petitions: the inbox, one petition, the public answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from khuevan.directory.public import Person, Role
from khuevan.feedback.dated import clock_on
from khuevan.feedback.models import Petition, PetitionClock
from khuevan.feedback.rules.petitions import OPEN, State
from khuevan.platform import clock
from khuevan.platform.text import fold
from khuevan.worktime.public import due

from .judging import with_counts


PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the inbox is narrowed."""

    state: str = "open"
    category: str = ""
    mine: bool = False
    late: bool = False
    words: str = ""


def inbox(person: Person, wanted: Wanted, page: int = 1) -> tuple[list[Petition], int]:
    """Return a page of petitions by due time, and how many there are."""
    rows = Petition.objects.visible_to(person).select_related("organisation", "handler")
    if wanted.state == "open":
        handled = [*OPEN, State.ANSWERED]
        rows = rows.filter(state__in=handled)
    elif wanted.state in set(State):
        rows = rows.filter(state=wanted.state)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.mine:
        rows = rows.filter(handler=person)
    if wanted.late:
        rows = rows.filter(next_due_at__lt=clock.now())
    if wanted.words.strip():
        said = Q(text__icontains=wanted.words.strip())
        rows = rows.filter(said | Q(folded__contains=fold(wanted.words)))
    start = (max(page, 1) - 1) * PAGE
    ordered = rows.order_by("next_due_at", "filed_at", "pk")
    return list(ordered[start : start + PAGE]), rows.count()


def answers(words: str = "", page: int = 1) -> tuple[list[Any], int]:
    """Return a page of published answers, the newest first; accents are not needed."""
    rows = Petition.objects.published().select_related("organisation")
    for word in fold(words)[:200].split():
        rows = rows.filter(folded__contains=word)
    start = (max(page, 1) - 1) * PAGE
    ordered = with_counts(rows).order_by("-published_at", "pk")
    return list(ordered[start : start + PAGE]), rows.count()


def petitions_of(person: Person | None) -> list[Petition]:
    """List what somebody signed in sent, the newest first."""
    if person is None:
        return []
    rows = Petition.objects.filter(reporter=person).select_related("organisation")
    return list(rows.order_by("-filed_at")[:PAGE])


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a petition as pages show it."""

    code: str
    due_at: datetime
    late: bool
    running: bool


def limits_of(petition: Petition) -> list[Limit]:
    """Return the limits of a petition: those that run or ran, and those still open to use."""
    now = clock.now()
    found = [
        Limit(
            row.code,
            row.due_at,
            row.late_at is not None or (row.ended_at is None and row.due_at < now),
            row.ended_at is None,
        )
        for row in PetitionClock.objects.filter(petition=petition)
    ]
    if petition.state == State.RECEIVED:
        for code in ("triage", "forward", "ask_more"):
            ends = limit_due(code, petition.received_at)
            found.append(Limit(code, ends, ends < now, True))
    return found


def limit_due(code: str, start: datetime) -> datetime:
    """Return when a limit that starts at an instant ends."""
    rule = clock_on(code, clock.local_day(start))
    return due(start, rule.term).instant


def handlers_of(organisation_id: UUID) -> Any:
    """Return the people who may answer for a petition of a body, by name."""
    posts = Person.objects.filter(
        appointments__organisation=organisation_id,
        appointments__role__in=[Role.HEAD, Role.OFFICIAL],
        is_active=True,
    )
    return posts.distinct().order_by("sort_key")

"""What the facts of events tell those who registered, with an account or without."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse

from khuevan.journal.public import Fact
from khuevan.notices.public import Contact, Teller
from khuevan.platform.errors import N_

from .models import Question, Registration
from .rules.events import Standing


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])


class Known:
    """The registrations a batch of facts is about, asked for once."""

    def __init__(self, facts: list[Fact]) -> None:
        self.keys = {_key(fact) for fact in facts}

    @cached_property
    def rows(self) -> dict[UUID, list[Registration]]:
        """Registrations by what a fact is about: themselves, their event, their question."""
        found: dict[UUID, list[Registration]] = {}
        for row in Registration.objects.filter(pk__in=self.keys):
            found.setdefault(row.pk, []).append(row)
        staying = Registration.objects.exclude(standing=Standing.WITHDRAWN)
        for row in staying.filter(event__in=self.keys):
            found.setdefault(row.event_id, []).append(row)
        asked = Question.objects.filter(pk__in=self.keys).select_related("registration")
        for question in asked:
            found.setdefault(question.pk, []).append(question.registration)
        return found

    def of(self, fact: Fact) -> list[Registration]:
        """Return the registrations of a fact."""
        return self.rows.get(_key(fact), [])


def _people(fact: Fact, known: Known) -> Iterable[UUID | None]:
    return [row.person_id for row in known.of(fact)]


def _guests(fact: Fact, known: Known) -> Iterable[Contact]:
    return [Contact(row.name, email=row.email) for row in known.of(fact) if row.email]


def _code(fact: Fact, known: Known) -> dict[str, Any]:
    return {"code": fact.figures["code"]}


def _event(fact: Fact, known: Known) -> str:
    return reverse("event", args=[fact.figures["code"]])


def _ticket(fact: Fact, known: Known) -> str:
    rows = known.of(fact)
    return reverse("event-ticket", args=[rows[0].token]) if rows else _event(fact, known)  # fmt: skip


_one = Teller("events", params=_code, link=_ticket, gather=Known)
_all = Teller("events", params=_code, link=_event, gather=Known)
_one("registration_made", _people, N_("You are registered for %(code)s"), N_("The page behind this link is your ticket; keep its address to yourself. Full events have a waiting list: the page says where you stand."), contacts=_guests)  # fmt: skip
_one("registration_moved_up", _people, N_("%(code)s: a seat became free for you"), N_("You have moved up from the waiting list. The page behind this link is your ticket."), contacts=_guests)  # fmt: skip
_one("registration_reminded", _people, N_("%(code)s is tomorrow"), N_("The page behind this link is your ticket, with time and place. Withdraw there when you cannot come: somebody waits."), contacts=_guests)  # fmt: skip
_one("question_answered", _people, N_("%(code)s: your question was answered"), N_("The answer is on your page of the event."))  # fmt: skip
_all("event_changed", _people, N_("%(code)s has changed"), N_("Look at its page: time, place or agenda may be different."), contacts=_guests)  # fmt: skip
_all("event_called_off", _people, N_("%(code)s is called off"), N_("The event's page says why."), contacts=_guests)  # fmt: skip
_all("event_held", _people, N_("%(code)s: what came of it"), N_("Its page has the report. Whoever came may rate it from their ticket."))  # fmt: skip

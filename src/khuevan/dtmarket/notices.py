"""What happens on DTMarket told to the people it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from khuevan.directory.public import Appointment, Role, in_force
from khuevan.journal.public import Fact
from khuevan.notices.public import Teller
from khuevan.platform.errors import N_

from .models import SUPPLYING, WORKING, Answer, Problem
from .rules.problems import Standing


People = Iterable[UUID | None]


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])


class Known:
    """What a batch of facts is about, each table asked at most once."""

    def __init__(self, facts: list[Fact]) -> None:
        self.keys = {_key(fact) for fact in facts}

    @cached_property
    def suppliers(self) -> dict[UUID, list[tuple[UUID, UUID | None]]]:
        """The houses that answered each problem, with the trial each has."""
        rows = Answer.objects.filter(problem__in=self.keys).exclude(
            standing=Standing.WITHDRAWN
        )
        found: dict[UUID, list[tuple[UUID, UUID | None]]] = {}
        for problem, house, trial in rows.values_list(
            "problem_id", "supplier_id", "trial__pk"
        ):
            found.setdefault(problem, []).append((house, trial))
        return found

    @cached_property
    def agencies(self) -> dict[UUID, UUID]:
        """The body of each problem."""
        return dict(
            Problem.objects.filter(pk__in=self.keys).values_list("pk", "agency_id")
        )

    @cached_property
    def people(self) -> dict[tuple[UUID, str], list[UUID]]:
        """Who holds a post in each house today, by house and role."""
        houses = {house for told in self.suppliers.values() for house, _ in told}
        rows = Appointment.objects.filter(
            in_force(), Q(organisation__in=houses | set(self.agencies.values()))
        )
        found: dict[tuple[UUID, str], list[UUID]] = {}
        for house, role, person in rows.values_list(
            "organisation_id", "role", "person_id"
        ):
            found.setdefault((house, role), []).append(person)
        return found

    def of(self, house: UUID, roles: tuple[Any, ...]) -> list[UUID]:
        """Return who holds one of these posts in a house."""
        return [
            person for role in roles for person in self.people.get((house, role), [])
        ]


def _workers(fact: Fact, known: Known) -> People:
    agency = known.agencies.get(_key(fact))
    return known.of(agency, WORKING) if agency else []


def _suppliers(fact: Fact, known: Known) -> People:
    houses = [house for house, _trial in known.suppliers.get(_key(fact), [])]
    return [person for house in houses for person in known.of(house, SUPPLYING)]


def _tried(fact: Fact, known: Known) -> People:
    trial = fact.figures.get("trial")
    houses = [
        house for house, own in known.suppliers.get(_key(fact), []) if str(own) == trial
    ]
    return [person for house in houses for person in known.of(house, SUPPLYING)]


def _heads(fact: Fact, known: Known) -> People:
    agency = known.agencies.get(_key(fact))
    return known.of(agency, (Role.HEAD,)) if agency else []


def _heads_and_tried(fact: Fact, known: Known) -> People:
    return [*_heads(fact, known), *_tried(fact, known)]


def _page(fact: Fact, known: Known) -> str:
    return reverse("dtmarket-problem", args=[fact.figures["code"]])


def _code(fact: Fact, known: Known) -> dict[str, Any]:
    return {"code": fact.figures["code"]}


tell = Teller("dtmarket", params=_code, link=_page, gather=Known)


tell("scoring_began", _workers, N_("Answering %(code)s is over"), N_("The answers may be read now. Two people score each of them."))  # fmt: skip
tell("shortlist_made", _suppliers, N_("The short list of %(code)s is made"), N_("Its page shows the points your answer was given, and why."))  # fmt: skip
tell("trial_began", _tried, N_("Your solution for %(code)s goes on trial"), N_("Its page shows from when to when, and by which figures it is judged."))  # fmt: skip
tell("trial_succeeded", _tried, N_("Your trial for %(code)s succeeded"), N_("The audit of its cost comes next; support follows it."))  # fmt: skip
tell("trial_failed", _tried, N_("Your trial for %(code)s did not reach its targets"), N_("Its page shows every reading."))  # fmt: skip
tell(
    "trial_stopped",
    _tried,
    N_("Your trial for %(code)s was stopped"),
    N_("Its page says why."),
)
tell("trial_supported", _tried, N_("Support for your trial for %(code)s was paid"), N_("Its page shows how much, and the audit it rests on."))  # fmt: skip
tell("false_report_found", _tried, N_("The support for %(code)s is owed back"), N_("Its page says why and until when."))  # fmt: skip
tell("solution_ordered", _tried, N_("Your solution for %(code)s was ordered"), N_("Its page shows the order."))  # fmt: skip
tell("problem_ended", _suppliers, N_("Problem %(code)s ended without an order"), N_("Its page says why."))  # fmt: skip
tell("problem_fell_late", _heads, N_("%(code)s waits longer than it may"), N_("Its page says what comes next and since when it waits."))  # fmt: skip
tell("repayment_fell_late", _heads_and_tried, N_("The support for %(code)s was not paid back in time"), N_("Its page says how much and since when."))  # fmt: skip

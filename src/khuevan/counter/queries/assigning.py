"""The rules of assignment, as their page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from khuevan.catalogue.public import titles_of
from khuevan.counter.access import ROLES_OF
from khuevan.counter.models import AssignmentRule, Step
from khuevan.directory.public import Appointment, Person, in_force
from khuevan.process.public import Duty


@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule in words, with how much waits for each of its people."""

    rule: AssignmentRule
    title: str
    people: list[tuple[str, int]]


def rules_for(person: Person) -> list[Ruled]:
    """Return the rules somebody may look after, the narrowest of each body first."""
    rules = list(
        AssignmentRule.objects.visible_to(person)
        .select_related("organisation")
        .order_by("organisation__name", "-procedure", "-sector")
    )
    keys = {key for rule in rules for key in rule.people}
    names = dict(Person.objects.filter(pk__in=keys).values_list("pk", "full_name"))
    loads = dict(
        Step.objects.waiting()
        .filter(person__in=keys)
        .order_by()
        .values_list("person")
        .annotate(load=Count("pk", filter=Q(duty=Duty.HANDLE)))
    )
    titles = titles_of([rule.procedure for rule in rules if rule.procedure])
    return [
        Ruled(
            rule,
            f"{titles.get(rule.procedure, '')} ({rule.procedure})" if rule.procedure else rule.sector,
            [(names[key], loads.get(key, 0)) for key in rule.people if key in names],
        )
        for rule in rules
    ]  # fmt: skip


def handlers_of(bodies: Iterable[UUID]) -> QuerySet[Person]:
    """Return who handles dossiers in some organisations, by name."""
    posts = Appointment.objects.filter(
        in_force(), organisation__in=list(bodies), role__in=ROLES_OF[Duty.HANDLE]
    )
    found = Person.objects.filter(pk__in=posts.values("person"), is_active=True)
    return found.order_by("sort_key")

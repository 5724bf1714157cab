"""What the messages of a batch of facts need: each table asked at most once."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from django.db.models import Q

from khuevan.directory.public import Appointment, Role
from khuevan.journal.public import Fact
from khuevan.platform import clock

from .models import Coordination, Difficulty, Extension, ReportingPeriod, Task
from .rules import Visibility


def key_of(reference: str) -> UUID:
    """Return the key in a reference such as `steering.task:…`."""
    return UUID(reference.partition(":")[2])


def lead_of(fact: Fact) -> UUID:
    """Return the unit that led the task when the fact happened."""
    return UUID(fact.figures["standing"]["lead"])


class Known:
    """What a batch of facts is about, each table asked at most once."""

    def __init__(self, facts: list[Fact]) -> None:
        self.facts = facts

    @cached_property
    def tasks(self) -> dict[UUID, Task]:
        return Task.objects.select_related("lead").in_bulk(
            [key_of(f.subject) for f in self.facts if f.subject.startswith("steering.task:")]
        )  # fmt: skip

    @cached_property
    def helpers(self) -> dict[UUID, list[UUID]]:
        """Coordinating units by task; of restricted tasks they may not know."""
        rows = Coordination.objects.filter(task__in=self.tasks).exclude(
            task__visibility=Visibility.RESTRICTED
        )
        found: dict[UUID, list[UUID]] = {}
        for task, unit in rows.values_list("task_id", "organisation_id"):
            found.setdefault(task, []).append(unit)
        return found

    @cached_property
    def posts(self) -> dict[tuple[UUID, str], list[UUID]]:
        """People in post today by unit and role, where this batch names the unit."""
        today = clock.today()
        rows = Appointment.objects.filter(
            Q(organisation__in=self._units())
            | Q(role__in=[Role.COMMITTEE_OFFICE, Role.LEADER]),
            Q(valid_from=None) | Q(valid_from__lte=today),
            Q(valid_to=None) | Q(valid_to__gte=today),
        )
        found: dict[tuple[UUID, str], list[UUID]] = {}
        for unit, role, person in rows.values_list(
            "organisation_id", "role", "person_id"
        ):
            found.setdefault((unit, role), []).append(person)
        return found

    @cached_property
    def busy(self) -> set[UUID]:
        """Units that lead running tasks."""
        return set(Task.objects.running().values_list("lead_id", flat=True).distinct())

    @cached_property
    def periods(self) -> dict[UUID, ReportingPeriod]:
        kind = "steering.period_opened"
        return ReportingPeriod.objects.in_bulk(
            [key_of(f.subject) for f in self.facts if f.kind == kind]
        )

    @cached_property
    def asked_by(self) -> dict[UUID, UUID]:
        found = Extension.objects.filter(pk__in=self._named("extension"))
        return dict(found.values_list("pk", "asked_by_id"))

    @cached_property
    def raised_by(self) -> dict[UUID, UUID]:
        found = Difficulty.objects.filter(pk__in=self._named("difficulty"))
        return dict(found.values_list("pk", "raised_by_id"))

    def task(self, fact: Fact) -> Task:
        return self.tasks[key_of(fact.subject)]

    def people(self, unit: UUID, *roles: Role) -> list[UUID]:
        return [person for role in roles for person in self.posts.get((unit, role), ())]

    def everywhere(self, wanted: Role) -> list[UUID]:
        """Return who holds a city-wide role, in whichever body."""
        return [p for (_, role), people in self.posts.items() if role == wanted for p in people]  # fmt: skip

    def _units(self) -> set[UUID]:
        units = {unit for task in self.tasks.values() for unit in (task.lead_id, task.verifier_id)}  # fmt: skip
        units |= {lead_of(fact) for fact in self.facts if "standing" in fact.figures}
        units |= {unit for helping in self.helpers.values() for unit in helping}
        units |= self._named("routed_to", "receiver")
        return units | (self.busy if self.periods else set())

    def _named(self, *names: str) -> set[UUID]:
        return {
            key_of(f.figures[n]) for f in self.facts for n in names if n in f.figures
        }

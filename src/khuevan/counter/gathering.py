"""What notices need to know of a batch of facts, each table asked at most once."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from khuevan.directory.public import (
    Appointment,
    Organisation,
    OrganisationKind,
    Role,
    in_force,
)
from khuevan.journal.public import Fact

from .models import Correction, Dossier, Step


HEADS = (Role.HEAD, Role.DIVISION_HEAD)


class Known:
    """What a batch of facts is about, each table asked at most once."""

    def __init__(self, facts: list[Fact]) -> None:
        self.facts = facts
        self.keys = {key_of(f.subject) for f in facts if f.subject.startswith("counter.dossier:")}  # fmt: skip

    @cached_property
    def dossiers(self) -> dict[UUID, Dossier]:
        found = Dossier.objects.select_related(
            "agency", "receiving_point", "return_point", "application"
        )
        return found.in_bulk(self.keys)  # fmt: skip

    @cached_property
    def standing(self) -> dict[UUID, list[Step]]:
        """Waiting steps by dossier, with who has each."""
        rows = Step.objects.waiting().filter(dossier__in=self.keys)
        found: dict[UUID, list[Step]] = {}
        for step in rows.select_related("person", "organisation").order_by("entered_at"):  # fmt: skip
            found.setdefault(step.dossier_id, []).append(step)
        return found

    @cached_property
    def posts(self) -> dict[tuple[UUID, str], list[UUID]]:
        """People in post today by organisation and role, at bodies this batch names."""
        bodies = {
            key
            for d in self.dossiers.values()
            for key in (d.agency_id, d.receiving_point_id, d.return_point_id)
            if key
        } | set(self.centres) | self.owners  # fmt: skip
        rows = Appointment.objects.filter(
            in_force(), organisation__in=bodies, role__in=[*HEADS, Role.OFFICIAL]
        )
        found: dict[tuple[UUID, str], list[UUID]] = {}
        for unit, role, person in rows.values_list("organisation_id", "role", "person_id"):  # fmt: skip
            found.setdefault((unit, role), []).append(person)
        return found

    @cached_property
    def centres(self) -> list[UUID]:
        """The service centre, where a fact of this batch concerns it."""
        if not any(f.kind == "counter.reception_overdue" for f in self.facts):
            return []
        kind = OrganisationKind.SERVICE_CENTRE
        return list(Organisation.objects.in_force().filter(kind=kind).values_list("pk", flat=True))  # fmt: skip

    @cached_property
    def owners(self) -> set[UUID]:
        named = {f.figures.get("owner") for f in self.facts if f.kind == "counter.data_doubted"}  # fmt: skip
        return {UUID(key) for key in named if key}

    @cached_property
    def doubters(self) -> dict[tuple[UUID, str], UUID]:
        """Who reported a value, by dossier and field."""
        rows = Correction.objects.filter(dossier__in=self.keys).order_by("asked_at")
        return {
            (d, field): who
            for d, field, who in rows.values_list("dossier_id", "field", "asked_by_id")
            if d is not None and who is not None
        }

    def people(self, body: UUID | None, *roles: Role) -> list[UUID]:
        if body is None:
            return []
        return [p for role in roles for p in self.posts.get((body, role), ())]


def key_of(reference: str) -> UUID:
    """Return the key in a reference such as `counter.dossier:…`."""
    return UUID(reference.partition(":")[2])

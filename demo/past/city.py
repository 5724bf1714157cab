"""The agencies, people and procedures of the past, ready to be sent to a process."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from uuid import UUID

from khuevan.catalogue.public import Published, Tier, in_force as versions_in_force
from khuevan.directory.public import Appointment, Organisation, Role
from khuevan.process.public import read_bpmn

from .shares import LAST, PROCEDURES


@dataclass(frozen=True, slots=True)
class Body:
    """An agency of the past: who it is, and who works there."""

    key: UUID
    code: str
    official: UUID
    head: UUID


@dataclass(frozen=True, slots=True)
class Part:
    """A step of a procedure's process, on the way of its first case."""

    node: str
    name: str
    duty: str
    hours: float


@dataclass(frozen=True, slots=True)
class Kind:
    """A procedure as the past used it; without a process of its own, by the usual steps."""

    code: str
    version: UUID
    title: str
    sector: str
    commune: bool
    days: int
    agency: int  # place in the list of departments
    path: tuple[Part, ...]
    answers: tuple[str, ...]  # JSON of its author's cases, one of which people gave


@dataclass(frozen=True)
class City:
    """Everything a writer needs, ready to be sent to another process."""

    communes: list[Body]
    weights: list[int]
    departments: list[Body]
    points: list[UUID]
    kinds: list[Kind]
    kind_weights: list[float]


def gather() -> City:
    """Collect the agencies, their people and the procedures once."""
    people: dict[tuple[UUID, str], UUID] = {}
    for unit, role, person in Appointment.objects.order_by("-valid_from", "id").values_list("organisation_id", "role", "person_id"):  # fmt: skip
        people.setdefault((unit, role), person)

    def made(organisation: Organisation) -> Body:
        return Body(
            organisation.pk,
            organisation.code,
            people[organisation.pk, Role.OFFICIAL],
            people[organisation.pk, Role.HEAD],
        )

    communes = list(Organisation.objects.filter(kind="commune", area__isnull=False).select_related("area").order_by("code"))  # fmt: skip
    departments = list(Organisation.objects.filter(kind="department", code__startswith="H26.").order_by("code"))  # fmt: skip
    chosen = _kinds(len(departments))
    return City(
        communes=[made(c) for c in communes],
        weights=[max(c.area.population, 3_000) for c in communes],
        departments=[made(d) for d in departments],
        points=list(Organisation.objects.filter(kind="point").order_by("code").values_list("pk", flat=True)),
        kinds=chosen,
        kind_weights=[1 / (rank + 3) ** 0.9 for rank in range(len(chosen))],
    )  # fmt: skip


def _kinds(departments: int) -> list[Kind]:
    """Choose the procedures people asked for, communes' and the city's in turn.

    Those to restructure first are among them; of the communes' they are the most used.
    """
    dice = random.Random(57)  # noqa: S311 - the same past every time
    versions = [v for v in versions_in_force(LAST) if not v.definition.is_party]
    dice.shuffle(versions)
    versions.sort(key=lambda v: not v.definition.is_key)
    ours = [v for v in versions if v.definition.tier is Tier.COMMUNE][: PROCEDURES // 2]
    city = [v for v in versions if v.definition.tier is Tier.CITY][: PROCEDURES // 2]
    dice.shuffle(city)
    mixed = [v for pair in zip(ours, city, strict=False) for v in pair]
    return [_kind(v, dice, departments) for v in mixed]


def _kind(version: Published, dice: random.Random, departments: int) -> Kind:
    definition = version.definition
    limits = [o.limit.amount for o in definition.channels if o.limit and o.limit.unit == "working_day"]  # fmt: skip
    days = limits[0] if limits and 0 < limits[0] <= 30 else dice.choice((3, 5, 7, 10, 15))  # fmt: skip
    return Kind(
        definition.code, version.id, definition.title[:500], definition.sector[:200],
        definition.tier is Tier.COMMUNE, days, dice.randrange(departments),
        _path(version), tuple(json.dumps(c.answers) for c in definition.tests) or ("{}",),
    )  # fmt: skip


def _path(version: Published) -> tuple[Part, ...]:
    definition = version.definition
    if not definition.process or not definition.tests:
        return ()
    by_id = read_bpmn(definition.process).by_id
    nodes = [by_id[node] for node in definition.tests[0].path if node in by_id]
    return tuple(Part(n.id, n.name, n.duty.value, n.hours) for n in nodes if n.duty)

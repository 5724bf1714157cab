"""What moving the dossiers in flight to another version would do, before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from khuevan.counter.definitions import process_by
from khuevan.counter.models import Dossier, Step, StepState
from khuevan.counter.models.dossiers import DossierQuerySet
from khuevan.process.public import Differences, Process, differences, successor_of


@dataclass(frozen=True, slots=True)
class Stand:
    """Where dossiers wait now and where they would wait; no target: somebody must say."""

    node: str
    name: str
    dossiers: int
    target: str | None
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole move as it would be."""

    source: UUID
    target: UUID
    changes: Differences
    stands: tuple[Stand, ...]
    total: int

    @property
    def complete(self) -> bool:
        """Tell whether every step has somewhere to go."""
        return all(stand.target for stand in self.stands)


def plan_move(
    source: UUID, target: UUID, chosen: Mapping[str, str] | None = None
) -> Plan:
    """Return what a move would do; `chosen` names targets for steps that have none."""
    old, new = process_by(source), process_by(target)
    counts: dict[str, int] = {}
    standing = Step.objects.standing().filter(
        dossier__in=in_flight(source).order_by().values("pk")
    )
    for node, state in standing.values_list("node", "state"):
        if state == StepState.WAITING:
            counts[node] = counts.get(node, 0) + 1
    picked = dict(chosen or {})
    stands = tuple(
        Stand(
            node,
            old.by_id[node].name,
            count,
            picked.get(node) or successor_of(old, new, node),
            _choices(old, new, node),
        )
        for node, count in sorted(counts.items())
    )
    return Plan(
        source, target, differences(old, new), stands, in_flight(source).count()
    )


def in_flight(source: UUID) -> DossierQuerySet:
    """Return the running dossiers of a version."""
    return Dossier.objects.running().filter(version=source)


def names_of(key: UUID) -> dict[str, str]:
    """Return the names of a version's steps by their ids."""
    return {node.id: node.name for node in process_by(key).nodes if node.name}


def _choices(old: Process, new: Process, node: str) -> tuple[tuple[str, str], ...]:
    kind = old.by_id[node].kind
    return tuple((n.id, n.name) for n in new.nodes if n.kind is kind)

"""Moving dossiers in flight to a new version of their procedure, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from khuevan.catalogue.public import may_keep_catalogue, version
from khuevan.counter.definitions import process_of
from khuevan.counter.engine import step_due
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import (
    Dossier,
    LastAction,
    MovedDossier,
    Step,
    StepState,
    VersionMove,
)
from khuevan.counter.queries.moving import in_flight, plan_move
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import locked, require


BATCH = 100
Progress = Callable[[int, int], None]


def move_dossiers(
    *,
    source: UUID,
    target: UUID,
    chosen: Mapping[str, str] | None = None,
    told: Progress = lambda done, total: None,
    by: Person,
) -> VersionMove:
    """Move every running dossier of a version to another, in batches.

    A batch is one transaction; a move that was cut short goes on where it stopped when
    it is started again. Raises RuleBroken where a step has nowhere to go.
    """
    require(may_keep_catalogue(by))
    plan = plan_move(source, target, chosen)
    if version(source).code != version(target).code:
        raise RuleBroken(N_("These are versions of two different procedures."))
    if not plan.complete:
        raise RuleBroken(
            N_("Say where dossiers of every step go: “%(step)s” has no target."),
            field="chosen",
            step=next(s.name for s in plan.stands if not s.target),
        )
    targets = {stand.node: stand.target for stand in plan.stands}
    move = VersionMove.objects.create(
        procedure=version(source).code, source=source, target=target, by=by,
        chosen=targets, total=plan.total,
    )  # fmt: skip
    done = 0
    while batch := list(in_flight(source).order_by("pk").values_list("pk", flat=True)[:BATCH]):  # fmt: skip
        with transaction.atomic():
            for key in batch:
                _move_one(key, move, targets, by)
        done += len(batch)
        told(done, plan.total)
    return move


def undo_move(
    *,
    move: VersionMove,
    told: Progress = lambda done, total: None,
    by: Person,
) -> int:
    """Put back every dossier of a move that nobody touched since; return how many."""
    require(may_keep_catalogue(by))
    back = 0
    held = list(move.dossiers.filter(undone_at=None).order_by("pk"))
    for done, moved in enumerate(held, 1):
        with transaction.atomic():
            back += _back_one(moved, move, by)
        told(done, len(held))
    move.undone_at = clock.now()
    move.save()
    return back


def _move_one(
    key: UUID, move: VersionMove, targets: Mapping[str, Any], by: Person
) -> None:
    dossier = locked(Dossier(pk=key))
    if dossier.version != move.source:
        return
    steps = list(dossier.work.standing().select_for_update())
    before = [
        {"pk": str(s.pk), "node": s.node, "name": s.name, "via": s.via,
         "hours": str(s.hours), "due_at": s.due_at}
        for s in steps
    ]  # fmt: skip
    MovedDossier.objects.create(move=move, dossier=dossier, before=before)
    dossier.version = move.target
    dossier.save(update_fields=["version"])
    process = process_of(dossier)
    for step in steps:
        node = process.by_id[targets.get(step.node) or step.node]
        step.node, step.name = node.id, node.name
        step.via = next(f.id for f in process.incoming[node.id])
        step.hours = node.hours
        if node.hours and step.state == StepState.WAITING:
            step.due_at = step_due(step.entered_at, node.hours)
    Step.objects.bulk_update(steps, ["node", "name", "via", "hours", "due_at"])
    LastAction.objects.filter(dossier=dossier).delete()
    record_dossier(
        "dossier_moved", dossier, by=by, number=version(move.target).number,
        steps=len(steps),
    )  # fmt: skip


def _back_one(moved: MovedDossier, move: VersionMove, by: Person) -> int:
    dossier = locked(moved.dossier)
    standing = {str(s.pk): s for s in dossier.work.standing().select_for_update()}
    kept = {told["pk"] for told in moved.before}
    if dossier.version != move.target or standing.keys() != kept:
        return 0  # it went on under the new version: that stands
    for told in moved.before:
        step = standing[told["pk"]]
        step.node, step.name, step.via = told["node"], told["name"], told["via"]
        step.hours = told["hours"]
        step.due_at = Step._meta.get_field("due_at").to_python(told["due_at"])
        step.save()
    dossier.version = move.source
    dossier.save(update_fields=["version"])
    moved.undone_at = clock.now()
    moved.save()
    record_dossier("move_undone", dossier, by=by, number=version(move.source).number)
    return 1

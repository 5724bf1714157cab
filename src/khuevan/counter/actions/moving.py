"""Moving dossiers in flight to a new version of their procedure, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import transaction

from khuevan.catalogue.public import may_keep_catalogue, version
from khuevan.counter.carrying import carry, cross
from khuevan.counter.definitions import process_by
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import (
    Dossier,
    LastAction,
    MovedDossier,
    Opinion,
    VersionMove,
)
from khuevan.counter.queries.moving import in_flight, plan_move
from khuevan.counter.stored_rows import as_stored, restore
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
    it is started again. A dossier that could not go on in the new version stays under
    the old one, and the move says why. Raises RuleBroken where a step has nowhere to go.
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
    targets = {stand.node: stand.target for stand in plan.stands if stand.target}
    move = VersionMove.objects.create(
        procedure=version(source).code, source=source, target=target, by=by,
        chosen=targets, total=plan.total,
    )  # fmt: skip
    done, last = 0, UUID(int=0)
    while batch := _next(source, last):
        with transaction.atomic():
            for key in batch:
                _move_one(key, move, targets, by)
        done, last = done + len(batch), batch[-1]
        told(done, plan.total)
    return move


def _next(source: UUID, last: UUID) -> list[UUID]:
    """Return the next batch: dossiers that stay are not met again."""
    rows = in_flight(source).filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def undo_move(
    *,
    move: VersionMove,
    told: Progress = lambda done, total: None,
    by: Person,
) -> int:
    """Put back every dossier of a move that nobody touched since; return how many."""
    require(may_keep_catalogue(by))
    back = 0
    held = list(move.dossiers.gone().filter(undone_at=None).order_by("pk"))
    for done, moved in enumerate(held, 1):
        with transaction.atomic():
            back += _back_one(moved, move, by)
        told(done, len(held))
    move.undone_at = clock.now()
    move.save()
    return back


def _move_one(
    key: UUID, move: VersionMove, targets: Mapping[str, str], by: Person
) -> None:
    dossier = locked(Dossier(pk=key))
    if dossier.version != move.source:
        return
    old, new = process_by(move.source), process_by(move.target)
    try:
        crossing = cross(dossier, old, new, targets)
    except RuleBroken as broken:
        told = {"sentence": broken.sentence, "params": broken.params}
        MovedDossier.objects.create(move=move, dossier=dossier, refusal=told)
        return
    moved = MovedDossier.objects.create(
        move=move, dossier=dossier, before=[as_stored(step) for step in crossing.steps]
    )
    dossier.version = move.target
    carry(dossier, crossing)
    dossier.save()
    moved.after = [str(key) for key in _standing(dossier)]
    moved.save(update_fields=["after"])
    LastAction.objects.filter(dossier=dossier).delete()
    record_dossier(
        "dossier_moved", dossier, by=by, number=version(move.target).number,
        steps=len(moved.after),
    )  # fmt: skip


def _back_one(moved: MovedDossier, move: VersionMove, by: Person) -> int:
    dossier = locked(moved.dossier)
    if dossier.version != move.target or set(map(str, _standing(dossier))) != set(moved.after):  # fmt: skip
        return 0  # it went on under the new version: that stands
    kept = {told["id"]: told for told in moved.before}
    dossier.work.filter(pk__in=moved.after).exclude(pk__in=kept).delete()
    asked = Opinion.objects.filter(step__in=kept, asked_at__gte=moved.moved_at)
    asked.filter(given_at=None).delete()
    for step in dossier.work.filter(pk__in=kept):
        restore(step, kept[str(step.pk)])
    dossier.version = move.source
    dossier.save(update_fields=["version"])
    moved.undone_at = clock.now()
    moved.save()
    record_dossier("move_undone", dossier, by=by, number=version(move.source).number)
    return 1


def _standing(dossier: Dossier) -> list[UUID]:
    """Return the keys of a dossier's tokens, which its lock holds."""
    return list(dossier.work.standing().order_by("pk").values_list("pk", flat=True))

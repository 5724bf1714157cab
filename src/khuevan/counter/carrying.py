"""A dossier in flight under another version: where it would stand, and put there.

Not an action: `actions.moving` calls it inside its transaction, `queries.moving` to
show what would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.process.public import (
    Fit,
    Process,
    Run,
    fit,
    path_ahead,
    successor_of,
)

from .definitions import data_of
from .engine import ask, stand
from .models import Dossier, Step, StepState


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the standing steps of a dossier go, and its way from there."""

    steps: tuple[Step, ...]
    went: Fit
    ahead: Run


def cross(
    dossier: Dossier, old: Process, new: Process, chosen: Mapping[str, str]
) -> Crossing:
    """Return where a dossier would stand in another version of its process.

    The conditions of the new version are tried on the dossier's own answers: raises
    RuleBroken where one cannot be computed, where a step has no counterpart and
    `chosen` names none, or where no dossier can stand so with what was done.
    """
    work = sorted(dossier.work.all(), key=lambda step: (step.entered_at, step.pk))
    standing = [s for s in work if s.state in {StepState.WAITING, StepState.JOINING}]
    targets = {
        step.node: _target(step, old, new, chosen)
        for step in standing
        if step.state == StepState.WAITING
    }
    went = fit(new, [s.token for s in standing], targets, _done(work, old, new))
    return Crossing(tuple(standing), went, path_ahead(new, went.tokens, data_of(dossier)))  # fmt: skip


def carry(dossier: Dossier, crossing: Crossing) -> None:
    """Put a dossier's steps where a crossing says; its version is the new one already."""
    places = [after for _, after in crossing.went.kept]
    for step, token in zip(crossing.steps, places, strict=True):
        if token is None:
            step.state, step.left_at = StepState.LEFT, clock.now()
        else:
            stand(step, dossier, token)
        step.save()
        ask(dossier, step)
    now = clock.now()
    came = [
        stand(Step(dossier=dossier, entered_at=now), dossier, token)
        for token in crossing.went.new
    ]
    Step.objects.bulk_create(came)
    for step in came:
        ask(dossier, step)


def names_of_tokens(process: Process, tokens: Iterable[Any]) -> tuple[str, ...]:
    """Return the names of the steps tokens wait at; joins have none."""
    return tuple(process.by_id[t.node].name for t in tokens if not t.joining)


def _target(step: Step, old: Process, new: Process, chosen: Mapping[str, str]) -> str:
    key = chosen.get(step.node) or successor_of(old, new, step.node)
    if key not in new.by_id:
        raise RuleBroken(
            N_("Say where dossiers of every step go: “%(step)s” has no target."),
            field="chosen",
            step=step.name,
        )
    return key


def _done(work: Iterable[Step], old: Process, new: Process) -> frozenset[str]:
    """Return the steps of the new version that count as done.

    By their counterpart; a step done under a still older version by its name and duty.
    """
    found: set[str] = set()
    for step in work:
        if step.state != StepState.DONE:
            continue
        known = old.by_id.get(step.node)
        if known is not None and known.name == step.name:
            key = successor_of(old, new, step.node)
            found |= {key} if key else set()
        else:
            found |= {n.id for n in new.nodes if n.name and (n.name, n.duty or "") == (step.name, step.duty)}  # fmt: skip
    return frozenset(found)

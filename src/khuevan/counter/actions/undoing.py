"""Undo of one's last action (Decree 224/2026 Art. 23(6))."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from khuevan.counter.access import WORKERS
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Interval, LastAction, Step
from khuevan.counter.stored_rows import restore
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import locked, require


WINDOW = timedelta(minutes=30)
"""How long an action can be undone. Configuration, not law."""


@transaction.atomic
def undo_last(*, dossier: Dossier, by: Person) -> Dossier:
    """Put a dossier back to where it was before one's own last action on it.

    Only the last action, only by whoever did it, only for half an hour, and never
    what left the house: a signature, a payment, a hand-over.
    """
    dossier = locked(dossier)
    last = LastAction.objects.select_for_update().filter(dossier=dossier).first()
    require(any(by.authority.has_in(p, *WORKERS) for p in dossier.parties))
    if last is None or last.by_id != by.pk:
        raise RuleBroken(N_("There is no action of yours here that can be undone."))
    if clock.now() - last.at > WINDOW:
        raise RuleBroken(N_("That was more than half an hour ago; it stands."))
    _restore_rows(dossier.work, Step, last.before["steps"])
    _restore_rows(dossier.intervals, Interval, last.before["intervals"])
    if last.kind == "supplement_asked":
        dossier.requests.filter(completed_at=None).delete()
    restore(dossier, last.before["dossier"])
    kind = last.kind
    last.delete()
    record_dossier("action_undone", dossier, by=by, undone=kind)
    return dossier


def _restore_rows(now: Any, model: type[Any], before: list[dict[str, Any]]) -> None:
    kept = {row["id"] for row in before}
    now.exclude(pk__in=kept).delete()
    rows = {str(row.pk): row for row in now.all()}
    for told in before:
        restore(rows.get(told["id"]) or model(pk=told["id"]), told)

"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import UUIDField

from khuevan.counter.definitions import process_of
from khuevan.counter.engine import finish
from khuevan.counter.models import Dossier, LastAction, Step, StepState
from khuevan.counter.rules.states import (
    ENDED,
    Business,
    Delivery,
    Finance,
    Sync,
)
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.ids import uuid7
from khuevan.platform.prepared import Given, Prepared
from khuevan.process.public import Duty, Kind


AT_RECEPTION = (Business.FILED, Business.TO_COMPLETE)
"""Before the dossier is accepted."""
PAYMENT = "payment"
"""What a message step waits for that goes on when a financial duty is settled."""


# The rows as they are stored, by column: `undoing` puts them back.
_REMEMBER = """
    INSERT INTO counter_lastaction (id, dossier_id, kind, by_id, at, before)
    SELECT %s, d.id, %s, %s, %s, jsonb_build_object(
        'dossier', to_jsonb(d),
        'steps', (SELECT coalesce(jsonb_agg(s), '[]') FROM counter_step s
                  WHERE s.dossier_id = d.id),
        'intervals', (SELECT coalesce(jsonb_agg(i), '[]') FROM counter_interval i
                      WHERE i.dossier_id = d.id))
    FROM counter_dossier d WHERE d.id = %s
    ON CONFLICT (dossier_id) DO UPDATE SET
        kind = EXCLUDED.kind, by_id = EXCLUDED.by_id, at = EXCLUDED.at,
        before = EXCLUDED.before
"""


_LOCKED = Prepared(
    lambda: (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("agency", "application")
        .filter(pk=Given("key", UUIDField()))
    )
)
_WORK = Prepared(
    lambda: Step.objects.filter(dossier=Given("key", UUIDField())).order_by(
        "entered_at", "id"
    )
)


def locked(dossier: Dossier) -> Dossier:
    """Return the dossier again, locked until the action ends."""
    return _LOCKED.get(key=dossier.pk)


def locked_with_work(dossier: Dossier) -> Dossier:
    """Return the dossier locked, its steps read once for all that follows.

    Whoever changes a step holds its dossier's lock, so they cannot change meanwhile.
    """
    dossier = locked(dossier)
    dossier.kept_work = _WORK.ask(key=dossier.pk)
    for step in dossier.kept_work:
        step.dossier = dossier
    return dossier


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def move(
    dossier: Dossier,
    *,
    business: Business | None = None,
    finance: Finance | None = None,
    delivery: Delivery | None = None,
) -> None:
    """Change the state machines by their tables; an end gets its time, a change its sync."""
    before = dossier.status
    dossier.standing = dossier.standing.to(business, finance, delivery)
    if business in ENDED:
        dossier.ended_at = clock.now()
    if dossier.status != before and dossier.sync != Sync.PENDING:
        dossier.sync = Sync.PENDING


def require_state(dossier: Dossier, *states: Business) -> None:
    """Refuse where the dossier is not in one of some states."""
    if Business(dossier.business) not in states:
        raise RuleBroken(
            N_("This cannot be done now: the dossier is “%(state)s”."),
            state=dossier.business,
        )


def refuse_open_request(dossier: Dossier) -> None:
    """Refuse while the applicant still owes what was asked for."""
    if dossier.supplements and dossier.requests.filter(completed_at=None).exists():
        raise RuleBroken(N_("The applicant still owes what was asked for."))


def waiting_step(dossier: Dossier, duty: Duty) -> Step | None:
    """Return the step of a duty the dossier waits at, if it does."""
    if dossier.kept_work is not None:
        found = (s for s in dossier.kept_work if s.duty == duty)
        return next((s for s in found if s.state == StepState.WAITING), None)
    return (
        dossier.work.filter(state=StepState.WAITING, duty=duty)
        .order_by("entered_at", "id")
        .first()
    )


def finish_duty(dossier: Dossier, duty: Duty, *, by: Person | None) -> None:
    """Finish the waiting step of a duty where the process has one."""
    step = waiting_step(dossier, duty)
    if step is not None:
        finish(dossier, step, by=by)


def remember(dossier: Dossier, kind: str, *, by: Person | None) -> None:
    """Keep what stands now, so that the same person can undo what comes."""
    if by is None:
        LastAction.objects.filter(dossier=dossier).delete()
        return
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [uuid7(), kind, by.pk, clock.now(), dossier.pk])


def forget(dossier: Dossier) -> None:
    """From here on the last action cannot be undone any more."""
    LastAction.objects.filter(dossier=dossier).delete()


def release_payment(dossier: Dossier, outcome: Finance) -> None:
    """Let a dossier go on that stood at a step waiting for its payment."""
    process = process_of(dossier)
    for step in dossier.work.waiting().filter(kind=Kind.MESSAGE):
        if process.by_id[step.node].service == PAYMENT:
            finish(dossier, step, by=None, outcome=outcome)

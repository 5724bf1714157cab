"""What the clock does by itself: warns, escalates, wakes timers, closes what expired."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value

from khuevan.counter.dated import ladder_on
from khuevan.counter.engine import finish
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Step, StepState, Supplement
from khuevan.counter.rules.clocks import RUNGS, Ladder, Rung, rung, share_gone
from khuevan.counter.rules.states import Business, Finance
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.process.public import Kind
from khuevan.worktime.public import add_working_days, working_days_between

from .clocks import stop_dossier
from .common import locked


BATCH = 500
AT_RECEPTION = (Business.FILED, Business.TO_COMPLETE)
"""Where the reception's hours run; none do while the applicant has to send something."""
CLOCK_RUNS = (Business.ACCEPTED, Business.IN_PROCESS)
"""Where the legal clock runs, unless it waits for money that is owed."""


def note_unreceived(*, by: Person | None = None) -> int:
    """Warn of dossiers nobody received in eight working hours; return how many.

    The applicant, the point and the centre are told (services.md 15, number 1).
    """
    late = Dossier.objects.filter(
        business__in=AT_RECEPTION, reception_due_at__lt=clock.now(), warned=""
    ).order_by("reception_due_at")
    told = 0
    for dossier in late[:BATCH]:
        with transaction.atomic():
            one = locked(dossier)
            if one.business not in AT_RECEPTION or one.warned:
                continue
            one.warned = "reception"
            one.save(update_fields=["warned"])
            record_dossier("reception_overdue", one, by=by)
            told += 1
    return told


def climb_ladder(*, by: Person | None = None) -> int:
    """Warn of dossiers whose time runs out, one rung at a time; return how many."""
    ladder = ladder_on(clock.today())
    told = 0
    for dossier in _on_a_new_rung(ladder, clock.now()).order_by("due_at")[:BATCH]:
        told += _climb(dossier, ladder, by)
    return told


def _on_a_new_rung(ladder: Ladder, now: datetime) -> QuerySet[Dossier]:
    """Keep running dossiers that stand higher than they were warned of.

    Exactly those: one that was told already would keep its place among the first
    `BATCH` until its end, and hide the others. `rules.clocks.rung` says the same of
    one dossier, and decides.
    """
    reached = {
        Rung.EXPIRED: Q(due_at__lt=now),
        Rung.LAST_DAY: _within(ladder.last_days),
        Rung.SOON: _within(ladder.soon_days) | _gone(ladder.soon_share, now),
        Rung.HALF: _gone(ladder.half_share, now),
    }
    higher = Q()
    for place, one in enumerate(RUNGS):
        higher |= reached[one] & ~Q(warned__in=RUNGS[place:])
    # `ended_at` says what the state says already: it names the index.
    return Dossier.objects.filter(
        higher, business__in=CLOCK_RUNS, due_at__isnull=False, ended_at__isnull=True
    ).exclude(finance=Finance.WAITING)


def _within(days: int) -> Q:
    """Keep what is due in at most so many working days."""
    first_after = add_working_days(clock.today(), days + 1)
    return Q(due_at__lt=clock.at_local(first_after, time.min))


def _gone(share: float, now: datetime) -> Q:
    """Keep that of whose time a share is gone: what is ahead is little beside it."""
    ahead = (1 - share) / share
    gone = ExpressionWrapper(
        (Value(now) - F("accepted_at")) * Value(ahead), output_field=DurationField()
    )
    return Q(due_at__lte=Value(now) + gone)


def wake_timers(*, by: Person | None = None) -> int:
    """Let dossiers go on whose timer ran out; return how many."""
    ready = Step.objects.filter(
        state=StepState.WAITING, kind=Kind.TIMER, due_at__lte=clock.now()
    ).select_related("dossier")
    woken = 0
    for step in ready.order_by("due_at")[:BATCH]:
        with transaction.atomic():
            dossier = locked(step.dossier)
            if Business(dossier.business) not in {Business.ACCEPTED, Business.IN_PROCESS}:  # fmt: skip
                continue
            finish(dossier, step, by=None, outcome="time")
            dossier.save()
            record_dossier("step_done", dossier, by=by, name=step.name, node=step.node, outcome="time")  # fmt: skip
            woken += 1
    return woken


def close_expired(*, by: Person | None = None) -> int:
    """Stop dossiers whose supplement never came; return how many (Form 05)."""
    expired = Supplement.objects.filter(
        completed_at=None, expires_at__lt=clock.now(),
        dossier__business__in=[Business.SUPPLEMENT, Business.TO_COMPLETE],
    ).select_related("dossier")  # fmt: skip
    closed = 0
    for request in expired[:BATCH]:
        stop_dossier(
            dossier=request.dossier,
            reason="Quá hạn bổ sung hồ sơ theo phiếu yêu cầu",
            by=by,
        )
        closed += 1
    return closed


def _climb(dossier: Dossier, ladder: Ladder, by: Person | None) -> int:
    now = clock.now()
    with transaction.atomic():
        one = locked(dossier)
        if one.business not in CLOCK_RUNS or one.finance == Finance.WAITING:
            return 0
        assert one.accepted_at is not None
        assert one.due_at is not None
        reached = rung(
            ladder,
            share_gone(one.accepted_at, one.due_at, now),
            working_days_between(clock.today(), clock.local_day(one.due_at)),
            now > one.due_at,
        )
        if reached is None or _order(reached) <= _order(one.warned):
            return 0
        one.warned = reached
        one.save(update_fields=["warned"])
        record_dossier(
            "warning_given", one, by=by, rung=reached.value,
            due_on=clock.local_day(one.due_at).isoformat(),
        )  # fmt: skip
    return 1


def _order(warned: str) -> int:
    return RUNGS.index(Rung(warned)) if warned in set(RUNGS) else -1

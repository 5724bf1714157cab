"""Conflicts with the national portal, and differences found when comparing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from django.db import transaction

from khuevan.counter.access import may_keep_sync
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import (
    Dossier,
    SyncCount,
    SyncDay,
    SyncDifference,
    SyncMessage,
)
from khuevan.counter.rules.states import Business, Status
from khuevan.counter.rules.syncing import Choice, Held, State, compare, may_follow
from khuevan.counter.sync.following import follow
from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import forget, locked, move, require


@transaction.atomic
def resolve_conflict(*, message: SyncMessage, choice: Choice, by: Person) -> Dossier:
    """Say whose state counts where city and portal differ.

    Ours is sent again and replaces theirs. Theirs can be taken over where both say
    the same, or where the applicant asked there to withdraw: then the dossier here
    waits for a decision on that.
    """
    require(may_keep_sync(by))
    dossier = locked(message.dossier)
    message = SyncMessage.objects.select_for_update().get(pk=message.pk)
    if message.state != State.CONFLICT:
        raise RuleBroken(N_("This conflict was resolved already."))
    message.choice, message.chosen_by = choice, by
    if choice is Choice.OURS:
        message.state, message.overrules = State.WAITING, True
        message.attempts, message.next_try_at = 0, clock.now()
    else:
        _take_over(dossier, message.held)
        message.state, message.done_at = State.DROPPED, clock.now()
    message.save()
    dossier.save()
    record_dossier("sync_resolved", dossier, by=by, choice=choice.value, held=message.held)  # fmt: skip
    follow(dossier.pk)
    dossier.refresh_from_db()
    return dossier


@transaction.atomic
def compare_day(*, day: date, listed: Sequence[Held], by: Person | None) -> SyncDay:
    """Compare the dossiers filed on a day with the portal's list, by status and procedure.

    Compared again, differences that are gone are settled and those that stay keep
    whoever looks into them.
    """
    require(may_keep_sync(by))
    ours = _held_here(day)
    counts, differs = compare(ours, listed)
    told, _fresh = SyncDay.objects.select_for_update().update_or_create(
        day=day,
        defaults={
            "made_at": clock.now(),
            "ours": len(ours),
            "theirs": len(listed),
            "different": len(differs),
        },
    )
    told.counts.all().delete()
    SyncCount.objects.bulk_create(
        SyncCount(of=told, procedure=c.procedure, status=c.status, ours=c.ours, theirs=c.theirs)
        for c in counts
    )  # fmt: skip
    now = clock.now()
    still = [one.code for one in differs]
    told.differences.filter(settled_at=None).exclude(code__in=still).update(
        settled_at=now
    )
    for one in differs:
        SyncDifference.objects.update_or_create(
            of=told,
            code=one.code,
            defaults={
                "procedure": one.procedure,
                "ours": one.ours,
                "theirs": one.theirs,
                "settled_at": None,
            },
        )
    record(
        "counter.sync_compared", subject=told.ref, by=by, day=day.isoformat(),
        ours=len(ours), theirs=len(listed), different=len(differs),
    )  # fmt: skip
    return told


@transaction.atomic
def take_difference(*, difference: SyncDifference, by: Person) -> SyncDifference:
    """Look into a difference oneself."""
    require(may_keep_sync(by))
    one = _open(difference)
    one.owner = by
    one.save(update_fields=["owner"])
    record("counter.sync_difference_taken", subject=one.of.ref, by=by, code=one.code)
    return one


@transaction.atomic
def settle_difference(
    *, difference: SyncDifference, note: str, by: Person
) -> SyncDifference:
    """Say what a difference was; the next comparison opens it again if it stays."""
    require(may_keep_sync(by))
    one = _open(difference)
    if not note.strip():
        raise RuleBroken(N_("Say what the difference was."), field="note")
    one.owner, one.note, one.settled_at = by, note.strip()[:500], clock.now()
    one.save()
    record("counter.sync_difference_settled", subject=one.of.ref, by=by, code=one.code)
    return one


def _open(difference: SyncDifference) -> SyncDifference:
    one = SyncDifference.objects.select_for_update().get(pk=difference.pk)
    if one.settled_at is not None:
        raise RuleBroken(N_("This difference is settled."))
    return one


def _held_here(day: date) -> list[Held]:
    found = Dossier.objects.filter(
        filed_at__gte=clock.at_local(day, time.min),
        filed_at__lt=clock.at_local(day + timedelta(days=1), time.min),
        origin_system="city",
    ).exclude(business=Business.DRAFT)
    fields = found.only("code", "procedure", "business", "finance", "delivery")
    return [Held(d.code or "", d.procedure, int(d.status or 0)) for d in fields]


def _take_over(dossier: Dossier, held: int | None) -> None:
    ours = int(dossier.status) if dossier.status else None
    if not may_follow(held, ours):
        raise RuleBroken(
            N_(
                "The city cannot take over what the portal says: do the step in the "
                "dossier, or let ours count."
            )
        )
    if held == Status.WITHDRAWING and held != ours:
        move(dossier, business=Business.WITHDRAWING)
        forget(dossier)

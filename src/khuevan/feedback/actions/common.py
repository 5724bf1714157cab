"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied

from khuevan.directory.public import Person
from khuevan.feedback.dated import clock_on
from khuevan.feedback.models import Petition, PetitionClock, Step
from khuevan.feedback.queries.petitions import limit_due
from khuevan.feedback.rules.petitions import Move, State, after
from khuevan.platform import clock
from khuevan.worktime.public import Pause, due


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def locked(petition: Petition) -> Petition:
    """Return the petition again, locked until the action ends."""
    return Petition.objects.select_for_update().get(pk=petition.pk)


def take_step(petition: Petition, move: Move, words: str, by: Person | None) -> None:
    """Move a locked petition on and keep what was said."""
    petition.state = after(State(petition.state), move)
    Step.objects.create(
        petition=petition,
        move=move,
        words=words,
        organisation_id=petition.organisation_id,
        by=by,
        at=clock.now(),
    )


def start_clock(petition: Petition, code: str) -> None:
    """Let a limit run from now for the body that has the petition."""
    now = clock.now()
    PetitionClock.objects.create(
        petition=petition,
        code=code,
        organisation_id=petition.organisation_id,
        started_at=now,
        due_at=limit_due(code, now),
    )


def stop_clocks(petition: Petition, *codes: str) -> None:
    """End limits that run (all, where none is named), late or not."""
    now = clock.now()
    running = petition.clocks.filter(ended_at=None)
    for row in running.filter(code__in=codes) if codes else running:
        row.ended_at = now
        if row.due_at < now and row.late_at is None and row.paused_at is None:
            row.late_at = now
        row.paused_at = None
        row.save(update_fields=["ended_at", "late_at", "paused_at"])


def judge_limit(petition: Petition, code: str) -> None:
    """Note a limit that counts only because of what is done now: kept or not."""
    now = clock.now()
    ends = limit_due(code, petition.received_at)
    PetitionClock.objects.create(
        petition=petition,
        code=code,
        organisation_id=petition.organisation_id,
        started_at=petition.received_at,
        due_at=ends,
        ended_at=now,
        late_at=now if ends < now else None,
    )


def pause_clocks(petition: Petition) -> None:
    """Let limits stand while the sender is asked for more."""
    running = petition.clocks.filter(ended_at=None, paused_at=None)
    running.update(paused_at=clock.now())


def resume_clocks(petition: Petition) -> None:
    """Let limits run on; the time they stood does not count."""
    now = clock.now()
    for row in petition.clocks.filter(ended_at=None, paused_at__isnull=False):
        assert row.paused_at is not None
        row.pauses = [*row.pauses, [row.paused_at.isoformat(), now.isoformat()]]
        row.paused_at = None
        row.due_at = reckoned(row)
        row.save(update_fields=["pauses", "paused_at", "due_at"])


def reckoned(row: PetitionClock) -> datetime:
    """Return when a running limit ends by today's calendar."""
    rule = clock_on(row.code, clock.local_day(row.started_at))
    stood = [
        Pause(datetime.fromisoformat(start), datetime.fromisoformat(end))
        for start, end in row.pauses
    ]
    return due(row.started_at, rule.term, pauses=stood).instant


def keep(petition: Petition) -> Petition:
    """Save a locked petition with its next due time."""
    running = petition.clocks.filter(ended_at=None, paused_at=None)
    first = running.order_by("due_at").values_list("due_at", flat=True).first()
    petition.next_due_at = first
    petition.save()
    return petition

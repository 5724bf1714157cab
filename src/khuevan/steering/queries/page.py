"""Everything the page of one task shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import Fact, facts_about
from khuevan.platform import clock
from khuevan.steering.facts import WORDS, words_params
from khuevan.steering.models import Request, Task
from khuevan.steering.policies import limits_on
from khuevan.steering.rules import (
    Limits,
    Risk,
    Standing,
    Status,
    original_status,
    risks,
    status,
)
from khuevan.worktime.public import working_days_between


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of a timeline: when, what in words, who, and the fact it is."""

    at: datetime
    sentence: str
    params: dict[str, Any]
    who: str
    number: int
    recorded_at: datetime

    @property
    def late_entry(self) -> bool:
        """Tell whether the fact was written a day or more after it happened."""
        return (self.recorded_at - self.at).days >= 1


@dataclass(frozen=True, slots=True)
class Wait:
    """How long one party has held the task's requests, in hours."""

    organisation: str
    hours: int
    share: int


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the clock says about a task on both of its due dates."""

    status: Status
    original: Status
    risks: list[Risk]
    held_days: int
    working_days_left: int | None


def clocks(task: Task, *, on: date | None = None) -> Clocks:
    """Judge a task on a day (default today)."""
    day = on or clock.today()
    limits = limits_on(day)
    standing = task.standing
    judged = status(standing, on=day, limits=limits)
    left = working_days_between(day, task.due_on) if task.due_on else None
    return Clocks(
        status=judged,
        original=original_status(standing, on=day, limits=limits),
        risks=_worries(standing, judged, day, limits),
        held_days=(clock.now() - task.held_since).days,
        working_days_left=left,
    )


def _worries(
    standing: Standing, judged: Status, day: date, limits: Limits
) -> list[Risk]:
    """Say why a running task worries; once it is overdue, "due soon" says nothing."""
    if judged not in {Status.AT_RISK, Status.OVERDUE}:
        return []
    found = risks(standing, on=day, limits=limits)
    late = judged is Status.OVERDUE
    return [risk for risk in found if not (late and risk is Risk.SOON)]


def timeline(task: Task) -> list[Trace]:
    """List every fact about a task, newest first, with the names of who acted."""
    facts = facts_about(task.ref)
    names = _names(facts)
    return [
        Trace(
            at=fact.occurred_at,
            sentence=WORDS.get(fact.kind, fact.kind),
            params=words_params(fact),
            who=names.get(fact.actor or "", ""),
            number=fact.number,
            recorded_at=fact.recorded_at,
        )
        for fact in reversed(facts)
    ]


def _names(facts: list[Fact]) -> dict[str, str]:
    keys = {fact.actor.partition(":")[2] for fact in facts if fact.actor}
    people = Person.objects.filter(pk__in=keys).values_list("pk", "full_name")
    return {f"directory.person:{key}": name for key, name in people}


def waiting_per_party(task: Task) -> tuple[int, list[Wait]]:
    """Return how often the task's requests changed hands, and who held them how long.

    Hours are hours of the clock from the first asking to the settling (or now).
    """
    requests = Request.objects.filter(task=task).prefetch_related("exchanges")
    held: dict[UUID, float] = {}
    passes = 0
    for request in requests:
        steps = sorted(request.exchanges.all(), key=lambda e: e.sent_at)
        passes += len(steps)
        ends = [s.sent_at for s in steps[1:]] + [request.closed_at or clock.now()]
        for step, end in zip(steps, ends, strict=True):
            hours = (end - step.sent_at).total_seconds() / 3600
            held[step.receiver_id] = held.get(step.receiver_id, 0) + hours
    names = dict(
        Organisation.objects.filter(pk__in=held).values_list("pk", "short_name")
    )
    total = sum(held.values()) or 1
    waits = [
        Wait(names[key], round(hours), round(100 * hours / total))
        for key, hours in sorted(held.items(), key=lambda item: -item[1])
    ]
    return passes, waits

"""Difficulties, requests between agencies, and answers in the register of discipline."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import fact_numbered, record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.steering.access import (
    may_answer,
    may_answer_for,
    may_resolve,
    may_work_on,
)
from khuevan.steering.facts import DISCIPLINE, record_task
from khuevan.steering.models import (
    Difficulty,
    DisciplineAnswer,
    Exchange,
    Request,
    Task,
)
from khuevan.steering.policies import policy_on
from khuevan.steering.rules import State
from khuevan.worktime.public import add_working_days

from .common import locked, require


def _answer_due() -> datetime:
    """Return when an answer is due: the policy's working days from today, at closing."""
    today = clock.today()
    day = add_working_days(today, policy_on(today).answer_days)
    return clock.at_local(day, time(17))


def _check_words(text: str, field: str = "text") -> str:
    if len(text.strip()) < 10:
        raise RuleBroken(N_("Say it in at least ten characters."), field=field)
    return text.strip()


@transaction.atomic
def raise_difficulty(
    *, task: Task, kind: str, text: str, routed_to: Organisation, by: Person
) -> Difficulty:
    """Raise what the unit cannot clear alone, routed to the body that can."""
    task = locked(task)
    require(may_work_on(by, task))
    if routed_to.pk == task.lead_id:
        raise RuleBroken(
            N_("Route the difficulty to another body: your own unit cannot clear it."),
            field="routed_to",
        )
    difficulty = Difficulty.objects.create(
        task=task,
        kind=kind,
        text=_check_words(text),
        raised_by=by,
        routed_to=routed_to,
        due_at=_answer_due(),
    )
    record_task(
        "difficulty_raised",
        task,
        by=by,
        difficulty=difficulty.ref,
        group=kind,
        routed_to=routed_to.ref,
    )
    return difficulty


@transaction.atomic
def resolve_difficulty(
    *, difficulty: Difficulty, answer: str, by: Person
) -> Difficulty:
    """Clear a difficulty with an answer the unit can act on."""
    difficulty = Difficulty.objects.select_for_update().get(pk=difficulty.pk)
    require(may_resolve(by, difficulty))
    if difficulty.resolved_at:
        raise RuleBroken(N_("This difficulty was resolved already."))
    difficulty.answer = _check_words(answer, "answer")
    difficulty.resolved_by = by
    difficulty.resolved_at = clock.now()
    difficulty.save()
    task = locked(difficulty.task)
    late = difficulty.resolved_at > difficulty.due_at
    record_task(
        "difficulty_resolved", task, by=by, difficulty=difficulty.ref, late=late
    )
    return difficulty


@transaction.atomic
def ask_agency(*, task: Task, receiver: Organisation, text: str, by: Person) -> Request:
    """Ask another agency for something the task needs; from now on the task waits for it."""
    task = locked(task)
    require(may_work_on(by, task))
    if task.state not in {State.OPEN, State.CLAIMED}:
        raise RuleBroken(N_("Only a running task can wait for another agency."))
    if receiver.pk == task.lead_id:
        raise RuleBroken(N_("Ask another agency, not your own."), field="receiver")
    words = _check_words(text)
    request = Request.objects.create(
        task=task,
        asker=task.lead,
        text=words,
        holder=receiver,
        due_at=_answer_due(),
        asked_by=by,
    )
    Exchange.objects.create(
        request=request, sender=task.lead, receiver=receiver, text=words, sent_by=by
    )
    _wait(task, holder=receiver)
    record_task(
        "request_asked", task, by=by, request=request.ref, receiver=receiver.ref
    )
    return request


@transaction.atomic
def answer_request(
    *, request: Request, receiver: Organisation, text: str, by: Person
) -> Request:
    """Pass a request back or on, with words; each passing is counted."""
    request = Request.objects.select_for_update().get(pk=request.pk)
    require(may_answer(by, request))
    _check_open(request)
    if receiver.pk == request.holder_id:
        raise RuleBroken(
            N_("The request is with your agency already; pass it to another."),
            field="receiver",
        )
    Exchange.objects.create(
        request=request,
        sender=request.holder,
        receiver=receiver,
        text=_check_words(text),
        sent_by=by,
    )
    request.holder = receiver
    request.due_at = _answer_due()
    request.save(update_fields=["holder", "due_at"])
    task = locked(request.task)
    _wait(task, holder=receiver)
    record_task(
        "request_handed_on",
        task,
        by=by,
        request=request.ref,
        receiver=receiver.ref,
        exchange=request.exchanges.count(),
    )
    return request


@transaction.atomic
def close_request(*, request: Request, by: Person) -> Request:
    """Say that what was asked for is there; only the asking unit can."""
    request = Request.objects.select_for_update().get(pk=request.pk)
    task = locked(request.task)
    require(may_work_on(by, task))
    _check_open(request)
    request.closed_at = clock.now()
    request.save(update_fields=["closed_at"])
    _wait(task, holder=task.lead)
    record_task("request_closed", task, by=by, request=request.ref)
    return request


def _check_open(request: Request) -> None:
    if request.closed_at:
        raise RuleBroken(N_("This request is settled."))


def _wait(task: Task, *, holder: Organisation) -> None:
    open_elsewhere = task.requests.filter(closed_at=None).exclude(holder=task.lead_id)
    task.waiting = open_elsewhere.exists()
    task.holder = holder
    task.held_since = clock.now()
    task.save(update_fields=["waiting", "holder", "held_since"])


@transaction.atomic
def answer_register_entry(
    *, number: int, organisation: Organisation, text: str, by: Person
) -> DisciplineAnswer:
    """Answer an entry of the register; the entry stays, the answer stands beside it."""
    require(may_answer_for(by, organisation))
    entry = fact_numbered(number)
    named = entry is not None and (
        entry.kind in DISCIPLINE
        and entry.figures["standing"]["lead"] == str(organisation.pk)
    )
    if not named:
        raise RuleBroken(N_("The register has no such entry for this unit."))
    if DisciplineAnswer.objects.filter(fact=number).exists():
        raise RuleBroken(N_("This entry was answered already."))
    answer = DisciplineAnswer.objects.create(
        fact=number, organisation=organisation, text=_check_words(text), answered_by=by
    )
    record(
        "steering.register_entry_answered",
        subject=answer.ref,
        by=by,
        fact=number,
        organisation=organisation.ref,
    )
    return answer

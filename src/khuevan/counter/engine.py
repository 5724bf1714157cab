"""Moving a dossier through its process: tokens are rows of `Step`.

`process.public` says what a move changes; here it becomes rows, with an
organisation, a person where the rules name one, and a budget on the working clock.
Not an action: actions call it inside their own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.process.public import (
    Duty,
    Kind,
    Move,
    Node,
    Party,
    Token,
    begin,
    holds,
    leave,
)
from khuevan.worktime.public import Term, Unit, due

from .definitions import data_of, process_of
from .models import Dossier, Opinion, Step, StepState
from .staffing import worker_for


Service = Callable[[Dossier, Node], None]
Chosen = Callable[[Duty, UUID], UUID | None]
"""Tells who gets a step of a duty in an organisation; None where that is open."""
_services: dict[str, Service] = {}


def register_service(name: str, does: Service) -> None:
    """Name what the platform does at service steps; the same name replaces it."""
    _services[name] = does


def start(dossier: Dossier) -> list[Step]:
    """Put the first tokens of a dossier down and return its waiting steps."""
    process = process_of(dossier)
    return _apply(dossier, begin(process, data_of(dossier), holds), [])


def finish(
    dossier: Dossier,
    step: Step,
    *,
    by: Person | None,
    outcome: str = "",
    remark: str = "",
    more: Mapping[str, Any] | None = None,
    chosen: Chosen | None = None,
) -> list[Step]:
    """Leave a waiting step and return the steps that wait now because of it.

    `chosen` names who gets a new step, where that was decided. Raises RuleBroken where the step does not wait any more.
    """
    standing = standing_work(dossier)
    if step.pk not in {one.pk for one in standing if one.state == StepState.WAITING}:
        raise RuleBroken(N_("This step is not waiting for anybody now."))
    step.outcome, step.remark, step.done_by = outcome, remark, by
    process = process_of(dossier)
    data = data_of(dossier, step, **(more or {}))
    move = leave(process, [one.token for one in standing], step.token, data, holds)
    return _apply(dossier, move, standing, done=step, chosen=chosen)


def abandon(dossier: Dossier) -> None:
    """End every strand: the dossier was stopped, withdrawn or refused."""
    dossier.work.standing().update(state=StepState.LEFT, left_at=clock.now())
    dossier.kept_work = None


def standing_work(dossier: Dossier) -> list[Step]:
    """Return the tokens of a dossier's process, locked by the dossier or one by one."""
    if dossier.kept_work is not None:
        tokens = {StepState.WAITING, StepState.JOINING}
        return [step for step in dossier.kept_work if step.state in tokens]
    return list(
        dossier.work.standing().select_for_update().order_by("entered_at", "id")
    )


def _apply(
    dossier: Dossier,
    move: Move,
    standing: Sequence[Step],
    done: Step | None = None,
    chosen: Chosen | None = None,
) -> list[Step]:
    now = clock.now()
    rows = list(standing)
    gone = []
    for token in move.gone:
        row = next(r for r in rows if r.token == token and (done is None or r.pk == done.pk or token != done.token))  # fmt: skip
        rows.remove(row)
        row.state, row.left_at = StepState.DONE, now
        gone.append(row)
    if done is not None:
        [same] = [r for r in gone if r.pk == done.pk]
        same.outcome, same.remark, same.done_by = (
            done.outcome,
            done.remark,
            done.done_by,
        )
    for row in gone:  # nearly always one
        row.save(update_fields=["state", "left_at", "outcome", "remark", "done_by"])
    new = [_row(dossier, token, now, chosen) for token in move.new]
    Step.objects.bulk_create(new)
    if dossier.kept_work is not None:
        dossier.kept_work += new
    for row in new:
        ask(dossier, row)
    for node in move.passed:
        if node.kind is Kind.SERVICE:
            _serve(dossier, node)
    return [row for row in new if row.state == StepState.WAITING]


def _serve(dossier: Dossier, node: Node) -> None:
    service = _services.get(node.service)
    if service is None:
        raise RuleBroken(
            N_("The process asks for a service “%(service)s” that is not here."),
            service=node.service,
        )
    service(dossier, node)


def _row(dossier: Dossier, token: Token, now: datetime, chosen: Chosen | None) -> Step:
    return stand(Step(dossier=dossier, entered_at=now), dossier, token, chosen)


def stand(
    row: Step, dossier: Dossier, token: Token, chosen: Chosen | None = None
) -> Step:
    """Let a row stand for a token of the dossier's process, not saved yet.

    Whoever has it keeps it, where it stays the same duty in the same organisation.
    """
    node = process_of(dossier).by_id[token.node]
    organisation = _party(dossier, node) if not token.joining else None
    duty = node.duty.value if node.duty else ""
    if (row.duty, row.organisation_id) != (duty, organisation):
        row.person_id = None
        if duty and organisation:
            named = chosen and chosen(Duty(duty), organisation)
            row.person_id = named or worker_for(dossier, Duty(duty), organisation)
    if organisation is not None:
        dossier.admit(organisation)
    row.node, row.via, row.kind, row.name = node.id, token.via, node.kind, node.name
    row.duty, row.organisation_id = duty, organisation
    row.state = StepState.JOINING if token.joining else StepState.WAITING
    row.hours = Decimal(str(node.hours))
    budgeted = node.hours and not token.joining
    row.due_at = step_due(row.entered_at, node.hours) if budgeted else None
    return row


def step_due(start: datetime, hours: float) -> datetime:
    """Return when a budget of working hours ends, from an instant on.

    Whole hours go through the calendar; a part of an hour is added at the end.
    """
    whole = int(hours)
    end = due(start, Term(whole, Unit.HOUR)).instant if whole else start
    return end + timedelta(hours=hours - whole)


def _party(dossier: Dossier, node: Node) -> UUID | None:
    """Return whose step it is; a point that was not named is the agency's own."""
    if node.party == Party.AGENCY or node.kind in {Kind.TIMER, Kind.MESSAGE, Kind.CALL}:
        return dossier.agency_id
    if node.party == Party.RECEIVER:
        return dossier.receiving_point_id or dossier.agency_id
    if node.party == Party.RETURNER:
        return (
            dossier.return_point_id or dossier.receiving_point_id or dossier.agency_id
        )
    return _organisation(node.party)


def _organisation(code: str) -> UUID:
    key: UUID | None = (
        Organisation.objects.filter(code=code).values_list("pk", flat=True).first()
    )
    if key is None:
        raise RuleBroken(
            N_("The process names the organisation “%(code)s”, which is not here."),
            code=code,
        )
    return key


def ask(dossier: Dossier, row: Step) -> None:
    """Put the questions of an opinions step to every agency it names, each once."""
    if row.kind != Kind.OPINIONS or row.state != StepState.WAITING:
        return
    node = process_of(dossier).by_id[row.node]
    keys = [_organisation(code) for code in node.asked]
    dossier.admit(*keys)
    Opinion.objects.bulk_create(
        [
            Opinion(
                step=row, organisation_id=key, question=node.name, asked_at=clock.now(),
                due_at=row.due_at or row.entered_at,
            )
            for key in keys
        ],
        ignore_conflicts=True,
    )  # fmt: skip

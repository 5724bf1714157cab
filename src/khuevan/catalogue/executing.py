"""The running side of a definition: its process, tried out on the author's cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import inf
from typing import Any

from khuevan.platform.errors import N_, InputRefused, Problem, RuleBroken
from khuevan.process.public import Process, check, longest_hours, read_bpmn, simulate
from khuevan.worktime.public import hours_of_a_day

from .rules.definition import Channel, Definition, Limit, Subject, TestCase
from .rules.fees import Filing, fee_lines
from .rules.tables import evaluate_table


_DAYS = {"working_day": 1.0, "day": 5 / 7, "month": 21.0}


def check_running(definition: Definition, on: date) -> list[Problem]:
    """Return what keeps a definition from running: process, hours, the author's cases."""
    if not definition.process:
        return []
    try:
        process = read_bpmn(definition.process)
    except InputRefused as refused:
        return [_placed("process", p) for p in refused.problems]
    problems = [_placed("process", p) for p in check(process)]
    if problems:
        return problems
    problems += _check_hours(definition, longest_hours(process), on)
    for number, case in enumerate(definition.tests):
        where = f"tests[{number}]"
        problems += _check_path(process, definition, case, where)
        problems += _check_fee(definition, case, on, where)
        problems += _check_due(definition, case, where)
    if not definition.tests:
        what = N_("A procedure that runs needs at least one test case of its author.")
        problems.append(Problem("tests", what))
    return problems


def data_of(definition: Definition, case: TestCase) -> dict[str, Any]:
    """Return what a case's conditions are computed over.

    The same names a running dossier has, as on a way without incidents: nothing else,
    so that a condition on another name fails here and not on somebody's dossier.
    """
    subject = definition.subjects[0] if definition.subjects else Subject.CITIZEN
    return {
        "answers": case.answers,
        "channel": case.channel.value,
        "subject": subject.value,
        "supplements": 0,
        "finance": "none",
        "outcome": "",
        "decision": "",
    }


def limit_of(
    definition: Definition, answers: dict[str, Any], channel: Channel
) -> Limit | None:
    """Return the legal limit for some answers: the table's where there is one."""
    if definition.limit_table is None:
        return definition.limit_for(channel)
    told = evaluate_table(
        definition.limit_table, {"answers": answers, "channel": channel.value}
    )
    amount, unit = told.get("amount"), told.get("unit")
    if not isinstance(amount, int | float) or unit not in {*_DAYS, "hour"}:
        raise RuleBroken(N_("The table of time limits does not give an amount and a unit."))  # fmt: skip
    return Limit(int(amount), str(unit))


def working_hours(limit: Limit, on: date) -> float:
    """Return about how many working hours a legal limit leaves, by the hours of a day.

    Calendar days count five in seven, a month 21 working days: only to hold step
    budgets against, never to compute a due date.
    """
    if limit.unit == "hour":
        return limit.amount
    # A unit nobody knows is told by another check; it stops nothing here.
    return limit.amount * _DAYS.get(limit.unit, inf) * hours_of_a_day(on)


def _check_hours(definition: Definition, hours: float, on: date) -> Iterator[Problem]:
    if definition.limit_table is not None:
        return
    for number, offer in enumerate(definition.channels):
        limit = offer.limit or definition.limit_for(offer.channel)
        if limit and hours > (left := working_hours(limit, on)):
            yield Problem(
                f"channels[{number}].limit",
                N_("The steps take up to %(hours)s working hours; the legal limit leaves %(limit)s."),
                N_("Shorten the steps: the legal limit is authoritative."),
                {"hours": f"{hours:g}", "limit": f"{left:g}"},
            )  # fmt: skip


def _check_path(
    process: Process, definition: Definition, case: TestCase, where: str
) -> list[Problem]:
    try:
        run = simulate(process, data_of(definition, case))
    except RuleBroken as broken:
        return [Problem(where, broken.sentence, "", broken.params)]
    if case.path and run.path != case.path:
        return [
            Problem(
                f"{where}.path",
                N_("The case “%(name)s” goes through %(found)s, not through %(wanted)s."),
                "",
                {"name": case.name, "found": " → ".join(run.path), "wanted": " → ".join(case.path)},
            )
        ]  # fmt: skip
    return []


def _check_fee(
    definition: Definition, case: TestCase, on: date, where: str
) -> list[Problem]:
    """Hold a case's fee against what its author expects."""
    if case.fee is None:
        return []
    subject = definition.subjects[0] if definition.subjects else Subject.CITIZEN
    filing = Filing(case.answers, case.channel, subject, on)
    try:
        # The author states the procedure's own fee; the city's reliefs come and go.
        found = sum(line.amount for line in fee_lines(definition, filing, ()))
    except RuleBroken as broken:
        return [Problem(f"{where}.fee", broken.sentence, "", broken.params)]
    if found == case.fee:
        return []
    what = N_("The case “%(name)s” costs %(found)s đồng, not %(wanted)s.")
    params = {"name": case.name, "found": found, "wanted": case.fee}
    return [Problem(f"{where}.fee", what, "", params)]


def _check_due(definition: Definition, case: TestCase, where: str) -> list[Problem]:
    if case.due_days is None:
        return []
    try:
        limit = limit_of(definition, case.answers, case.channel)
    except RuleBroken as broken:
        return [Problem(f"{where}.due_days", broken.sentence, "", broken.params)]
    if limit is not None and limit.amount == case.due_days:
        return []
    what = N_("The case “%(name)s” is due after %(found)s days, not %(wanted)s.")
    found = limit.amount if limit else 0
    params = {"name": case.name, "found": found, "wanted": case.due_days}
    return [Problem(f"{where}.due_days", what, "", params)]


def _placed(place: str, problem: Problem) -> Problem:
    where = f"{place}: {problem.where}" if problem.where else place
    return Problem(where, problem.what, problem.mend, problem.params)

"""The running side of a definition: its process, tried out on the author's cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from khuevan.platform.errors import N_, InputRefused, Problem, RuleBroken
from khuevan.process.public import Process, check, read_bpmn, simulate

from .budgets import Children, check_budgets, limit_of
from .labels import limit_words
from .rules.definition import Definition, Limit, Subject, TestCase
from .rules.fees import Filing, fee_lines


def check_running(
    definition: Definition, on: date, children: Children = lambda code: None
) -> list[Problem]:
    """Return what keeps a definition from running: process, hours, the author's cases.

    `children` gives the definitions of the procedures its steps open.
    """
    if not definition.process:
        return []
    try:
        process = read_bpmn(definition.process)
    except InputRefused as refused:
        return [_placed("process", p) for p in refused.problems]
    problems = [_placed("process", p) for p in check(process)]
    if problems:
        return problems
    problems += check_budgets(definition, process, on, children)
    for number, case in enumerate(definition.tests):
        where = f"tests[{number}]"
        problems += _check_stated(case, where)
        problems += _check_path(process, definition, case, where)
        problems += _check_fee(definition, case, on, where)
        problems += _check_due(definition, case, where)
    if not definition.tests:
        what = N_("A procedure that runs needs at least one test case of its author.")
        problems.append(Problem("tests", what))
    return problems


def _check_stated(case: TestCase, where: str) -> Iterator[Problem]:
    """Yield what a case leaves open: one that states nothing cannot turn out wrong."""
    unsaid = case.unsaid
    if len(unsaid) == len(_STATED):
        what = N_("The case “%(name)s” states nothing that could come out otherwise.")
        mend = N_("State its path, its time limit and its fee.")
        yield Problem(where, what, mend, {"name": case.name})
    elif not case.because.strip():
        for part in unsaid:
            yield Problem(
                f"{where}.{part}",
                N_("The case “%(name)s” does not state this: %(part)s."),
                N_("State it, or say in “because” why not."),
                {"name": case.name, "part": _STATED[part]},
            )


_STATED = {"path": N_("path"), "due_days": N_("time limit"), "fee": N_("fee")}


def _check_path(
    process: Process, definition: Definition, case: TestCase, where: str
) -> list[Problem]:
    try:
        run = simulate(process, definition.data_for(case))
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
    wanted = Limit(case.due_days, case.due_unit)
    if limit and (limit.amount, limit.unit) == (wanted.amount, wanted.unit):
        return []
    what = N_("The case “%(name)s” is due after %(found)s, not %(wanted)s.")
    found = limit_words(limit) or "–"
    params = {"name": case.name, "found": found, "wanted": limit_words(wanted)}
    return [Problem(f"{where}.due_days", what, "", params)]


def _placed(place: str, problem: Problem) -> Problem:
    where = f"{place}: {problem.where}" if problem.where else place
    return Problem(where, problem.what, problem.mend, problem.params)

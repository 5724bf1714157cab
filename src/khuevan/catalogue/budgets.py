"""Whether the steps of a process fit the legal limit, branch by branch.

The legal limit is authoritative (services.md 3.9, 4.2): a process whose budgets are longer
would be late by design. A child dossier takes its own process's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from math import inf
from typing import Any

from khuevan.platform.errors import N_, Problem, RuleBroken
from khuevan.process.public import (
    Kind,
    Node,
    Process,
    evaluate,
    longest_hours,
    read_bpmn,
)
from khuevan.worktime.public import hours_of_a_day

from .rules.definition import Channel, Definition, Limit
from .rules.tables import evaluate_table


Children = Callable[[str], Definition | None]
"""Gives the definition that children of a procedure run by, None where there is none."""
_DAYS = {"working_day": 1.0, "day": 5 / 7, "month": 21.0}
_LONG = N_("The steps take up to %(hours)s working hours; the legal limit leaves %(limit)s.")  # fmt: skip
_SHORTEN = N_("Shorten the steps: the legal limit is authoritative.")


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


def check_budgets(
    definition: Definition, process: Process, on: date, children: Children
) -> list[Problem]:
    """Return where the steps take longer than the law gives them.

    With one limit a channel the longest way must fit each. With a table of limits every
    branch needs a case of the author; the ways a case's answers open must fit its
    branch, and no way may be longer than the longest branch.
    """
    hours = hours_with(definition, children)
    problems = list(_check_children(definition, process, children))
    if definition.limit_table is None:
        return [*problems, *_check_channels(definition, longest_hours(process, None, hours), on)]  # fmt: skip
    met: list[Limit] = []
    for number, case in enumerate(definition.tests):
        try:
            limit = limit_of(definition, case.answers, case.channel)
            longest = longest_hours(process, definition.data_for(case), hours)
        except RuleBroken:
            continue  # the case itself tells it
        assert limit is not None
        met.append(limit)
        if longest > (left := working_hours(limit, on)):
            problems.append(_too_long(f"tests[{number}]", longest, left))
    problems += _check_branches(definition, met)
    most = max((working_hours(one, on) for one in met), default=inf)
    longest = longest_hours(process, None, hours)
    if longest > most and not problems:
        problems.append(_too_long("limit_table", longest, most))
    return problems


def hours_with(definition: Definition, children: Children) -> Callable[[Node], float]:
    """Return what tells a step's hours: a child takes its own process's, if not more."""
    passing = [definition.code]

    def hours(node: Node) -> float:
        child = children(node.procedure) if node.kind is Kind.CALL else None
        if child is None or not child.executable or child.code in passing:
            return node.hours
        passing.append(child.code)
        own = longest_hours(read_bpmn(child.process), None, hours)
        passing.pop()
        return max(node.hours, own)

    return hours


def _check_children(
    definition: Definition, process: Process, children: Children
) -> Iterator[Problem]:
    for node in process.nodes:
        if node.kind is not Kind.CALL:
            continue
        child = children(node.procedure)
        if node.procedure == definition.code:
            what = N_(
                "“%(step)s” would open a dossier of the same procedure, again and again."
            )
        elif child is None or not child.executable:
            what = N_(
                "“%(step)s” opens procedure %(code)s, which is not published as one that runs."
            )
        else:
            continue
        params = {"step": node.name, "code": node.procedure}
        yield Problem(f"process: {node.id}", what, N_("Publish it first."), params)


def _check_channels(
    definition: Definition, longest: float, on: date
) -> Iterator[Problem]:
    for number, offer in enumerate(definition.channels):
        limit = offer.limit or definition.limit_for(offer.channel)
        if limit and longest > (left := working_hours(limit, on)):
            yield _too_long(f"channels[{number}].limit", longest, left)


def _check_branches(definition: Definition, met: list[Limit]) -> Iterator[Problem]:
    seen = {(limit.amount, limit.unit) for limit in met}
    for amount, unit in sorted(_branches(definition) - seen):
        yield Problem(
            "limit_table",
            N_("No case of the author leads to the time limit of %(amount)s (%(unit)s)."),
            N_("Give one, so that its steps are held against it."),
            {"amount": amount, "unit": unit},
        )  # fmt: skip


def _branches(definition: Definition) -> set[tuple[int, str]]:
    """Return the limits a table states outright; computed ones are met by cases only."""
    found: set[tuple[int, str]] = set()
    for node in (definition.limit_table or {}).get("nodes", ()):
        content = node.get("content") or {}
        fields = {
            c["field"]: c["id"] for c in content.get("outputs", ()) if "field" in c
        }
        for rule in content.get("rules", ()) if {"amount", "unit"} <= fields.keys() else ():  # fmt: skip
            amount, unit = (_plain(rule.get(fields[f], "")) for f in ("amount", "unit"))
            if isinstance(amount, int | float) and isinstance(unit, str):
                found.add((int(amount), unit))
    return found


def _plain(cell: str) -> Any:
    try:
        return evaluate(str(cell), {})
    except RuleBroken:
        return None


def _too_long(where: str, longest: float, left: float) -> Problem:
    params = {"hours": f"{longest:g}", "limit": f"{left:g}"}
    return Problem(where, _LONG, _SHORTEN, params)

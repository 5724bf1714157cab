"""What versions of a procedure would ask of real dossiers: figures alone, no answers leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction
from typing import Any

from khuevan.catalogue.public import (
    Channel,
    Definition,
    Subject,
    components_due,
    fees_for,
)
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.process.public import Process, read_bpmn, simulate

from .models import Application


MOST = 100
"""How many of the latest dossiers a version is tried on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What `dossiers` that were tried would be asked.

    `due` counts how many would be asked for each component, by its code. `steps`,
    `hours` and `fee` (working hours, đồng of the applicant) are means over those it
    could be computed for, None where it could not for any.
    """

    dossiers: int
    due: dict[str, int]
    steps: Fraction | None = None
    hours: Fraction | None = None
    fee: Fraction | None = None


Sample = Sequence[tuple[dict[str, Any], str, str]]
"""Answers, channel and subject of dossiers."""


def try_on_dossiers(
    procedure: str, definitions: Iterable[Definition], since: date, until: date
) -> list[Asked]:
    """Try versions on the answers of the latest dossiers of a procedure: one query.

    Returns one finding for each definition, in order. Where nothing in them depends
    on answers nothing is read, and every paper counts as asked of every dossier.
    """
    told = list(definitions)
    if not any(_depends(definition) for definition in told):
        return [Asked(1, {c.code: 1 for c in d.components}) for d in told]
    span = clock.at_local(since, time(0)), clock.end_of_day(until)
    rows = Application.objects.filter(
        dossier__procedure=procedure, dossier__filed_at__range=span
    ).order_by("-dossier__filed_at")
    sample = list(rows.values_list("answers", "dossier__channel", "subject")[:MOST])
    return [_tried(definition, sample, until) for definition in told]


def _depends(definition: Definition) -> bool:
    papers = any(component.when for component in definition.components)
    fees = any(fee.table is not None for fee in definition.fees)
    return papers or fees or "conditionExpression" in definition.process


def _tried(definition: Definition, sample: Sample, on: date) -> Asked:
    due: dict[str, int] = {}
    for answers, _channel, _subject in sample:
        for component in components_due(definition, answers):
            due[component.code] = due.get(component.code, 0) + 1
    process = read_bpmn(definition.process) if definition.process else None
    runs = [run for one in sample if process and (run := _run(process, one))]
    fees = [fee for one in sample if (fee := _fee(definition, one, on)) is not None]
    return Asked(
        len(sample),
        due,
        _mean([Fraction(steps) for steps, _hours in runs]),
        _mean([hours for _steps, hours in runs]),
        _mean([Fraction(fee) for fee in fees]),
    )


def _run(
    process: Process, one: tuple[dict[str, Any], str, str]
) -> tuple[int, Fraction] | None:
    """Return the steps and hours of a dossier; None where its answers do not fit."""
    answers, channel, subject = one
    data = {
        "answers": answers, "channel": channel, "subject": subject, "supplements": 0,
        "finance": "none", "outcome": "", "decision": "",
    }  # fmt: skip
    try:
        run = simulate(process, data)
    except RuleBroken:
        return None
    return len(run.path), Fraction(str(run.hours))


def _fee(
    definition: Definition, one: tuple[dict[str, Any], str, str], on: date
) -> int | None:
    answers, channel, subject = one
    try:
        lines = fees_for(
            definition, answers=answers, channel=Channel(channel),
            subject=Subject(subject), on=on,
        )  # fmt: skip
    except RuleBroken:
        return None
    return sum(line.amount for line in lines if line.payer == "applicant")


def _mean(figures: list[Fraction]) -> Fraction | None:
    return sum(figures, Fraction(0)) / len(figures) if figures else None

"""What a version of a procedure asks of one dossier, read from its definition."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from khuevan.catalogue.public import Channel, Definition, PartialReason, Supply
from khuevan.counter.public import Asked
from khuevan.process.public import WORK, Process, longest_hours, read_bpmn

from .rules.restructuring import Shape, trips


ASKED = frozenset({Supply.SUBMIT, Supply.SHOW})
"""Ways to supply a component that cost the person a paper."""


def shape_of(definition: Definition, asked: Asked) -> Shape:
    """Return the shape of a version; `asked` says how often each paper was due."""
    process = _process(definition.process) if definition.process else None
    papers = [c for c in definition.components if c.supply in ASKED]
    due = sum(asked.due.get(c.code, 0) for c in papers)
    result = definition.result
    return Shape(
        steps=_steps(definition, process, asked),
        automatic=automatic_steps(process) if process else 0,
        papers=Fraction(due, asked.dossiers) if asked.dossiers else Fraction(len(papers)),
        conditional=sum(bool(c.when) for c in papers),
        fields=fields_typed(definition),
        hours=_hours(process, asked),
        fee=_fee(definition, asked),
        longest=process is not None and not asked.dossiers,
        trips={
            offer.channel.value: trips(
                offer.channel.value,
                electronic_result=result is not None and result.electronic,
                presence=definition.partial_reason is PartialReason.PRESENCE,
            )
            for offer in definition.channels
            if offer.channel in set(Channel)
        },
    )  # fmt: skip


def automation(definition: Definition) -> tuple[int, int] | None:
    """Return steps the platform does by itself and all steps, None where not executable."""
    if not definition.process:
        return None
    process = _process(definition.process)
    return automatic_steps(process), len(process.steps)


def automatic_steps(process: Process) -> int:
    """Count the steps nobody does by hand: services, timers, messages, child dossiers."""
    return sum(node.kind not in WORK for node in process.steps)


def fields_typed(definition: Definition) -> int | None:
    """Count the fields of a form somebody types: those no register fills in."""
    told = definition.form.get("properties")
    if told is None:
        return None
    return sum(not field.get("x-bind") and not field.get("readOnly") for field in told.values())  # fmt: skip


def _steps(definition: Definition, process: Process | None, asked: Asked) -> Fraction:
    if process is None:
        return Fraction(len(definition.steps))
    if asked.steps is not None:
        return asked.steps
    counted = {node.id for node in process.steps}
    return Fraction(longest_hours(process, None, lambda node: node.id in counted))


def _hours(process: Process | None, asked: Asked) -> Fraction | None:
    if process is None:
        return None
    if asked.hours is not None:
        return asked.hours
    return Fraction(str(longest_hours(process)))


def _fee(definition: Definition, asked: Asked) -> Fraction:
    """Return the fee of dossiers that were tried, else of the author's cases, else fixed."""
    if asked.fee is not None:
        return asked.fee
    stated = [case.fee for case in definition.tests if case.fee is not None]
    if stated and any(fee.table for fee in definition.fees):
        return Fraction(sum(stated), len(stated))
    return Fraction(sum(fee.amount or 0 for fee in definition.fees))


@lru_cache(maxsize=512)
def _process(bpmn: str) -> Process:
    return read_bpmn(bpmn)

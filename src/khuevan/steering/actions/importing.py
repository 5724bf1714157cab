"""Taking over a register of tasks from a spreadsheet: preview, then all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from django.db import transaction

from khuevan.directory.public import Organisation, OrganisationKind, Person, Role
from khuevan.platform import clock
from khuevan.platform.errors import N_, InputRefused, Problem, RuleBroken
from khuevan.platform.text import fold
from khuevan.steering.access import may_steer
from khuevan.steering.models import Clause, Source, Task
from khuevan.steering.register_file import Line, read_register
from khuevan.steering.rules import (
    MOVES,
    Proof,
    SourceKind,
    State,
    check_code,
    check_output,
)

from .common import require
from .evidence import accept_by_report
from .sources import add_clause, register_source
from .tasks import Helper, Order, assign_task


@dataclass(frozen=True, slots=True)
class Planned:
    """What importing one row will do: create, accept, or nothing (it is there)."""

    line: Line
    lead: Organisation
    helpers: tuple[Organisation, ...]
    verifier: Organisation
    does: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do; with problems it does nothing."""

    planned: list[Planned]
    problems: list[Problem]
    new_sources: list[str]

    def count(self, does: str) -> int:
        """Return how many rows do this."""
        return sum(p.does == does for p in self.planned)


def preview_import(*, content: bytes, name: str, by: Person | None) -> Preview:
    """Read a register and say what taking it over would do; writes nothing."""
    require(may_steer(by))
    lines, problems = read_register(content, name)
    units = _Units()
    kept = {task.code.casefold(): task for task in Task.objects.select_related("lead")}
    planned: list[Planned] = []
    for line in lines:
        plan = _plan(line, units, kept.get(line.code.casefold()), problems)
        if plan:
            planned.append(plan)
    known = {s.casefold() for s in Source.objects.values_list("number", flat=True)}
    wanted = dict.fromkeys(p.line.source for p in planned if p.does == "create")
    new = [number for number in wanted if number.casefold() not in known]
    problems.sort(key=lambda p: int(p.where.split(":")[0]))
    return Preview(planned, problems, new)


@transaction.atomic
def import_register(
    *,
    content: bytes,
    name: str,
    told: Callable[[int, int], None] | None = None,
    by: Person | None,
) -> Preview:
    """Take over a register; with any problem nothing is taken (InputRefused).

    A code that is there with the same content is left alone, so sending a file
    twice changes nothing. `told` hears how many rows of how many are done.
    """
    preview = preview_import(content=content, name=name, by=by)
    if preview.problems:
        raise InputRefused(preview.problems)
    tasks = {task.code.casefold(): task for task in Task.objects.all()}
    for number, plan in enumerate(preview.planned):
        if told:
            told(number, len(preview.planned))
        if plan.does == "create":
            task = _create(plan, by)
        elif plan.does == "accept":
            task = tasks[plan.line.code.casefold()]
        else:
            continue
        if plan.line.accepted_on:
            accept_by_report(task=task, accepted_on=plan.line.accepted_on, by=by)
    return preview


class _Units:
    """Finds organisations by the names people write."""

    def __init__(self) -> None:
        self.by_name: dict[str, Organisation] = {}
        for unit in Organisation.objects.in_force().order_by("-code"):
            for name in (unit.name, unit.short_name, unit.code):
                self.by_name[fold(name)] = unit
        steering = Organisation.objects.filter(appointments__role=Role.COMMITTEE_OFFICE)
        high = Organisation.objects.filter(
            kind__in=[OrganisationKind.PARTY, OrganisationKind.PEOPLES_COMMITTEE]
        )
        self.verifiers = [*steering.order_by("code"), *high.order_by("code")]

    def find(self, name: str) -> Organisation | None:
        return self.by_name.get(fold(name))

    def near(self, name: str) -> str:
        close = get_close_matches(fold(name), self.by_name, n=1, cutoff=0.75)
        return self.by_name[close[0]].name if close else ""

    def verifier_for(self, lead: Organisation) -> Organisation | None:
        return next((u for u in self.verifiers if u.pk != lead.pk), None)


def _plan(
    line: Line, units: _Units, task: Task | None, problems: list[Problem]
) -> Planned | None:
    found = [_unit(line.row, "lead", line.lead, units, problems)]
    found += [
        _unit(line.row, "coordinators", name, units, problems)
        for name in line.coordinators
    ]
    known = [unit for unit in found if unit]
    dates = _date_problem(line)
    if dates:
        problems.append(dates)
    if dates or len(known) < len(found):
        return None
    lead, *helpers = known
    verifier = units.verifier_for(lead)
    if verifier is None:
        problems.append(
            Problem(
                f"{line.row}:lead",
                N_("no second unit is there to verify"),
                N_("Register the committee's office in the directory first."),
            )
        )
        return None
    if task is None:
        broken = _rule_problem(line, lead, helpers)
        if broken:
            problems.append(broken)
            return None
        return Planned(line, lead, tuple(helpers), verifier, "create")
    does = _against(line, lead, task, problems)
    return Planned(line, lead, tuple(helpers), verifier, does) if does else None


def _unit(
    row: int, column: str, name: str, units: _Units, problems: list[Problem]
) -> Organisation | None:
    unit = units.find(name)
    if unit is None:
        near = units.near(name)
        problems.append(
            Problem(
                f"{row}:{column}",
                N_("no unit is called “%(name)s”; did you mean “%(near)s”?")
                if near
                else N_("no unit is called “%(name)s”"),
                N_("Write the unit's name or code as the directory has it."),
                {"name": name, "near": near},
            )
        )
    return unit


def _date_problem(line: Line) -> Problem | None:
    if line.due_on and line.due_on < line.assigned_on:
        return Problem(
            f"{line.row}:due_on",
            N_("is before the day of the order"),
            N_("Correct one of the two dates."),
        )
    if line.assigned_on > clock.today():
        return Problem(
            f"{line.row}:assigned_on",
            N_("is in the future"),
            N_("Give the day the order was issued."),
        )
    if line.accepted_on and not line.assigned_on <= line.accepted_on <= clock.today():
        return Problem(
            f"{line.row}:accepted_on",
            N_("does not lie between the order and today"),
            N_("Correct the date or leave it empty."),
        )
    return None


_LONGEST = {"title": 500, "source": 80}


def _rule_problem(
    line: Line, lead: Organisation, helpers: list[Organisation]
) -> Problem | None:
    """Say before anything is written what the rules of a new task would refuse."""
    for column, longest in _LONGEST.items():
        if len(getattr(line, column)) > longest:
            return Problem(
                f"{line.row}:{column}",
                N_("is longer than %(longest)s letters"),
                N_("Shorten it; what must be there goes into the output."),
                {"longest": longest},
            )
    if lead in helpers:
        return Problem(
            f"{line.row}:coordinators",
            N_("names the leading unit itself"),
            N_("Take the leading unit out of this cell."),
        )
    if line.proof is Proof.INDICATOR:
        return Problem(
            f"{line.row}:proof",
            N_("a register cannot name the indicator"),
            N_("Write another proof, or enter this task on its own page."),
        )
    try:
        check_code(line.code)
        check_output(line.output, line.proof)
    except RuleBroken as broken:
        mend = N_("Correct the row and send the file again.")
        where = f"{line.row}:{broken.field}"
        return Problem(where, broken.sentence, mend, broken.params)
    return None


def _against(
    line: Line, lead: Organisation, task: Task, problems: list[Problem]
) -> str:
    """Compare a row with the task that has its code; a date never changes silently."""
    differs = [
        column
        for column, ours, theirs in (
            ("title", task.title, line.title),
            ("lead", task.lead_id, lead.pk),
            ("output", task.output, line.output),
            ("assigned_on", task.assigned_on, line.assigned_on),
            ("due_on", task.original_due_on, line.due_on),
        )
        if ours != theirs and not (column == "due_on" and task.due_on == line.due_on)
    ]
    problems.extend(
        Problem(
            f"{line.row}:{column}",
            N_("differs from the task that has this code"),
            N_("Change it on the task's own page, where the reason is kept."),
        )
        for column in differs
    )
    if differs:
        return ""
    if not line.accepted_on or task.state == State.ACCEPTED:
        return "nothing"
    if State.ACCEPTED in MOVES[State(task.state)]:
        return "accept"
    problems.append(
        Problem(
            f"{line.row}:accepted_on",
            N_("is given for a task that is stopped"),
            N_("Take the task up again on its own page first, or leave this empty."),
        )
    )
    return ""


def _create(plan: Planned, by: Person | None) -> Task:
    line = plan.line
    clause = _clause(line, by)
    order = Order(
        code=line.code,
        title=line.title,
        lead=plan.lead,
        verifier=plan.verifier,
        authority=clause.source.issuer,
        output=line.output,
        proof=line.proof,
        level=line.level,
        assigned_on=line.assigned_on,
        due_on=line.due_on,
        due_provenance=line.source if line.due_on else "",
        helpers=tuple(Helper(unit) for unit in dict.fromkeys(plan.helpers)),
    )
    try:
        return assign_task(order=order, clause=clause, by=by)
    except RuleBroken as broken:
        where = f"{line.row}:{broken.field or 'code'}"
        mend = N_("Correct the row and send the file again.")
        problem = Problem(where, broken.sentence, mend, broken.params)
        raise InputRefused([problem]) from broken


def _clause(line: Line, by: Person | None) -> Clause:
    source = Source.objects.filter(number__iexact=line.source).first()
    if source is None:
        source = register_source(
            kind=SourceKind.NOTICE,
            number=line.source,
            title=line.source,
            issuer=line.source,
            level=line.level,
            issued_on=line.assigned_on,
            by=by,
        )
    number = str(line.group.value)
    clause = source.clauses.filter(number=number).first()
    return clause or add_clause(
        source=source, number=number, text=line.source, group=line.group, by=by
    )

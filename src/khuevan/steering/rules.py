"""Rules of the steering committee's tasks. Plain Python: no Django, no database, no clock.

The status of a task is always computed from its standing and a day, never typed
(Report 1270/BC-TCTTTg of 2017 names the four classes the papers still use).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from khuevan.platform.errors import N_, RuleBroken


class Level(StrEnum):
    """Who gave the task: the Centre or the city."""

    CENTRAL = "central"
    CITY = "city"


class Group(IntEnum):
    """The seven groups of tasks of Resolution 57-NQ/TW, part III."""

    AWARENESS = 1
    INSTITUTIONS = 2
    INFRASTRUCTURE = 3
    PEOPLE = 4
    GOVERNMENT = 5
    ENTERPRISES = 6
    COOPERATION = 7


class SourceKind(StrEnum):
    """What kind of paper a task is cut from."""

    RESOLUTION = "resolution"
    PLAN = "plan"
    PROGRAMME = "programme"
    NOTICE = "notice"
    CONCLUSION = "conclusion"


class Proof(StrEnum):
    """What proves that the output is there."""

    DOCUMENT = "document"
    INDICATOR = "indicator"
    COUNT = "count"
    PHOTO = "photo"
    REPORT = "report"


class State(StrEnum):
    """Where a task stands in its own life; what a clock says about it is its status."""

    OPEN = "open"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class Basis(StrEnum):
    """What an acceptance rests on."""

    VERIFIED = "verified"  # a second unit examined the evidence
    INDICATOR = "indicator"  # the bound indicator shows it
    REPORT = "report"  # taken over from a report, nobody examined it


class Status(StrEnum):
    """What the clock says about a task on a day."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    IN_TIME = "in_time"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"
    NO_DEADLINE = "no_deadline"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class Visibility(StrEnum):
    """Who may know of a task. State secrets are not kept on this platform."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


DONE = frozenset({Status.DONE_ON_TIME, Status.DONE_LATE})
RUNNING = frozenset(
    {
        Status.IN_TIME,
        Status.AT_RISK,
        Status.OVERDUE,
        Status.NO_DEADLINE,
        Status.SUSPENDED,
    }
)

MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset(
        {State.CLAIMED, State.ACCEPTED, State.SUSPENDED, State.CANCELLED}
    ),
    State.CLAIMED: frozenset({State.ACCEPTED, State.OPEN, State.CANCELLED}),
    State.ACCEPTED: frozenset({State.OPEN}),
    State.SUSPENDED: frozenset({State.OPEN, State.CANCELLED}),
    State.CANCELLED: frozenset(),
}
"""Every move a task can make. The diagram in docs/ is drawn from this."""


class Grade(StrEnum):
    """Grades of Regulation 366-QĐ/TW."""

    EXCELLENT = "excellent"
    GOOD = "good"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    NOTHING_DUE = "nothing_due"


@dataclass(frozen=True, slots=True)
class Standing:
    """All of a task that decides its status; every fact about a task carries it."""

    state: State
    level: Level
    group: int
    lead: str
    assigned_on: date
    original_due_on: date | None
    due_on: date | None
    claimed_on: date | None = None
    accepted_on: date | None = None
    basis: Basis | None = None
    reported_on: date | None = None
    progress: int = 0
    waiting: bool = False

    def figures(self) -> dict[str, Any]:
        """Return the standing as JSON values, for the journal."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value is not None
        }

    @classmethod
    def from_figures(cls, figures: Mapping[str, Any]) -> Standing:
        """Read a standing back from a fact."""
        days = (
            "assigned_on",
            "original_due_on",
            "due_on",
            "claimed_on",
            "accepted_on",
            "reported_on",
        )
        values = dict(figures)
        for name in days:
            kept = values.get(name)
            values[name] = date.fromisoformat(kept) if kept else None
        values["state"] = State(values["state"])
        values["level"] = Level(values["level"])
        values["basis"] = Basis(values["basis"]) if values.get("basis") else None
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a running task counts as at risk; a dated policy of the committee."""

    soon_days: int = 7
    silent_days: int = 30
    behind_points: int = 25


def status(standing: Standing, *, on: date, limits: Limits) -> Status:
    """Judge a task on its current due date, as of the end of a day."""
    return _judge(standing, standing.due_on, on, limits)


def original_status(standing: Standing, *, on: date, limits: Limits) -> Status:
    """Judge a task on its original due date: what discipline looks at."""
    return _judge(standing, standing.original_due_on, on, limits)


def _judge(standing: Standing, due: date | None, on: date, limits: Limits) -> Status:
    if standing.state is State.CANCELLED:
        return Status.CANCELLED
    if standing.state is State.ACCEPTED and standing.accepted_on:
        late = due is not None and standing.accepted_on > due
        return Status.DONE_LATE if late else Status.DONE_ON_TIME
    if standing.state is State.SUSPENDED:
        return Status.SUSPENDED
    if due is None:
        return Status.NO_DEADLINE
    if on > due:
        return Status.OVERDUE
    return Status.AT_RISK if risks(standing, on=on, limits=limits) else Status.IN_TIME


class Risk(StrEnum):
    """Why a running task may not make its date."""

    SOON = "soon"
    SILENT = "silent"
    BEHIND = "behind"
    WAITING = "waiting"


def risks(standing: Standing, *, on: date, limits: Limits) -> list[Risk]:
    """Name every reason to worry about a running task on a day."""
    found = []
    due = standing.due_on
    if due and (due - on).days <= limits.soon_days:
        found.append(Risk.SOON)
    heard = standing.reported_on or standing.assigned_on
    if (on - heard).days > limits.silent_days:
        found.append(Risk.SILENT)
    if due and expected_progress(standing, on=on) - standing.progress > (
        limits.behind_points
    ):
        found.append(Risk.BEHIND)
    if standing.waiting:
        found.append(Risk.WAITING)
    return found


def expected_progress(standing: Standing, *, on: date) -> int:
    """Return the percentage a straight line from assignment to due date asks for.

    Judged only once the unit has reported at least once: silence has its own reason.
    """
    if standing.due_on is None or standing.reported_on is None:
        return 0
    whole = (standing.due_on - standing.assigned_on).days
    gone = (min(on, standing.due_on) - standing.assigned_on).days
    return 100 * gone // whole if whole > 0 else 100


def check_move(current: State, to: State) -> None:
    """Refuse a move that MOVES does not list."""
    if to not in MOVES[current]:
        raise RuleBroken(
            N_("A task that is “%(current)s” cannot become “%(to)s”."),
            current=current.value,
            to=to.value,
        )


def check_output(output: str, proof: str) -> None:
    """Refuse a task nobody could ever verify (the lesson of 14 November 2025)."""
    if len(output.strip()) < 10:
        raise RuleBroken(
            N_(
                "Say what must be there when the task is done: at least ten characters."
            ),
            field="output",
        )
    if not proof:
        raise RuleBroken(
            N_("Say what will prove the output: a document, an indicator, a count …"),
            field="proof",
        )


def check_dates(assigned_on: date, due_on: date | None, provenance: str) -> None:
    """Refuse a due date before the order, or one that comes from nowhere."""
    if due_on and due_on < assigned_on:
        raise RuleBroken(
            N_("The due date %(due)s is before the day of the order, %(assigned)s."),
            field="due_on",
            due=f"{due_on:%d/%m/%Y}",
            assigned=f"{assigned_on:%d/%m/%Y}",
        )
    if due_on and not provenance.strip():
        raise RuleBroken(
            N_("Say where the due date comes from: the clause or whoever set it."),
            field="due_provenance",
        )


def check_inside_parent(due_on: date | None, parent_due_on: date | None) -> None:
    """Refuse a part that ends after the whole."""
    if parent_due_on and (due_on is None or due_on > parent_due_on):
        raise RuleBroken(
            N_("A part must be due by %(due)s, the due date of the whole task."),
            field="due_on",
            due=f"{parent_due_on:%d/%m/%Y}",
        )


def check_second_unit(lead: object, verifier: object) -> None:
    """Refuse a unit that would verify its own work."""
    if lead == verifier:
        raise RuleBroken(
            N_("A unit does not verify its own work: choose a second unit."),
            field="verifier",
        )


def check_has_figures(figures: Mapping[str, object]) -> None:
    """Refuse a report that only tells: results are measured."""
    if not any(isinstance(value, int | float) for value in figures.values()):
        raise RuleBroken(
            N_("A report needs at least one figure; words alone are not a result."),
            field="figures",
        )


@dataclass(frozen=True, slots=True)
class GradeRule:
    """One row of the regulation's table; shares in percent of tasks due."""

    grade: Grade
    on_time_at_least: int
    late_at_most: int
    beyond_at_least: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What a unit had to finish in a quarter, and what came of it."""

    due: int
    on_time: int
    late: int
    beyond: int

    @property
    def not_done(self) -> int:
        """Return how many of the tasks due are still not done."""
        return self.due - self.on_time - self.late


def grade(tally: Tally, rules: Sequence[GradeRule]) -> Grade:
    """Return the grade a tally reaches; every task due must be done for any grade."""
    if tally.due == 0:
        return Grade.NOTHING_DUE
    if tally.not_done:
        return Grade.NOT_COMPLETED
    for rule in rules:
        if (
            100 * tally.on_time >= rule.on_time_at_least * tally.due
            and 100 * tally.late <= rule.late_at_most * tally.due
            and 100 * tally.beyond >= rule.beyond_at_least * tally.due
        ):
            return rule.grade
    return Grade.NOT_COMPLETED


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the escalation ladder: `days` after the due date (negative: before)."""

    days: int
    tells: tuple[str, ...]


DEFAULT_LADDER = (
    Rung(-7, ("lead_person",)),
    Rung(-1, ("lead_person", "head")),
    Rung(1, ("lead_person", "head", "office")),
    Rung(10, ("head", "office", "leader")),
)


def rungs_reached(
    due_on: date | None, *, on: date, ladder: tuple[Rung, ...] = DEFAULT_LADDER
) -> list[Rung]:
    """List the rungs a running task has reached on a day, lowest first."""
    if due_on is None:
        return []
    return [rung for rung in ladder if on >= due_on + timedelta(days=rung.days)]


def drawn_for_reaudit(task_code: str, share: int) -> bool:
    """Tell whether a task falls into the sample: `share` percent, the same each time.

    Drawn from the code alone, so that nobody can choose and everybody can check.
    """
    digest = hashlib.sha256(f"reaudit:{task_code}".encode()).digest()
    return int.from_bytes(digest[:4]) % 100 < share


def check_code(code: str) -> None:
    """Refuse a code that could not stand in an address."""
    if not re.fullmatch(r"[\w.-]{2,30}", code):
        raise RuleBroken(
            N_("Write the code with letters, digits, dots and dashes, up to 30."),
            field="code",
        )

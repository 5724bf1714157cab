"""The report of the steering committee: every figure of one day, from the records.

Statuses and counts come from the journal as it stood at the end of the day; what has
a time of its own (difficulties, requests, extensions) is read as it stood then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from khuevan.directory.public import Organisation
from khuevan.platform import clock
from khuevan.steering.models import Extension, Report, Task
from khuevan.steering.policies import ladder_of, policy_on
from khuevan.steering.rules import RUNNING, Basis, Group, Level, State, Status

from .summary import Counts, Judged, cell_of, count, judged_on
from .waiting import (
    Discipline,
    Move,
    OpenDifficulty,
    OpenRequest,
    WaitingExtension,
    discipline_between,
    move,
    open_difficulties,
    open_requests,
    waiting_extensions,
)


UPCOMING_DAYS = 30
DISCIPLINE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """The counts of one part of the tasks, and the filter that lists exactly these.

    `name` is a level's or a group's code, a unit's name, or empty for all tasks.
    """

    name: str
    wanted: Mapping[str, str]
    counts: Counts
    before: Counts | None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task of a list. `day` is what the list is about: its claim, its acceptance."""

    code: str
    title: str
    lead: str
    due_on: date | None
    day: date | None
    progress: int


@dataclass(frozen=True, slots=True)
class OverdueTask:
    """A task past its date: how long, why by its unit's own words, and its dates."""

    code: str
    title: str
    lead: str
    original_due_on: date | None
    due_on: date
    days: int
    told: str
    told_on: date | None
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class CommitteeReport:
    """Everything the report says. Built once, shown as a page, as .docx and as PDF."""

    on: date
    since: date | None
    discipline_from: date
    total: Line
    levels: tuple[Line, ...]
    groups: tuple[Line, ...]
    units: tuple[Line, ...]
    overdue: tuple[OverdueTask, ...]
    claimed: tuple[TaskLine, ...]
    reported_only: tuple[TaskLine, ...]
    difficulties: tuple[OpenDifficulty, ...]
    requests: tuple[OpenRequest, ...]
    discipline: tuple[Discipline, ...]
    extensions: tuple[WaitingExtension, ...]
    upcoming: tuple[TaskLine, ...]
    long_overdue_days: int
    upcoming_until: date

    @property
    def late_difficulties(self) -> tuple[OpenDifficulty, ...]:
        """Return the difficulties whose clock has run out."""
        return tuple(one for one in self.difficulties if one.is_late)

    @property
    def long_overdue(self) -> tuple[OverdueTask, ...]:
        """Return the tasks overdue so long that the ladder's last rung is reached."""
        return tuple(o for o in self.overdue if o.days >= self.long_overdue_days)


def committee_report(*, on: date, since: date | None = None) -> CommitteeReport:
    """Build the report as of the end of a day, compared with an earlier day if given.

    For people who read everything: nothing is hidden from the committee.
    """
    now, before = judged_on(on), judged_on(since) if since else None
    known = _Known()
    end = clock.end_of_day(on)
    start = since or on - timedelta(days=DISCIPLINE_DAYS)
    until = on + timedelta(days=UPCOMING_DAYS)
    return CommitteeReport(
        on=on,
        since=since,
        discipline_from=start,
        total=_line("", {}, now, before, lambda one: True),
        levels=_per_level(now, before),
        groups=_per_group(now, before),
        units=_per_unit(now, before, known),
        overdue=_overdue(now, known, on, end),
        claimed=known.lines(
            (j for j in now if j.standing.state is State.CLAIMED), "claimed_on"
        ),
        reported_only=known.lines(
            (
                j
                for j in now
                if j.standing.state is State.ACCEPTED
                and j.standing.basis is Basis.REPORT
            ),
            "accepted_on",
        ),
        difficulties=open_difficulties(end),
        requests=open_requests(on, end),
        discipline=discipline_between(clock.end_of_day(start), end),
        extensions=waiting_extensions(end),
        upcoming=known.lines((j for j in now if _is_due(j, on, until)), "due_on"),
        long_overdue_days=ladder_of(policy_on(on))[-1].days,
        upcoming_until=until,
    )


def _is_due(one: Judged, first: date, last: date) -> bool:
    due = one.standing.due_on
    return one.status in RUNNING and due is not None and first <= due <= last


class _Known:
    """Titles and names, read once for everything the report lists."""

    def __init__(self) -> None:
        self.titles = {
            key: (code, title)
            for key, code, title in Task.objects.values_list("pk", "code", "title")
        }
        self.units = {
            key: (name, order)
            for key, name, order in Organisation.objects.values_list(
                "pk", "short_name", "sort_key"
            )
        }

    def lead(self, one: Judged) -> str:
        return self.units[UUID(one.standing.lead)][0]

    def lines(self, some: Iterable[Judged], day: str) -> tuple[TaskLine, ...]:
        found = [
            TaskLine(
                *self.titles[one.task],
                lead=self.lead(one),
                due_on=one.standing.due_on,
                day=getattr(one.standing, day),
                progress=one.standing.progress,
            )
            for one in some
        ]
        return tuple(sorted(found, key=lambda t: (t.day or date.max, t.code)))


_Judgements = list[Judged] | None


def _line(
    name: str,
    wanted: Mapping[str, str],
    now: list[Judged],
    before: _Judgements,
    keep: Callable[[Judged], bool],
) -> Line:
    return Line(
        name,
        wanted,
        count(cell_of(one) for one in now if keep(one)),
        None if before is None else count(cell_of(one) for one in before if keep(one)),
    )


def _per_level(now: list[Judged], before: _Judgements) -> tuple[Line, ...]:
    return tuple(
        _line(level, {"level": level}, now, before, _of_level(level)) for level in Level
    )


def _of_level(level: Level) -> Callable[[Judged], bool]:
    return lambda one: one.standing.level is level


def _per_group(now: list[Judged], before: _Judgements) -> tuple[Line, ...]:
    return tuple(
        _line(str(g.value), {"group": str(g.value)}, now, before, _of_group(g))
        for g in Group
    )


def _of_group(group: Group) -> Callable[[Judged], bool]:
    return lambda one: one.standing.group == group


def _per_unit(
    now: list[Judged], before: _Judgements, known: _Known
) -> tuple[Line, ...]:
    """Sort as the city does: most overdue first, then by name."""
    parts, earlier = _by_lead(now), _by_lead(before or [])
    lines = []
    for lead, part in parts.items():
        old = None if before is None else count(map(cell_of, earlier.get(lead, [])))
        name, order = known.units[UUID(lead)]
        lines.append(
            (order, Line(name, {"lead": lead}, count(map(cell_of, part)), old))
        )
    shown = [pair for pair in lines if pair[1].counts.total]
    shown.sort(key=lambda pair: (-pair[1].counts.overdue, pair[0]))
    return tuple(line for _order, line in shown)


def _by_lead(judged: list[Judged]) -> dict[str, list[Judged]]:
    parts: dict[str, list[Judged]] = {}
    for one in judged:
        parts.setdefault(one.standing.lead, []).append(one)
    return parts


def _overdue(
    now: list[Judged], known: _Known, on: date, end: datetime
) -> tuple[OverdueTask, ...]:
    late = [one for one in now if one.status is Status.OVERDUE]
    keys = [one.task for one in late]
    told = _last_reports(keys, end)
    moves = _moves(keys, end)
    found = []
    for one in late:
        due = one.standing.due_on
        assert due is not None
        words, day = told.get(one.task, ("", None))
        found.append(
            OverdueTask(
                *known.titles[one.task],
                lead=known.lead(one),
                original_due_on=one.standing.original_due_on,
                due_on=due,
                days=(on - due).days,
                told=words,
                told_on=day,
                moves=tuple(moves.get(one.task, ())),
            )
        )
    return tuple(sorted(found, key=lambda o: (-o.days, o.code)))


def _last_reports(keys: list[UUID], end: datetime) -> dict[UUID, tuple[str, date]]:
    rows = (
        Report.objects.filter(task__in=keys, submitted_at__lte=end)
        .order_by("task", "-submitted_at")
        .distinct("task")
        .values_list("task", "explanation", "submitted_at")
    )
    return {key: (words, clock.local_day(at)) for key, words, at in rows}


def _moves(keys: list[UUID], end: datetime) -> dict[UUID, list[Move]]:
    found: dict[UUID, list[Move]] = {}
    rows = Extension.objects.filter(task__in=keys, asked_at__lte=end)
    for row in rows.order_by("asked_at"):
        found.setdefault(row.task_id, []).append(move(row, end))
    return found

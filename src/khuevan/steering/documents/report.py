"""The report of the steering committee as an administrative document.

Every figure is a link to the list that holds exactly its records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from khuevan.platform.errors import N_
from khuevan.platform.official.form import (
    Block,
    Document,
    Heading,
    Item,
    Letterhead,
    Paragraph,
    Run,
    Runs,
    Signature,
    Table,
    sentence,
    text,
)
from khuevan.platform.official.pieces import day, rows_or_words
from khuevan.steering.forms import DIFFICULTIES
from khuevan.steering.queries.report import (
    CommitteeReport,
    Line,
    OverdueTask,
    TaskLine,
)
from khuevan.steering.queries.waiting import Move
from khuevan.steering.rules import Group, Level
from khuevan.steering.words import GROUPS, LEVELS

from .pieces import task, tasks_address


FIGURES = (
    ("", "total"),
    ("done", "done"),
    ("done_on_time", "done_on_time"),
    ("done_late", "done_late"),
    ("open", "open"),
    ("overdue", "overdue"),
)
"""The filter and the count of each column of the tables of figures."""


def report_document(
    report: CommitteeReport, *, head: Letterhead, signature: Signature, dated: date
) -> Document:
    """Compose the report in the language in force; official papers ask for Vietnamese."""
    about = _("on the tasks of Resolution 57-NQ/TW, as of %(day)s") % {
        "day": day(report.on)
    }
    return Document(
        letterhead=head,
        number="",
        type_code="BC",
        type_name="BÁO CÁO",
        about=about,
        dated=dated,
        blocks=(
            *_opening(report),
            *_overall(report),
            *_quality(report),
            *_hindrances(report),
            *_proposals(report),
            *_upcoming(report),
        ),
        signature=signature,
        recipients=(
            _("The Standing Board of the City's Party Committee (to report)"),
            _("Members of the Steering Committee"),
            _("Units that lead tasks (to carry out)"),
            _("Archive"),
        ),
    )


def _opening(report: CommitteeReport) -> Iterable[Block]:
    yield Paragraph(
        sentence(
            N_(
                "All figures are computed from the records of the platform as they stood at the end of %(day)s; each leads to the records it counts."
            ),
            day=day(report.on),
        )
    )
    if report.since:
        yield Paragraph(
            sentence(
                N_(
                    "In brackets: the change since the end of %(day)s, where there is one."
                ),
                day=day(report.since),
            )
        )


def _overall(report: CommitteeReport) -> Iterable[Block]:
    yield Heading(_("I. RESULTS OVERALL"))
    for line in (*report.levels, report.total):
        yield Item(
            sentence(
                N_(
                    "%(name)s: %(total)s tasks; done %(done)s (on time %(on_time)s, late %(late)s); running %(open)s, of which overdue %(overdue)s. Verified by a second unit or an indicator: %(verified)s; by report only: %(reported)s; claimed and waiting: %(claimed)s."
                ),
                name=Run(_line_name(line), bold=True),
                total=_figure(report, line, "", "total"),
                done=_figure(report, line, "done", "done"),
                on_time=_figure(report, line, "done_on_time", "done_on_time"),
                late=_figure(report, line, "done_late", "done_late"),
                open=_figure(report, line, "open", "open"),
                overdue=_figure(report, line, "overdue", "overdue"),
                verified=_figure(report, line, "verified", "verified"),
                reported=_figure(report, line, "reported_only", "reported_only"),
                claimed=_figure(report, line, "claimed", "claimed"),
            )
        )
    yield Heading(_("1. By the seven groups of tasks"), level=2)
    yield _figures(report, _("Group of tasks"), (*report.groups, report.total))
    yield Heading(_("2. By leading unit"), level=2)
    yield _figures(report, _("Leading unit"), (*report.units, report.total))


def _figures(report: CommitteeReport, first: str, lines: Iterable[Line]) -> Table:
    return Table(
        caption="",
        head=(
            first,
            _("Tasks"),
            _("Done"),
            _("On time"),
            _("Late"),
            _("Running"),
            _("Overdue"),
        ),
        rows=tuple(
            (
                (Run(_line_name(line), bold=not line.name),),
                *((_figure(report, line, *f),) for f in FIGURES),
            )
            for line in lines
        ),
        widths=(34, 11, 11, 11, 11, 11, 11),
        numeric=frozenset(range(1, 7)),
    )


def _line_name(line: Line) -> str:
    if not line.name:
        return _("All tasks")
    if "level" in line.wanted:
        return str(LEVELS[Level(line.name)])
    if "group" in line.wanted:
        return str(GROUPS[Group(int(line.name))])
    return line.name


def _figure(report: CommitteeReport, line: Line, status: str, name: str) -> Run:
    value: int = getattr(line.counts, name)
    words = f"{value}"
    if line.before is not None:
        change = value - getattr(line.before, name)
        words += f" ({change:+d})" if change else ""
    return Run(words, tasks_address(report.on, {**line.wanted, "status": status}))


def _quality(report: CommitteeReport) -> Iterable[Block]:
    yield Heading(_("II. OVERDUE TASKS AND THE QUALITY OF RESULTS"))
    yield Heading(_("1. Overdue tasks, their reasons and the history of their dates"), level=2)  # fmt: skip
    yield rows_or_words(
        (_("Task"), _("Unit concerned"), _("Dates"), _("Reason the unit gives")),
        (34, 16, 22, 28),
        (
            (task(o.code, o.title), text(o.lead), _dates(o), _told(o))
            for o in report.overdue
        ),
        _("No task is overdue."),
    )
    yield Heading(_("2. Claimed done, not yet verified"), level=2)
    yield _tasks(report.claimed, _("Claimed on"), _("No claim waits for verification."))
    yield Heading(_("3. Done by report only: nobody has verified them"), level=2)
    yield _tasks(report.reported_only, _("Reported done on"), _("None."))


def _tasks(lines: tuple[TaskLine, ...], about: str, none: str) -> Block:
    return rows_or_words(
        (_("Task"), _("Unit concerned"), _("Due"), about),
        (50, 20, 15, 15),
        (
            (
                task(line.code, line.title),
                text(line.lead),
                text(day(line.due_on)),
                text(day(line.day)),
            )
            for line in lines
        ),
        none,
    )


def _dates(one: OverdueTask) -> Runs:
    parts = [_("Due %(day)s") % {"day": day(one.due_on)}]
    if one.original_due_on != one.due_on:
        parts.append(_("originally %(day)s") % {"day": day(one.original_due_on)})
    parts.append(_("%(n)s days over") % {"n": one.days})
    parts += [_moved(move) for move in one.moves]
    return text("; ".join(parts))


def _moved(move: Move) -> str:
    words = {
        True: _("until %(new)s granted (%(reason)s)"),
        False: _("until %(new)s refused (%(reason)s)"),
        None: _("until %(new)s asked, not decided (%(reason)s)"),
    }[move.granted]
    return words % {"new": day(move.new), "reason": move.reason}


def _told(one: OverdueTask) -> Runs:
    if one.told_on is None:
        return (Run(_("The unit has given none."), italic=True),)
    return text(f"{one.told} ({day(one.told_on)})")


def _hindrances(report: CommitteeReport) -> Iterable[Block]:
    yield Heading(_("III. DIFFICULTIES, REQUESTS AND REPORTING DISCIPLINE"))
    yield Heading(_("1. Difficulties not cleared, and who holds them"), level=2)
    holders = Counter(one.holder for one in report.difficulties)
    if holders:
        held = ", ".join(f"{name} ({n})" for name, n in holders.most_common())
        yield Paragraph(sentence(N_("Held by: %(held)s."), held=held))
    yield rows_or_words(
        (_("Difficulty"), _("Task"), _("Held by"), _("Answer due")),
        (48, 16, 20, 16),
        (
            (
                (
                    Run(f"{DIFFICULTIES[d.kind]}: "),
                    Run(d.text, reverse("steering-difficulty", args=[d.id])),
                ),
                text(d.code, reverse("steering-task", args=[d.code])),
                text(d.holder),
                (Run(day(d.due_on), bold=d.is_late),),
            )
            for d in report.difficulties
        ),
        _("No difficulty is open."),
    )
    yield Heading(_("2. Requests between agencies that wait"), level=2)
    yield _requests(report)
    yield from _reporting(report)


def _requests(report: CommitteeReport) -> Block:
    return rows_or_words(
        (_("Request"), _("Asked by"), _("Held by"), _("Days")),
        (50, 20, 20, 10),
        (
            (
                text(r.text, reverse("steering-request", args=[r.id])),
                text(r.asker),
                text(r.holder),
                text(r.days),
            )
            for r in report.requests
        ),
        _("No request waits."),
        numeric=frozenset({3}),
    )


def _reporting(report: CommitteeReport) -> Iterable[Block]:
    first = report.discipline_from + timedelta(days=1)
    yield Heading(_("3. Reporting discipline"), level=2)
    yield Paragraph(
        sentence(
            N_("From %(first)s to %(last)s, by the facts of the %(register)s:"),
            first=day(first),
            last=day(report.on),
            register=Run(_("register of discipline"), reverse("steering-register")),
        )
    )
    yield rows_or_words(
        (_("Unit concerned"), _("Reports missing"), _("Reports late")),
        (60, 20, 20),
        (
            (text(d.organisation), text(d.missed), text(d.late))
            for d in report.discipline
        ),
        _("Every unit reported in time."),
        numeric=frozenset({1, 2}),
    )


def _proposals(report: CommitteeReport) -> Iterable[Block]:
    yield Heading(_("IV. PROPOSALS AND DECISIONS NEEDED"))
    yield Item(
        sentence(
            N_(
                "Decide %(n)s requests for more time and %(late)s difficulties past the day of their answer, listed below."
            ),
            n=len(report.extensions),
            late=len(report.late_difficulties),
        )
    )
    yield Item(
        sentence(
            N_(
                "Look at the responsibility for %(n)s tasks overdue by %(days)s days or more, out of %(overdue)s overdue."
            ),
            n=len(report.long_overdue),
            days=report.long_overdue_days,
            overdue=_figure(report, report.total, "overdue", "overdue"),
        )
    )
    yield Item(
        sentence(
            N_(
                "Have the second units verify %(claimed)s results claimed and %(reported)s done by report only."
            ),
            claimed=_figure(report, report.total, "claimed", "claimed"),
            reported=_figure(report, report.total, "reported_only", "reported_only"),
        )
    )
    if report.extensions:
        yield _extensions(report)
    for late in report.late_difficulties:
        yield Item(
            sentence(
                N_("%(holder)s: clear “%(text)s” (task %(code)s, due %(day)s)."),
                holder=Run(late.holder, bold=True),
                text=Run(late.text, reverse("steering-difficulty", args=[late.id])),
                code=Run(late.code, reverse("steering-task", args=[late.code])),
                day=day(late.due_on),
            )
        )


def _extensions(report: CommitteeReport) -> Block:
    return rows_or_words(
        (_("Task"), _("Unit concerned"), _("From"), _("To"), _("Reason")),
        (34, 16, 13, 13, 24),
        (
            (
                task(e.code, e.title),
                text(e.lead),
                text(day(e.move.old)),
                text(day(e.move.new), reverse("steering-extension", args=[e.id])),
                text(e.move.reason),
            )
            for e in report.extensions
        ),
        "",
    )


def _upcoming(report: CommitteeReport) -> Iterable[Block]:
    yield Heading(_("V. TASKS DUE IN THE NEXT 30 DAYS"))
    wanted = {
        "status": "open",
        "due_from": report.on.isoformat(),
        "due_to": report.upcoming_until.isoformat(),
    }
    address = tasks_address(report.on, wanted)
    yield Paragraph(
        sentence(
            N_("Until %(day)s, %(n)s tasks fall due:"),
            day=day(report.upcoming_until),
            n=Run(str(len(report.upcoming)), address),
        )
    )
    yield rows_or_words(
        (_("Task"), _("Unit concerned"), _("Due"), _("Progress")),
        (54, 20, 15, 11),
        (
            (
                task(t.code, t.title),
                text(t.lead),
                text(day(t.due_on)),
                text(f"{t.progress}%"),
            )
            for t in report.upcoming
        ),
        _("None."),
    )

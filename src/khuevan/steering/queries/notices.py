"""What a meeting concluded, and the committee's signed reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from khuevan.directory.public import Person
from khuevan.journal.public import facts_of
from khuevan.platform.models import StoredFile
from khuevan.steering.models import Meeting, Task


@dataclass(frozen=True, slots=True)
class GivenTask:
    """A task a conclusion became: what, who, with whom, by when, proved by what."""

    code: str
    title: str
    lead: str
    helpers: tuple[str, ...]
    due_on: date | None
    output: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One conclusion in words, with the tasks cut from it."""

    words: str
    tasks: tuple[GivenTask, ...]


@dataclass(frozen=True, slots=True)
class MeetingNotice:
    """What the notice of a meeting's conclusions says."""

    title: str
    held_on: date
    chair: str
    number: str
    conclusions: tuple[Conclusion, ...]


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A report somebody signed: of which day, when, by whom, which bytes."""

    file: UUID
    on: date
    signed_at: datetime
    signer: str
    sha256: str
    fact: int


def meeting_notice(meeting: Meeting) -> MeetingNotice:
    """Collect a meeting's conclusions and the tasks that came of them, in their order."""
    source = meeting.conclusion
    clauses = list(source.clauses.all()) if source else []
    clauses.sort(key=lambda clause: (len(clause.number), clause.number))
    tasks: dict[UUID, list[GivenTask]] = {}
    rows = (
        Task.objects.filter(clause__in=clauses)
        .select_related("lead")
        .prefetch_related("coordinations__organisation")
        .order_by("code")
    )
    for row in rows:
        tasks.setdefault(row.clause_id, []).append(_given(row))
    return MeetingNotice(
        title=meeting.title,
        held_on=meeting.held_on,
        chair=meeting.chaired_by.full_name,
        number=source.number if source else "",
        conclusions=tuple(
            Conclusion(clause.text, tuple(tasks.get(clause.pk, ())))
            for clause in clauses
        ),
    )


def _given(task: Task) -> GivenTask:
    helpers = tuple(one.organisation.name for one in task.coordinations.all())
    return GivenTask(
        task.code, task.title, task.lead.name, helpers, task.due_on, task.output
    )


def signed_reports(many: int = 20) -> list[SignedReport]:
    """List the newest signed reports, newest first."""
    facts = facts_of(["steering.report_signed"], limit=many)
    keys = {fact.actor.partition(":")[2] for fact in facts if fact.actor}
    names = {
        f"directory.person:{key}": name
        for key, name in Person.objects.filter(pk__in=keys).values_list(
            "pk", "full_name"
        )
    }
    return [
        SignedReport(
            UUID(fact.subject.partition(":")[2]),
            date.fromisoformat(fact.figures["on"]),
            fact.occurred_at,
            names.get(fact.actor or "", ""),
            fact.figures["sha256"],
            fact.number,
        )
        for fact in facts
    ]


def signed_report_file(key: UUID) -> StoredFile | None:
    """Return the file of a signed report; None for any other file of the store."""
    file = StoredFile.objects.filter(pk=key).first()
    kept = {fact.subject for fact in facts_of(["steering.report_signed"], limit=10_000)}
    return file if file and file.ref in kept else None

"""Meeting mode: call, conclude on the spot, close; every conclusion can become a task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.steering.access import may_steer
from khuevan.steering.models import AgendaItem, Clause, Meeting, Source, Task
from khuevan.steering.rules import Group, Level, SourceKind

from .common import require
from .tasks import Order, assign_task


@transaction.atomic
def call_meeting(
    *,
    title: str,
    held_on: date,
    chaired_by: Person,
    tasks: Sequence[Task] = (),
    by: Person,
) -> Meeting:
    """Call a meeting with an agenda: the tasks given, in their order."""
    require(may_steer(by))
    if not title.strip():
        raise RuleBroken(N_("Give the meeting a title."), field="title")
    meeting = Meeting.objects.create(
        title=title.strip(), held_on=held_on, chaired_by=chaired_by, created_by=by
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=n, task=task, words=task.title[:300])
        for n, task in enumerate(tasks, start=1)
    )
    record("steering.meeting_called", subject=meeting.ref, by=by, items=len(tasks))
    return meeting


@transaction.atomic
def add_conclusion(
    *,
    meeting: Meeting,
    words: str,
    group: Group,
    item: AgendaItem | None = None,
    order: Order | None = None,
    by: Person,
) -> Task | None:
    """Write a conclusion; with an `order` it becomes a task on the spot, else it stays words.

    The conclusions of a meeting are the clauses of its notice, so that a task
    cut here has a source like any other.
    """
    require(may_steer(by))
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.closed_at:
        raise RuleBroken(N_("This meeting is closed."))
    if len(words.strip()) < 10:
        raise RuleBroken(
            N_("Write the conclusion in at least ten characters."), field="words"
        )
    source = meeting.conclusion or _open_notice(meeting, by)
    last = source.clauses.count()
    clause = Clause.objects.create(
        source=source, number=str(last + 1), text=words.strip(), group=group
    )
    if item is None:
        place = meeting.items.aggregate(last=Max("position"))["last"] or 0
        item = AgendaItem(
            meeting=meeting, position=place + 1, words=words.strip()[:300]
        )
    item.conclusion = words.strip()
    item.save()
    task = assign_task(order=order, clause=clause, by=by) if order else None
    record(
        "steering.conclusion_added",
        subject=meeting.ref,
        by=by,
        clause=clause.ref,
        task=task.ref if task else None,
    )
    return task


def _open_notice(meeting: Meeting, by: Person) -> Source:
    source = Source.objects.create(
        kind=SourceKind.CONCLUSION,
        number=f"KL-{meeting.held_on:%Y%m%d}-{str(meeting.pk)[-4:].upper()}",
        title=meeting.title,
        issuer=meeting.chaired_by.full_name,
        level=Level.CITY,
        issued_on=meeting.held_on,
        created_by=by,
    )
    meeting.conclusion = source
    meeting.save(update_fields=["conclusion"])
    return source


@transaction.atomic
def close_meeting(*, meeting: Meeting, number: str = "", by: Person) -> Meeting:
    """Close a meeting; its notice may get the number it was issued under."""
    require(may_steer(by))
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.closed_at:
        raise RuleBroken(N_("This meeting is closed."))
    if number.strip() and meeting.conclusion:
        if Source.objects.filter(number__iexact=number.strip()).exists():
            raise RuleBroken(
                N_("A source with number %(number)s is registered already."),
                field="number",
                number=number,
            )
        meeting.conclusion.number = number.strip()
        meeting.conclusion.save()
    meeting.closed_at = clock.now()
    meeting.save(update_fields=["closed_at"])
    record("steering.meeting_closed", subject=meeting.ref, by=by, number=number.strip())
    return meeting

"""Steering for other programs: the same queries, actions and rights as the pages.

Reading is paged by a cursor; writing takes an `Idempotency-Key`, so that a request
that is sent twice is carried out once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import AfterValidator, Field, StringConstraints

from khuevan.clients.public import Scope, for_clients, for_everybody
from khuevan.directory.public import Person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.idempotency import answer_once
from khuevan.platform.problems import NO
from khuevan.steering import actions

from .models import Source, Task
from .queries.exports import ExportRow, export_rows
from .queries.reporting import open_period_for
from .queries.summary import summary
from .queries.tasks import Wanted
from .rules import Basis, Level, Proof, State, Status, Visibility


MOST = 200
router = Router(tags=["steering"])

Words = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=4000)]
Short = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[^\x00/]+$", max_length=30)]
Number = Annotated[float, Field(allow_inf_nan=False)]


def _our_days(day: date) -> date:
    if not 2000 <= day.year < 2100:
        raise ValueError("a day from 2000-01-01 to 2099-12-31")
    return day


Day = Annotated[date, AfterValidator(_our_days)]


class Asked(Schema):
    """What a program wants to see."""

    q: Short = ""
    level: Level | None = None
    group: int | None = Field(None, ge=1, le=7)
    status: Status | Literal["done", "open", "verified", "reported_only", "claimed"] | None = None  # fmt: skip
    lead: UUID | None = None
    due_from: Day | None = None
    due_to: Day | None = None
    as_of: Day | None = None
    cursor: Short = ""
    limit: int = Field(50, ge=1, le=MOST)

    def wanted(self) -> Wanted:
        """Return the filter of the table of tasks, in the order the cursor needs."""
        return Wanted(
            text=self.q,
            level=self.level or "",
            group=self.group,
            status=self.status or "",
            lead=self.lead,
            due_from=self.due_from,
            due_to=self.due_to,
            on=self.as_of,
            sort="code",
        )


class TaskOut(Schema):
    code: str
    title: str
    level: Level
    group: int
    source: str
    lead: str
    coordinators: list[str]
    output: str
    proof: Proof
    assigned_on: date
    due_on: date | None
    original_due_on: date | None
    accepted_on: date | None
    status: Status
    state: State
    basis: Basis | None
    progress: int
    holder: str
    held_since: datetime
    next_step: str
    visibility: Visibility


class TaskPage(Schema):
    as_of: date
    tasks: list[TaskOut]
    next_cursor: str | None


class FactOut(Schema):
    number: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    figures: dict[str, Any]


class TaskDetail(Schema):
    task: TaskOut
    facts: list[FactOut]


class CountsOut(Schema):
    total: int
    done: int
    done_on_time: int
    done_late: int
    open: int
    overdue: int
    at_risk: int
    claimed: int
    verified: int
    reported_only: int
    overdue_on_original: int


class SummaryOut(Schema):
    as_of: date
    central: CountsOut
    city: CountsOut


class SourceOut(Schema):
    id: UUID
    kind: str
    number: str
    title: str
    issuer: str
    level: Level
    issued_on: date


class ReportIn(Schema):
    progress: int = Field(ge=0, le=100)
    figures: dict[Short, Number] = Field(min_length=1, max_length=50)
    explanation: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", min_length=10, max_length=4000)]  # fmt: skip
    next_step: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=300)] = ""  # fmt: skip


class EvidenceIn(Schema):
    """Photos come with a file and are shown on the task's page, not here."""

    proof: Proof
    note: Words
    document_number: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=80)] = ""  # fmt: skip
    count: int | None = Field(None, ge=0, le=2**53)


class ClaimIn(Schema):
    evidence: list[EvidenceIn] = Field(min_length=1, max_length=20)


class VerifyIn(Schema):
    accepted: bool
    reason: Words = ""
    beyond: bool = False


READ = {200: TaskPage, **NO}
READING = for_clients(Scope.STEERING_READ)
WRITING = for_clients(Scope.STEERING_WRITE)


@router.get("/tasks", response=READ, auth=READING, summary="Tasks you may see")
def list_tasks(request: HttpRequest, asked: Query[Asked]) -> TaskPage:
    """Filter, page by `next_cursor`, and look back with `as_of`."""
    return _page(request.user, asked, asked.wanted())


@router.get(
    "/commitments",
    response={200: TaskPage, **NO},
    auth=for_everybody(Scope.STEERING_READ),
    summary="What the city has promised in public",
)
def list_commitments(request: HttpRequest, asked: Query[Asked]) -> TaskPage:
    """Open to everybody, without signing in."""
    wanted = replace(asked.wanted(), visibility=Visibility.PUBLIC)
    return _page(AnonymousUser(), asked, wanted)


@router.get(
    "/tasks/{code}", response={200: TaskDetail, **NO}, auth=READING, summary="One task"
)
def one_task(request: HttpRequest, code: Code) -> TaskDetail:
    """The task as it stands, and every fact about it, oldest first."""
    task = get_object_or_404(Task.objects.visible_to(request.user), code=code)
    facts = [
        FactOut(
            number=f.number,
            kind=f.kind,
            occurred_at=f.occurred_at,
            recorded_at=f.recorded_at,
            figures=f.figures,
        )
        for f in facts_about(task.ref)
    ]
    return TaskDetail(task=_state(request, code), facts=facts)


@router.get(
    "/summary",
    response={200: SummaryOut, **NO},
    auth=READING,
    summary="Counts per level",
)
def counts(request: HttpRequest, as_of: Day | None = None) -> SummaryOut:
    """As of the end of a day, today by default."""
    on = min(as_of or clock.today(), clock.today())
    found = summary(on=on, person=request.user)
    central, city = found[Level.CENTRAL], found[Level.CITY]
    return SummaryOut(
        as_of=on,
        central=CountsOut(**asdict(central)),
        city=CountsOut(**asdict(city)),
    )


@router.get(
    "/sources", response={200: list[SourceOut], **NO}, auth=READING, summary="Papers"
)
def list_sources(request: HttpRequest) -> Any:
    """The papers that the tasks you may see are cut from, the newest first."""
    sources = Source.objects.order_by("-issued_on", "number")
    person = request.user
    if isinstance(person, Person) and person.authority.reads_everything:
        return sources
    visible = Task.objects.visible_to(person)
    return sources.filter(clauses__tasks__in=visible).distinct()


@router.post(
    "/tasks/{code}/report",
    response={201: TaskOut, **NO},
    auth=WRITING,
    summary="Report",
)
def report(request: HttpRequest, code: Code, sent: ReportIn) -> HttpResponse:
    """Report progress with at least one figure; for people of the leading unit."""

    def perform(task: Task, by: Person) -> object:
        return actions.submit_report(
            task=task,
            progress=sent.progress,
            figures=sent.figures,
            explanation=sent.explanation,
            next_step=sent.next_step,
            period=open_period_for(task),
            by=by,
        )

    return _carry_out(request, code, perform)


@router.post(
    "/tasks/{code}/claim",
    response={201: TaskOut, **NO},
    auth=WRITING,
    summary="Claim done",
)
def claim(request: HttpRequest, code: Code, sent: ClaimIn) -> HttpResponse:
    """Say the output is there and show it; the task then waits for the second unit."""
    pieces = [actions.Shown(**piece.model_dump()) for piece in sent.evidence]
    return _carry_out(
        request,
        code,
        lambda task, by: actions.claim_done(task=task, evidence=pieces, by=by),
    )


@router.post(
    "/tasks/{code}/verify",
    response={201: TaskOut, **NO},
    auth=WRITING,
    summary="Verify",
)
def verify(request: HttpRequest, code: Code, sent: VerifyIn) -> HttpResponse:
    """Accept a claim, or send it back with the reason; for people of the second unit."""

    def perform(task: Task, by: Person) -> object:
        if sent.accepted:
            return actions.verify_claim(
                task=task, reason=sent.reason, beyond=sent.beyond, by=by
            )
        return actions.reject_claim(task=task, reason=sent.reason, by=by)

    return _carry_out(request, code, perform)


def _carry_out(
    request: HttpRequest, code: str, perform: Callable[[Task, Person], object]
) -> HttpResponse:
    by = request.user
    assert isinstance(by, Person)

    def make() -> HttpResponse:
        task = get_object_or_404(Task.objects.visible_to(by), code=code)
        perform(task, by)
        told = _state(request, code).model_dump(mode="json")
        return JsonResponse(told, status=201, json_dumps_params={"ensure_ascii": False})

    return answer_once(request, make)


def _state(request: HttpRequest, code: str) -> TaskOut:
    wanted = Wanted(code=code, status="any")
    for row in export_rows(person=request.user, wanted=wanted):
        return _out(row)
    raise Http404


def _page(
    person: Person | AnonymousUser | Any, asked: Asked, wanted: Wanted
) -> TaskPage:
    rows = list(
        export_rows(
            person=person, wanted=wanted, after=asked.cursor, many=asked.limit + 1
        )
    )
    shown = rows[: asked.limit]
    return TaskPage(
        as_of=wanted.on or clock.today(),
        tasks=[_out(row) for row in shown],
        next_cursor=shown[-1].code if len(rows) > asked.limit else None,
    )


def _out(row: ExportRow) -> TaskOut:
    return TaskOut(**asdict(row) | {"basis": row.basis or None})

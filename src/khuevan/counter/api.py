"""Dossiers for other programs: the same actions and rights as the pages.

Writing needs an `Idempotency-Key`, so that a request sent twice is carried out once;
filing is one request, whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import CharField
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from khuevan.catalogue.public import Channel
from khuevan.clients.public import Scope, for_clients
from khuevan.directory.public import Organisation, Person
from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.idempotency import answer_once, require_key
from khuevan.platform.prepared import Given, Prepared
from khuevan.platform.problems import NO
from khuevan.platform.text import fold

from . import actions
from .models import Dossier, StepState
from .queries.hot import named_dossier, newest_dossiers
from .rules.states import Business, Status
from .staffing import step_of


MOST = 200
router = Router(tags=["dossiers"])
READING = for_clients(Scope.DOSSIERS_READ)
WRITING = for_clients(Scope.DOSSIERS_WRITE)

Short = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=1000)]


class ApplicantIn(Schema):
    """Somebody without an account: who they are and how to reach them."""

    name: Short
    national_id: Short = ""
    phone: Short = ""
    email: Short = ""
    address: Short = ""


class DossierIn(Schema):
    """A whole application of somebody, filed at a point of the caller's."""

    procedure: Short
    channel: Channel
    point: Short
    agency: Short
    applicant: ApplicantIn
    answers: dict[str, Any] = Field(default_factory=dict)
    shown: list[Short] = Field(default_factory=list, max_length=50)


class StepIn(Schema):
    """What came out of the caller's step, and who handles the dossier next."""

    outcome: Short = ""
    remark: Words = ""
    handler: UUID | None = None


class DossierOut(Schema):
    id: UUID
    code: str
    procedure: str
    title: str
    status: Status
    state: Business
    agency: str
    filed_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    steps: list[str]


class DossierPage(Schema):
    dossiers: list[DossierOut]


class Asked(Schema):
    """What a program wants to see: words, a state, how many."""

    q: Short = ""
    state: Business | None = None
    limit: int = Field(50, ge=1, le=MOST)


@router.get(
    "", response={200: DossierPage, **NO}, auth=READING, summary="Dossiers you may see"
)
def list_dossiers(request: HttpRequest, asked: Query[Asked]) -> Any:
    """List dossiers the caller may see, the latest first."""
    rows = newest_dossiers(
        request.user, words=fold(asked.q), state=asked.state or "", limit=asked.limit
    )
    return {"dossiers": [_told(dossier, []) for dossier in rows]}


@router.get(
    "/{uuid:key}", response={200: DossierOut, **NO}, auth=READING, summary="One dossier"
)
def read_dossier(request: HttpRequest, key: UUID) -> Any:
    """Return one dossier and the steps it waits at."""
    found = Dossier.objects.visible_to(request.user).exclude(business=Business.DRAFT)
    dossier = get_object_or_404(found.select_related("agency"), pk=key)
    waiting = list(dossier.work.waiting().values_list("name", flat=True))
    return _told(dossier, waiting)


@router.post(
    "", response={201: DossierOut, **NO}, auth=WRITING, summary="File a dossier"
)
def create_dossier(request: HttpRequest, given: DossierIn) -> HttpResponse:
    """File an application for somebody at a point of the caller's."""
    return _once(request, lambda by: _file(given, by), 201)


@router.post(
    "/{uuid:key}/accept",
    response={200: DossierOut, **NO},
    auth=WRITING,
    summary="Accept it",
)
def accept_dossier(request: HttpRequest, key: UUID) -> HttpResponse:
    """Accept a dossier: its legal clock starts."""
    return _once(
        request,
        lambda by: actions.accept_dossier(dossier=_named(key, by), by=by),
    )


@router.post(
    "/{uuid:key}/step",
    response={200: DossierOut, **NO},
    auth=WRITING,
    summary="Finish your step",
)
def finish_step(request: HttpRequest, key: UUID, given: StepIn) -> HttpResponse:
    """Finish the step of the caller the dossier waits at."""
    return _once(request, lambda by: _finish(_named(key, by), given, by))


def _file(given: DossierIn, by: Person) -> Dossier:
    point = _body(given.point, "point")
    same = given.agency == given.point
    return actions.file_application(
        procedure=given.procedure,
        channel=given.channel,
        applicant=actions.Declared(**given.applicant.dict()),
        answers=given.answers,
        shown=given.shown,
        agency=point if same else _body(given.agency, "agency"),
        point=point,
        by=by,
    )


def _finish(dossier: Dossier, given: StepIn, by: Person) -> Dossier:
    step = step_of(by, dossier)
    if step is None:
        raise InputRefused([Problem("step", N_("The dossier waits at no step of yours."))])  # fmt: skip
    # Named only: the action looks whether there is such a colleague.
    handler = Person(pk=given.handler) if given.handler else None
    return actions.finish_step(
        step=step, outcome=given.outcome, remark=given.remark, handler=handler, by=by
    )


_BODIES = Prepared(lambda: Organisation.objects.filter(code=Given("code", CharField())))


def _body(code: str, where: str) -> Organisation:
    found = _BODIES.ask(code=code)
    if not found:
        raise InputRefused([Problem(where, N_("There is no organisation “%(code)s”."), "", {"code": code})])  # fmt: skip
    return found[0]


def _named(key: UUID, by: Person) -> Dossier:
    try:
        return named_dossier(key, by)
    except Dossier.DoesNotExist:
        raise Http404 from None


def _once(
    request: HttpRequest, does: Callable[[Person], Dossier], status: int = 200
) -> HttpResponse:
    by = request.user
    assert isinstance(by, Person)
    require_key(request)

    def make() -> HttpResponse:
        done = does(by)
        work = done.kept_work
        if work is None:
            work = list(done.work.waiting())
        waiting = [step.name for step in work if step.state == StepState.WAITING]
        told = DossierOut(**_told(done, waiting)).dict()
        return JsonResponse(told, status=status)

    return answer_once(request, make)


def _told(dossier: Dossier, steps: list[str]) -> dict[str, Any]:
    return {
        "id": dossier.pk,
        "code": dossier.code,
        "procedure": dossier.procedure,
        "title": dossier.title,
        "status": dossier.status,
        "state": dossier.business,
        "agency": dossier.agency.code if dossier.agency else "",
        "filed_at": dossier.filed_at,
        "due_at": dossier.due_at,
        "ended_at": dossier.ended_at,
        "steps": steps,
    }

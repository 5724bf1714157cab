"""Addresses that exist only for tests of requests."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.urls import include, path

from khuevan.platform.errors import (
    Conflict,
    InputRefused,
    Problem,
    RuleBroken,
    Unavailable,
)
from khuevan.platform.http import bad_request, forbidden, not_found, server_error
from khuevan.platform.idempotency import idempotent
from khuevan.platform.models import FirstAnswer


FAULTS = {
    "rule": RuleBroken("Due in %(days)s days.", days=3),
    "field": RuleBroken("Too early.", field="due_on"),
    "input": InputRefused([Problem("row 3", "no date", "Write a date.")]),
    "conflict": Conflict("The key was used."),
    "unavailable": Unavailable("No answer."),
    "database": OperationalError("gone"),
    "forbidden": PermissionDenied(),
    "missing": Http404(),
    "suspicious": SuspiciousOperation(),
    "fault": ZeroDivisionError(),
}
MADE: list[str | None] = []


@login_not_required
def fail(request, fault):
    raise FAULTS[fault]


@login_not_required
@idempotent
def make(request):
    if request.POST.get("wrong"):
        return HttpResponse("mend it", status=422)
    if said := request.POST.get("broken"):
        FirstAnswer.objects.create(
            actor="trace", key=said, expires_at="2100-01-01T00:00:00Z"
        )
        raise RuleBroken("No.", misuse=request.POST.get("misuse", ""))
    # A row of this transaction stands for the work.
    FirstAnswer.objects.create(
        actor="work", key=str(len(MADE)), expires_at="2100-01-01T00:00:00Z"
    )
    MADE.append(request.POST.get("name"))
    return HttpResponse(f"made {len(MADE)}", status=201, headers={"Location": "/x"})


urlpatterns = [
    path("fail/<fault>", fail),
    path("api/fail/<fault>", fail),
    path("make", make),
    path("", include("khuevan.web.urls")),
]
handler400, handler403, handler404, handler500 = (
    bad_request, forbidden, not_found, server_error,
)  # fmt: skip

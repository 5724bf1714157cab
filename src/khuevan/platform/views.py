"""The platform's own pages: a job's progress, health and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from prometheus_client import CONTENT_TYPE_LATEST

from . import health, jobs, metrics
from .http import layout, wants_json
from .models import Job, JobState


_LABELS = {
    JobState.WAITING: _("Waiting for its turn."),
    JobState.RUNNING: _("Running."),
    JobState.DONE: _("Done."),
    JobState.FAILED: _("Failed."),
    JobState.CANCELLED: _("Stopped."),
}


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job, as its page shows it."""

    id: UUID
    title: str
    state: str
    state_label: str
    sentence: str
    note: str
    done: int
    total: int
    remaining: str
    stopping: bool
    over: bool


@require_GET
@never_cache
def job_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _row(_own_job(request, pk))
    if wants_json(request):
        told = {field: getattr(row, field) for field in row.__slots__}
        return JsonResponse(told | {"state_label": str(row.state_label)})
    fragment = "HX-Request" in request.headers
    page = "platform/job_status.html" if fragment else "platform/job.html"
    return render(request, page, {"job": row, "layout": layout()})


@require_POST
def job_stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    jobs.ask_to_stop(_own_job(request, pk))
    return redirect("job", pk=pk)


@login_not_required
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_GET
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    found = health.checks()
    told: dict[str, Any] = {"ready": health.is_ready(found)}
    if metrics.may_look(request):
        told["checks"] = found
    return JsonResponse(told, status=200 if told["ready"] else 503)


@login_not_required
@require_GET
@never_cache
def metrics_page(request: HttpRequest) -> HttpResponse:
    if not metrics.may_look(request):
        raise Http404
    return HttpResponse(metrics.page(), content_type=CONTENT_TYPE_LATEST)


def _own_job(request: HttpRequest, pk: UUID) -> Job:
    owner: Any = request.user
    return get_object_or_404(Job.objects.visible_to(owner.ref), pk=pk)


def _row(job: Job) -> JobRow:
    remaining = jobs.remaining(job)
    return JobRow(
        id=job.pk,
        title=jobs.title(job),
        state=job.state,
        state_label=str(_LABELS[JobState(job.state)]),
        sentence=jobs.sentence(job),
        note=job.note,
        done=job.done,
        total=job.total,
        remaining="" if remaining is None else str(remaining),
        stopping=job.stop_asked_at is not None,
        over=job.finished_at is not None,
    )

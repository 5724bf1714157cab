"""The table of tasks, the page of one task, and the public page of commitments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import CityRequest, Organisation, Person
from khuevan.platform import clock, files
from khuevan.platform.http import day_of, page_number
from khuevan.steering import actions, words
from khuevan.steering.access import may_steer
from khuevan.steering.models import Evidence, SavedFilter, Task
from khuevan.steering.queries.page import clocks, timeline, waiting_per_party
from khuevan.steering.queries.tasks import Wanted, task_rows
from khuevan.steering.rules import Status, Visibility

from .task_actions import offered


def wanted_from(query: QueryDict) -> Wanted:
    """Read what somebody wants to see from an address; nonsense counts as nothing."""
    group = query.get("group", "")
    return Wanted(
        text=query.get("q", "")[:200],
        level=query.get("level", "")[:10],
        group=int(group) if group in {str(g.value) for g in words.GROUPS} else None,
        status=query.get("status", "")[:20],
        organisation=_key(query.get("unit", "")),
        lead=_key(query.get("lead", "")),
        on=day_of(query.get("on", "")),
        due_from=day_of(query.get("due_from", "")),
        due_to=day_of(query.get("due_to", "")),
        original_from=day_of(query.get("original_from", "")),
        original_to=day_of(query.get("original_to", "")),
        sort=query.get("sort", "due_on"),
    )


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def without_page(query: QueryDict) -> str:
    """Return the address' query without its page, ready for `page=N`."""
    rest = query.copy()
    rest.pop("page", None)
    return "?" + (rest.urlencode() + "&" if rest else "")


@require_GET
def task_table(request: CityRequest) -> HttpResponse:
    wanted = wanted_from(request.GET)
    found = task_rows(person=request.user, wanted=wanted, page=page_number(request.GET))
    return TemplateResponse(
        request,
        "steering/tasks.html",
        {
            **_table_words(),
            "found": found,
            "wanted": wanted,
            "base": without_page(request.GET),
            "units": Organisation.objects.in_force().in_order(),
            "saved": SavedFilter.objects.filter(person=request.user).order_by("name"),
            "querystring": request.GET.urlencode(),
            "may_steer": may_steer(request.user),
            "today": clock.today(),
        },
    )


def _table_words() -> dict[str, Any]:
    return {
        "statuses": words.STATUSES,
        "colours": words.COLOURS,
        "sets": words.SETS,
        "levels": words.LEVELS,
        "groups": words.GROUPS,
    }


@require_GET
@login_not_required
def commitments(request: HttpRequest) -> HttpResponse:
    """What the city has promised in public, for everybody."""
    wanted = replace(wanted_from(request.GET), visibility=Visibility.PUBLIC)
    found = task_rows(
        person=request.user,
        wanted=wanted,
        page=page_number(request.GET),
    )
    context = {
        **_table_words(),
        "found": found,
        "wanted": wanted,
        "base": without_page(request.GET),
        "today": clock.today(),
    }
    return TemplateResponse(request, "steering/commitments.html", context)


@require_GET
@login_not_required
def task_page(request: HttpRequest, code: str) -> HttpResponse:
    """Who has it, since when, until when, what next; then what must be there; then all traces."""
    visible = Task.objects.visible_to(request.user)
    task = get_object_or_404(
        visible.select_related(
            "clause__source", "lead", "verifier", "holder", "lead_person", "parent"
        ),
        code=code,
    )
    return TemplateResponse(request, "steering/task.html", _task_context(request, task))


def _task_context(request: HttpRequest, task: Task) -> dict[str, Any]:
    person = request.user if isinstance(request.user, Person) else None
    passes, waits = waiting_per_party(task)
    shown: dict[str, Any] = {
        "task": task,
        "clocks": clocks(task),
        "statuses": words.STATUSES,
        "colours": words.COLOURS,
        "states": words.STATES,
        "bases": words.BASES,
        "proofs": words.PROOFS,
        "groups": words.GROUPS,
        "risks": words.RISKS,
        "open_statuses": {Status.IN_TIME, Status.AT_RISK, Status.OVERDUE},
        "passes": passes,
        "waits": waits,
        "coordinations": task.coordinations.select_related("organisation"),
        "task_parts": Task.objects.visible_to(request.user)
        .filter(parent=task)
        .select_related("lead"),
        "person": person,
    }
    if person is None:
        return shown
    return shown | {
        "timeline": timeline(task),
        "offered": offered(person, task),
        "evidence": task.evidence.select_related("submitted_by", "file").order_by(
            "-round", "submitted_at"
        ),
        "verifications": task.verifications.select_related(
            "organisation", "decided_by"
        ).order_by("-decided_at"),
        "extensions": task.extensions.select_related("asked_by", "decided_by").order_by(
            "-asked_at"
        ),
        "difficulties": task.difficulties.select_related(
            "routed_to", "raised_by"
        ).order_by("-raised_at"),
        "requests": task.requests.select_related("asker", "holder").order_by(
            "-asked_at"
        ),
        "reports": task.reports.select_related("submitted_by").order_by(
            "-submitted_at"
        )[:12],
    }


@require_GET
def evidence_file(request: CityRequest, pk: UUID) -> HttpResponse:
    """Hand out a file shown as evidence, to whoever may see the task."""
    visible = Task.objects.visible_to(request.user).values("pk")
    piece = get_object_or_404(
        Evidence.objects.select_related("file"), pk=pk, task__in=visible
    )
    if piece.file is None:
        raise Http404
    answer = HttpResponse(files.read(piece.file), content_type=piece.file.media_type)
    name = quote(piece.file.name)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


@require_POST
def filter_save(request: CityRequest) -> HttpResponse:
    kept = actions.save_filter(
        name=request.POST.get("name", ""),
        query=request.POST.get("query", ""),
        by=request.user,
    )
    return redirect(f"{reverse('steering-tasks')}?{kept.query}")


BULK = {"publish": Visibility.PUBLIC, "internal": Visibility.INTERNAL}


@require_POST
def bulk(request: CityRequest) -> HttpResponse:
    """Preview a change to several tasks, then make it: nothing happens before the second click."""
    codes = request.POST.getlist("code")
    tasks = list(
        Task.objects.visible_to(request.user).filter(code__in=codes).order_by("code")
    )
    does = request.POST.get("does", "")
    if request.POST.get("confirmed") and does in BULK:
        for task in tasks:
            actions.publish_task(task=task, visibility=BULK[does], by=request.user)
        return redirect("steering-tasks")
    names = {"publish": _("Make public"), "internal": _("Make internal")}
    context = {"tasks": tasks, "does": does, "words": names.get(does, "")}
    return TemplateResponse(request, "steering/bulk.html", context)

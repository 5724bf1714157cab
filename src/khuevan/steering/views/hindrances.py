"""Answering what other units ask: difficulties, requests, decisions on more time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.directory.public import CityRequest
from khuevan.platform import clock
from khuevan.platform.refusals import carried_out
from khuevan.steering import actions, forms
from khuevan.steering.access import may_answer, may_resolve, may_steer, may_work_on
from khuevan.steering.capacity import acting
from khuevan.steering.models import Difficulty, Extension, Request, Task


def _visible(request: CityRequest) -> QuerySet[Task, Any]:
    return Task.objects.visible_to(request.user).values("pk")


@require_GET
def difficulty_list(request: CityRequest) -> HttpResponse:
    """Every open difficulty of the tasks one may see, the longest waiting first."""
    rows = (
        Difficulty.objects.filter(task__in=_visible(request), resolved_at=None)
        .select_related("task", "routed_to")
        .order_by("due_at")[:200]
    )
    context = {"rows": rows, "kinds": forms.DIFFICULTIES, "now": clock.now()}
    return TemplateResponse(request, "steering/difficulties.html", context)


def difficulty_resolve(request: CityRequest, pk: UUID) -> HttpResponse:
    """Show a difficulty; whoever it was routed to can clear it."""
    found = Difficulty.objects.select_related("task", "routed_to", "raised_by")
    units = {h.organisation_id for h in acting(request.user).holdings}
    difficulty = get_object_or_404(found, pk=pk)
    if difficulty.routed_to_id not in units:
        get_object_or_404(Task.objects.visible_to(request.user), pk=difficulty.task_id)
    form = forms.AnswerForm(request.POST or None)
    sent = request.method == "POST" and form.is_valid()
    if sent and carried_out(
        form,
        lambda: actions.resolve_difficulty(
            difficulty=difficulty, answer=form.cleaned_data["answer"], by=request.user
        ),
    ):
        messages.success(request, _("The unit has been told."))
        return redirect("steering-inbox")
    context = {
        "difficulty": difficulty,
        "form": form,
        "may": may_resolve(request.user, difficulty) and not difficulty.resolved_at,
        "kinds": forms.DIFFICULTIES,
    }
    return TemplateResponse(request, "steering/difficulty.html", context)


def request_page(request: CityRequest, pk: UUID) -> HttpResponse:
    """Show a request between agencies and its passings; the holder passes it on."""
    found = Request.objects.select_related("task__lead", "asker", "holder")
    asked = get_object_or_404(found, pk=pk)
    units = {h.organisation_id for h in acting(request.user).holdings}
    if not units & {asked.holder_id, asked.asker_id}:
        get_object_or_404(Task.objects.visible_to(request.user), pk=asked.task_id)
    form = forms.PassForm(request.POST or None, initial={"receiver": asked.asker_id})
    sent = request.method == "POST" and "close" not in request.POST and form.is_valid()
    if "close" in request.POST:
        actions.close_request(request=asked, by=request.user)
        return redirect("steering-task", code=asked.task.code)
    if sent and carried_out(
        form,
        lambda: actions.answer_request(
            request=asked, **form.cleaned_data, by=request.user
        ),
    ):
        return redirect("steering-inbox")
    context = {
        "asked": asked,
        "form": form,
        "exchanges": asked.exchanges.select_related(
            "sender", "receiver", "sent_by"
        ).order_by("sent_at"),
        "may_pass": may_answer(request.user, asked) and not asked.closed_at,
        "may_close": may_work_on(request.user, asked.task) and not asked.closed_at,
    }
    return TemplateResponse(request, "steering/request.html", context)


def extension_decide(request: CityRequest, pk: UUID) -> HttpResponse:
    """Decide on more time, with the history of the date in view."""
    extension = get_object_or_404(
        Extension.objects.select_related("task", "asked_by"),
        pk=pk,
        task__in=_visible(request),
    )
    form = forms.DecideForm(request.POST or None)
    sent = request.method == "POST" and form.is_valid()
    if sent and carried_out(
        form,
        lambda: actions.decide_extension(
            extension=extension, **form.cleaned_data, by=request.user
        ),
    ):
        return redirect("steering-task", code=extension.task.code)
    context = {
        "extension": extension,
        "form": form,
        "may": may_steer(request.user) and extension.granted is None,
    }
    return TemplateResponse(request, "steering/extension.html", context)

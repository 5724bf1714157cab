"""Papers that order something, their clauses, and tasks cut from them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from khuevan.directory.public import CityRequest
from khuevan.platform import clock
from khuevan.platform.refusals import carried_out
from khuevan.steering import actions, forms, words
from khuevan.steering.access import may_steer
from khuevan.steering.capacity import acting
from khuevan.steering.models import Source, Task
from khuevan.steering.rules import Level, Proof, SourceKind, Visibility


def _steering_only(request: CityRequest) -> None:
    if not may_steer(request.user):
        raise PermissionDenied


@require_GET
def source_list(request: CityRequest) -> HttpResponse:
    """Every paper a visible task is cut from; the committee sees all of them."""
    sources = Source.objects.annotate(n=Count("clauses__tasks")).order_by("-issued_on")
    if not acting(request.user).reads_everything:
        visible = Task.objects.visible_to(request.user)
        sources = sources.filter(clauses__tasks__in=visible).distinct()
    context = {
        "sources": sources,
        "kinds": words.SOURCE_KINDS,
        "levels": words.LEVELS,
        "may_steer": may_steer(request.user),
    }
    return TemplateResponse(request, "steering/sources.html", context)


@require_GET
def source_page(request: CityRequest, pk: UUID) -> HttpResponse:
    visible = Task.objects.visible_to(request.user)
    sources = Source.objects.all()
    if not acting(request.user).reads_everything:
        sources = sources.filter(clauses__tasks__in=visible).distinct()
    source = get_object_or_404(sources, pk=pk)
    tasks: dict[Any, list[Task]] = {}
    for task in visible.filter(clause__source=source).select_related("lead"):
        tasks.setdefault(task.clause_id, []).append(task)
    context = {
        "source": source,
        "clauses": source.clauses.order_by("number"),
        "tasks": tasks,
        "kinds": words.SOURCE_KINDS,
        "levels": words.LEVELS,
        "groups": words.GROUPS,
        "may_steer": may_steer(request.user),
    }
    return TemplateResponse(request, "steering/source.html", context)


def source_new(request: CityRequest) -> HttpResponse:
    _steering_only(request)
    form = forms.SourceForm(request.POST or None)
    made: list[Source] = []
    if form.is_valid():
        data = form.cleaned_data | {
            "kind": SourceKind(form.cleaned_data["kind"]),
            "level": Level(form.cleaned_data["level"]),
        }
        if carried_out(
            form,
            lambda: made.append(actions.register_source(**data, by=request.user)),
        ):
            return redirect("steering-source", pk=made[0].pk)
    return TemplateResponse(request, "steering/source_new.html", {"form": form})


def clause_new(request: CityRequest, pk: UUID) -> HttpResponse:
    _steering_only(request)
    source = get_object_or_404(Source, pk=pk)
    form = forms.ClauseForm(request.POST or None)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.add_clause(source=source, **form.cleaned_data, by=request.user),
    ):
        return redirect("steering-source", pk=source.pk)
    context = {"form": form, "source": source}
    return TemplateResponse(request, "steering/clause_new.html", context)


def order_from(data: dict[str, Any], assigned_on: Any) -> actions.Order:
    """Build the order a form describes."""
    return actions.Order(
        code=data["code"],
        title=data["title"],
        lead=data["lead"],
        verifier=data["verifier"],
        authority=data["authority"],
        output=data["output"],
        proof=Proof(data["proof"]),
        assigned_on=assigned_on,
        due_on=data["due_on"],
        due_provenance=data["due_provenance"],
        helpers=tuple(actions.Helper(unit) for unit in data["helpers"]),
        indicator=data["indicator"],
        visibility=Visibility(data["visibility"]),
    )


def task_new(request: CityRequest) -> HttpResponse:
    """Cut a task from a clause; `?parent=CODE` makes it a part of another."""
    parent = None
    if code := request.GET.get("parent"):
        parent = get_object_or_404(Task.objects.visible_to(request.user), code=code)
    else:
        _steering_only(request)
    initial: dict[str, Any] = {
        "clause": request.GET.get("clause"),
        "assigned_on": clock.today(),
    }
    if parent:
        initial |= {"clause": parent.clause_id, "authority": parent.authority}
    form = forms.NewTaskForm(request.POST or None, initial=initial)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.assign_task(
            order=order_from(form.cleaned_data, form.cleaned_data["assigned_on"]),
            clause=form.cleaned_data["clause"],
            parent=parent,
            by=request.user,
        ),
    ):
        return redirect("steering-task", code=form.cleaned_data["code"].strip())
    context = {"form": form, "parent": parent}
    return TemplateResponse(request, "steering/task_new.html", context)

"""Meeting mode: what is red on the agenda, conclusions that become tasks on the spot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import CityRequest
from khuevan.platform import clock
from khuevan.platform.refusals import carried_out
from khuevan.steering import actions, forms, words
from khuevan.steering.access import may_steer
from khuevan.steering.capacity import acting
from khuevan.steering.models import Meeting, Task
from khuevan.steering.queries.tasks import most_urgent
from khuevan.steering.rules import Status

from .sources import order_from


def _committee_only(request: CityRequest) -> None:
    if not acting(request.user).reads_everything:
        raise PermissionDenied


@require_GET
def meeting_list(request: CityRequest) -> HttpResponse:
    _committee_only(request)
    context = {
        "meetings": Meeting.objects.select_related("chaired_by").order_by("-held_on"),
        "may_steer": may_steer(request.user),
    }
    return TemplateResponse(request, "steering/meetings.html", context)


def meeting_new(request: CityRequest) -> HttpResponse:
    """Call a meeting; its agenda is what is red today, to be kept or crossed out."""
    if not may_steer(request.user):
        raise PermissionDenied
    rows = most_urgent(person=request.user, on=clock.today(), many=40)
    red = [row for row in rows if row.status in {Status.OVERDUE, Status.AT_RISK}]
    form = forms.MeetingForm(request.POST or None, initial={"held_on": clock.today()})
    made: list[Meeting] = []
    if form.is_valid():
        chosen = request.POST.getlist("code")
        tasks = Task.objects.visible_to(request.user).filter(code__in=chosen)
        ordered = sorted(tasks, key=lambda task: chosen.index(task.code))
        if carried_out(
            form,
            lambda: made.append(
                actions.call_meeting(
                    **form.cleaned_data,
                    chaired_by=request.user,
                    tasks=ordered,
                    by=request.user,
                )
            ),
        ):
            return redirect("steering-meeting", pk=made[0].pk)
    context = {
        "form": form,
        "red": red,
        "asked": request.GET.getlist("code"),
        "statuses": words.STATUSES,
        "colours": words.COLOURS,
    }
    return TemplateResponse(request, "steering/meeting_new.html", context)


def meeting_page(request: CityRequest, pk: UUID) -> HttpResponse:
    """One meeting: its agenda, its conclusions, and the form for the next one."""
    _committee_only(request)
    meeting = get_object_or_404(
        Meeting.objects.select_related("chaired_by", "conclusion"), pk=pk
    )
    initial: dict[str, Any] = {"authority": meeting.chaired_by.full_name}
    form = forms.ConclusionForm(request.POST or None, initial=initial)
    sent = request.method == "POST" and form.is_valid()
    if sent and carried_out(form, lambda: _conclude(request, meeting, form)):
        return redirect("steering-meeting", pk=meeting.pk)
    tasks = Task.objects.none()
    if meeting.conclusion:
        tasks = Task.objects.visible_to(request.user).filter(
            clause__source=meeting.conclusion
        )
    context = {
        "meeting": meeting,
        "form": form,
        "items": meeting.items.select_related("task__lead").order_by("position"),
        "tasks": tasks.select_related("lead", "clause").order_by("code"),
        "may_conclude": may_steer(request.user) and not meeting.closed_at,
    }
    return TemplateResponse(request, "steering/meeting.html", context)


def _conclude(request: CityRequest, meeting: Meeting, form: Any) -> object:
    data = form.cleaned_data
    place = request.POST.get("item", "")
    item = (
        meeting.items.filter(position=place, conclusion="").first()
        if place.isdigit()
        else None
    )
    return actions.add_conclusion(
        meeting=meeting,
        words=data["words"],
        group=data["group"],
        item=item,
        order=order_from(data, clock.today()) if data["code"] else None,
        by=request.user,
    )


@require_POST
def meeting_close(request: CityRequest, pk: UUID) -> HttpResponse:
    _committee_only(request)
    meeting = get_object_or_404(Meeting, pk=pk)
    actions.close_meeting(
        meeting=meeting, number=request.POST.get("number", ""), by=request.user
    )
    return redirect("steering-meeting", pk=pk)

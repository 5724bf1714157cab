"""Pictures of the whole: the committee's dashboard, inbox, a unit's board, foresight."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from khuevan.directory.public import CityRequest, Organisation
from khuevan.platform import clock
from khuevan.platform.http import page_number
from khuevan.platform.refusals import carried_out
from khuevan.steering import actions, forms, words
from khuevan.steering.access import may_answer_for, may_see_unit, may_steer
from khuevan.steering.capacity import acting
from khuevan.steering.models import Difficulty, Extension, Request
from khuevan.steering.queries.discipline import (
    drawn_to_reaudit,
    evaluate_quarter,
    load_per_unit,
    quarter_days,
    register,
)
from khuevan.steering.queries.foresight import clashes, green_but_failing
from khuevan.steering.queries.summary import cells_on, per_level
from khuevan.steering.queries.tasks import Wanted, inbox, most_urgent, task_rows

from .tasks import wanted_from, without_page


@require_GET
def dashboard(request: CityRequest) -> HttpResponse:
    """How the programme stands as of a day, each figure one click from its tasks."""
    today = clock.today()
    on = min(wanted_from(request.GET).on or today, today)
    cells = cells_on(on, person=request.user)
    return TemplateResponse(
        request,
        "steering/dashboard.html",
        {
            "on": on,
            "is_past": on < today,
            "today": today,
            "summary": per_level(cells),
            "urgent": most_urgent(person=request.user, on=today),
            "loads": load_per_unit(person=request.user, cells=cells)[:12],
            "statuses": words.STATUSES,
            "colours": words.COLOURS,
            "levels": words.LEVELS,
            "may_steer": may_steer(request.user),
        },
    )


@require_GET
def inbox_page(request: CityRequest) -> HttpResponse:
    units = {h.organisation_id for h in acting(request.user).holdings}
    waiting = Request.objects.filter(holder__in=units, closed_at=None)
    difficulties = Difficulty.objects.filter(routed_to__in=units, resolved_at=None)
    steers = may_steer(request.user)
    extensions = (
        Extension.objects.filter(granted=None) if steers else Extension.objects.none()
    )
    return TemplateResponse(
        request,
        "steering/inbox.html",
        {
            "rows": inbox(person=request.user),
            "requests": waiting.select_related("task", "asker").order_by("due_at"),
            "difficulties": difficulties.select_related("task").order_by("due_at"),
            "extensions": extensions.select_related("task__lead").order_by("asked_at"),
            "drawn": drawn_to_reaudit(person=request.user) if steers else [],
            "statuses": words.STATUSES,
            "colours": words.COLOURS,
            "now": clock.now(),
        },
    )


@require_GET
def unit_board(request: CityRequest, pk: UUID) -> HttpResponse:
    """One unit's tasks and load; who may not look at the unit finds nothing here."""
    if not may_see_unit(request.user, pk):
        raise Http404
    unit = get_object_or_404(Organisation, pk=pk)
    wanted = Wanted(organisation=pk, status=request.GET.get("status", "open"))
    found = task_rows(person=request.user, wanted=wanted, page=page_number(request.GET))
    context = {
        "unit": unit,
        "found": found,
        "wanted": wanted,
        "base": without_page(request.GET),
        "load": next(
            (x for x in load_per_unit(person=request.user) if x.organisation_id == pk),
            None,
        ),
        "statuses": words.STATUSES,
        "colours": words.COLOURS,
        "sets": words.SETS,
    }
    return TemplateResponse(request, "steering/unit.html", context)


@require_GET
def foresight(request: CityRequest) -> HttpResponse:
    at_risk = task_rows(person=request.user, wanted=Wanted(status="at_risk"))
    return TemplateResponse(
        request,
        "steering/foresight.html",
        {
            "at_risk": at_risk,
            "failing": green_but_failing(person=request.user),
            "clashes": clashes(person=request.user)[:50],
            "loads": load_per_unit(person=request.user),
            "statuses": words.STATUSES,
            "colours": words.COLOURS,
        },
    )


@require_GET
def register_page(request: CityRequest) -> HttpResponse:
    entries = register(person=request.user)
    mine = {
        h.organisation_id for h in acting(request.user).holdings if h.role == "head"
    }
    context = {"entries": entries, "mine": mine}
    return TemplateResponse(request, "steering/register.html", context)


def register_answer(request: CityRequest, number: int) -> HttpResponse:
    """Answer an entry of the register for one's own unit."""
    entries = {e.fact: e for e in register(person=request.user)}
    if number not in entries:
        raise Http404
    entry = entries[number]
    unit = get_object_or_404(Organisation, pk=entry.organisation_id)
    if not may_answer_for(request.user, unit):
        raise Http404
    form = forms.RegisterAnswerForm(request.POST or None)
    sent = request.method == "POST" and form.is_valid()
    if sent and carried_out(
        form,
        lambda: actions.answer_register_entry(
            number=number,
            organisation=unit,
            text=form.cleaned_data["text"],
            by=request.user,
        ),
    ):
        return redirect("steering-register")
    context = {"entry": entry, "form": form}
    return TemplateResponse(request, "steering/register_answer.html", context)


@require_GET
def evaluation(request: CityRequest) -> HttpResponse:
    """Units graded for a quarter by Regulation 366-QĐ/TW, each with its tasks."""
    today = clock.today()
    year, quarter = _quarter(request.GET.get("quarter", ""))
    if not year:
        year, quarter = today.year, (today.month - 1) // 3 + 1
    first, last = quarter_days(year, quarter)
    return TemplateResponse(
        request,
        "steering/evaluation.html",
        {
            "year": year,
            "quarter": quarter,
            "first": first,
            "last": last,
            "on": min(last, today),
            "quarters": [
                f"{y}-Q{q}"
                for y in (today.year, today.year - 1)
                for q in (4, 3, 2, 1)
                if (y, q) <= (today.year, (today.month - 1) // 3 + 1)
            ],
            "rows": evaluate_quarter(year=year, quarter=quarter, person=request.user),
            "grades": words.GRADES,
        },
    )


def _quarter(text: str) -> tuple[int, int]:
    year, _, quarter = text.partition("-Q")
    if year.isdigit() and 2000 < int(year) < 2100 and quarter in {"1", "2", "3", "4"}:
        return int(year), int(quarter)
    return 0, 0

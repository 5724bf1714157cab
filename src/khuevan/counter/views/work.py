"""The official's day: the inbox, acting on many at once, signing in batches."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.counter import actions, words
from khuevan.counter.access import WORKERS, may_give_opinion, may_keep_sync
from khuevan.counter.forms import OpinionForm
from khuevan.counter.models import Opinion, Step
from khuevan.counter.models.aside import led_by
from khuevan.counter.queries.inbox import (
    Wanted,
    inbox,
    opinions_for,
    proposals_for,
    stuck_for,
)
from khuevan.directory.public import CityRequest, Person
from khuevan.platform.refusals import carried_out
from khuevan.process.public import Duty

from .bulk import BULK


def works_here(person: Person) -> bool:
    """Tell whether somebody has an inbox at all."""
    return person.authority.has(*WORKERS)


@require_GET
def inbox_page(request: CityRequest) -> HttpResponse:
    if not works_here(request.user):
        raise PermissionDenied
    wanted = wanted_from(request.GET)
    number = request.GET.get("page", "1")
    shown = inbox(request.user, wanted, int(number) if number.isdigit() else 1)
    rest = request.GET.copy()
    rest.pop("page", None)
    rest.pop("ticked", None)
    context = {
        "inbox": shown,
        "wanted": wanted,
        "opinions": opinions_for(request.user),
        "proposals": proposals_for(request.user),
        "stuck": stuck_for(request.user),
        "leads": bool(led_by(request.user)),
        "bulk": BULK,
        "ticked": request.GET.get("ticked") == "yes",
        "duties": words.DUTIES,
        "base": "?" + (rest.urlencode() + "&" if rest else ""),
        "may_sign": Duty.SIGN in shown.by_duty,
        "keeps_sync": may_keep_sync(request.user),
    }
    return TemplateResponse(request, "counter/inbox.html", context)


def wanted_from(query: QueryDict) -> Wanted:
    """Read what somebody wants to see from an address; nonsense counts as nothing."""
    return Wanted(
        duty=query.get("duty", "")[:12],
        whose=query.get("whose", "")[:6],
        late=query.get("late") == "yes",
        text=query.get("q", "")[:200],
        procedure=query.get("procedure", "")[:20],
        sort=query.get("sort", "due")[:8],
    )


@require_GET
def step(request: CityRequest, pk: UUID) -> HttpResponse:
    """Lead from a row of the inbox to its dossier."""
    found = get_object_or_404(Step.objects.visible_to(request.user), pk=pk)
    return redirect("dossier", pk=found.dossier_id)


def opinion(request: CityRequest, pk: UUID) -> HttpResponse:
    """Answer what one's agency was asked."""
    visible = Step.objects.visible_to(request.user)
    asked = get_object_or_404(
        Opinion.objects.select_related("step__dossier__application", "organisation"),
        pk=pk, step__in=visible,
    )  # fmt: skip
    if not may_give_opinion(request.user, asked):
        raise PermissionDenied
    form = OpinionForm(request.POST or None)
    sent = request.method == "POST" and form.is_valid()
    if sent and carried_out(
        form,
        lambda: actions.give_opinion(
            opinion=asked, **form.cleaned_data, by=request.user
        ),
    ):
        messages.success(request, _("The opinion was given."))
        return redirect("counter-inbox")
    context = {"opinion": asked, "dossier": asked.step.dossier, "form": form}
    answer = TemplateResponse(request, "counter/opinion.html", context)
    answer.status_code = 422 if form.errors else 200
    return answer

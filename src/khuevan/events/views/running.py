"""What an organiser does: drafting, publishing, the door, moderating, the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from khuevan.directory.public import CityRequest
from khuevan.events import actions, forms
from khuevan.events.models import Event, Question
from khuevan.events.queries import Figures, figures_of, organisers_of, questions_of
from khuevan.events.rules.events import Audience, Standing
from khuevan.events.words import labels
from khuevan.platform.errors import RuleBroken
from khuevan.platform.refusals import carried_out, refusal

from .common import form_page, given, run


def new(request: CityRequest) -> HttpResponse:
    """Draft an event."""
    organisers = organisers_of(request.user)
    if not organisers:
        raise PermissionDenied
    form = forms.NewForm(given(request), organisers=organisers, initial={"audience": Audience.EVERYBODY, "seats": 100})  # fmt: skip
    made: list[Event] = []
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: made.append(actions.draft_event(**form.told(), by=request.user))
    ):  # fmt: skip
        return redirect("event", code=made[0].code)
    return form_page(request, form, _("Draft an event"), _("Keep the draft"))


def change(request: CityRequest, code: str) -> HttpResponse:
    """Change a draft, or an event announced that has not begun."""
    found = run(request, code)
    names = ("kind", "title", "summary", "place", "link", "starts_at", "ends_at", "seats", "opens_at", "closes_at", "audience", "agenda")  # fmt: skip
    initial = {name: getattr(found, name) for name in names}
    form = forms.EventForm(given(request), initial=initial)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.change_event(event=found, **form.told(), by=request.user)
    ):  # fmt: skip
        messages.success(request, _("Changed."))
        return redirect("event", code=code)
    return form_page(request, form, _("Change the event"), _("Keep"), event=found)


@dataclass(frozen=True)
class Offer:
    """One small form for one thing to do with an event."""

    label: str | Promise
    form: type[django_forms.Form]
    perform: Callable[..., Any]


OFFERS: Mapping[str, Offer] = {
    "publish": Offer(gettext_lazy("Announce it"), forms.NothingForm, actions.publish),
    "call-off": Offer(gettext_lazy("Call the event off"), forms.WordsForm, actions.call_off),
    "held": Offer(gettext_lazy("Write the report"), forms.ReportForm, actions.note_held),
}  # fmt: skip


def event_action(request: CityRequest, code: str, slug: str) -> HttpResponse:
    """Announce an event, call it off, or say what came of it."""
    found = run(request, code)
    offer = OFFERS.get(slug)
    if offer is None:
        raise Http404
    form = offer.form(given(request))
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: offer.perform(event=found, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        messages.success(request, _("Done."))
        return redirect("event", code=code)
    return form_page(request, form, offer.label, offer.label, event=found, lead=found.title)  # fmt: skip


# -------------------------------------------------------------------------- the door


@never_cache
def door(request: CityRequest, code: str) -> HttpResponse:
    """Count who comes: a ticket typed in, or scanned by a telephone's camera."""
    found = run(request, code)
    form = forms.TicketForm(given(request))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["ticket"].strip().upper()
        if found.registrations.filter(ticket=typed).exists():
            return redirect("event-door-ticket", code=code, ticket=typed)
        form.add_error("ticket", _("No registration of this event has this ticket."))
    came = found.registrations.filter(attended_at__isnull=False)
    context = {
        "event": found, "form": form, "figures": figures_of([found]).get(found.pk, Figures()),
        "latest": came.select_related("person").order_by("-attended_at")[:20], **labels(),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "events/door.html", context, status=status)


@never_cache
def door_ticket(request: CityRequest, code: str, ticket: str) -> HttpResponse:
    """One ticket at the door: who it is, one button to count them, one to undo it."""
    found = run(request, code)
    rows = found.registrations.select_related("person", "counted_by")
    row = get_object_or_404(rows, ticket=ticket.upper())
    if request.method == "POST":
        row.event = found
        act = actions.take_back_count if "undo" in request.POST else actions.count_in
        try:
            act(registration=row, by=request.user)
        except RuleBroken as refused:
            messages.error(request, refusal(refused))
        return redirect("event-door-ticket", code=code, ticket=row.ticket)
    context = {"event": found, "row": row, "seat": row.standing == Standing.REGISTERED, **labels()}  # fmt: skip
    return TemplateResponse(request, "events/door_ticket.html", context)


# ---------------------------------------------------------------------- moderating


@require_GET
@never_cache
def moderate(request: CityRequest, code: str) -> HttpResponse:
    """All questions of an event, hidden ones too, for who answers them."""
    found = run(request, code)
    context = {"event": found, "rows": questions_of(found, hidden=True), **labels()}
    return TemplateResponse(request, "events/moderate.html", context)


def tend(request: CityRequest, code: str, pk: UUID, slug: str) -> HttpResponse:
    """Answer a question, or hide it with a reason."""
    found = run(request, code)
    question = get_object_or_404(Question, pk=pk, event=found)
    offers: dict[str, tuple[type[django_forms.Form], Callable[..., Any], str]] = {
        "answer": (forms.AnswerForm, actions.answer_question, _("Answer the question")),
        "hide": (forms.HideForm, actions.hide_question, _("Hide the question")),
    }
    if slug not in offers:
        raise Http404
    shape, act, title = offers[slug]
    form = shape(given(request))
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: act(question=question, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        return redirect("event-moderate", code=code)
    return form_page(request, form, title, _("Keep"), event=found, lead=question.text)

"""What the pages share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from khuevan.directory.public import CityRequest, Person
from khuevan.events.access import may_run
from khuevan.events.models import Event, Registration
from khuevan.events.rules.events import State
from khuevan.events.words import labels
from khuevan.platform.calendars import Entry


def reader(request: HttpRequest) -> Person | None:
    """Return who reads the page, None for a stranger."""
    return request.user if isinstance(request.user, Person) else None


def seen(request: HttpRequest, code: str) -> Event:
    """Return an event somebody may see, else 404."""
    rows = Event.objects.visible_to(request.user).select_related("organiser")
    return get_object_or_404(rows, code=code)


def run(request: CityRequest, code: str) -> Event:
    """Return an event somebody runs, else 403."""
    found = seen(request, code)
    if not may_run(request.user, found):
        raise PermissionDenied
    return found


def held_by_token(token: str) -> Registration:
    """Return the registration whose page has this address, else 404.

    The token is drawn at random and told to nobody else: holding it is the proof.
    """
    rows = Registration.objects.select_related("event__organiser", "person")
    return get_object_or_404(rows, token=token)


def given(request: HttpRequest) -> Any:
    """Return what was sent, None where nothing was: an empty form may be sent, too."""
    return request.POST if request.method == "POST" else None


def entry_of(event: Event) -> Entry:
    """Return the event as an entry of a calendar, without a link only those who come get."""
    return Entry(
        event.pk, event.starts_at, event.ends_at, event.title, about=event.summary,
        place=event.place,
        page=reverse("event", args=[event.code]),
        called_off=event.state == State.CALLED_OFF,
    )  # fmt: skip


def form_page(
    request: HttpRequest, form: forms.Form, title: Any, button: Any, *,
    event: Event | None = None, lead: str = "",
) -> HttpResponse:  # fmt: skip
    """Show one form."""
    context = {"form": form, "title": title, "button": button, "event": event, "lead": lead, **labels()}  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "events/form.html", context, status=status)

"""What the pages share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from khuevan.directory.public import CityRequest, Person
from khuevan.experts.access import keeps_the_pool
from khuevan.experts.models import Booking, Expert
from khuevan.experts.words import labels


def reader(request: HttpRequest) -> Person | None:
    """Return who reads the page, None for a stranger."""
    return request.user if isinstance(request.user, Person) else None


def seen_expert(request: HttpRequest, pk: UUID) -> Expert:
    """Return an expert somebody may see, else 404."""
    person = reader(request)
    keeps = person is not None and keeps_the_pool(person)
    rows = Expert.objects.visible_to(request.user, keeps=keeps)
    return get_object_or_404(rows.select_related("person", "proposed_by"), pk=pk)


def seen_booking(request: CityRequest, code: str) -> Booking:
    """Return a booking somebody may see, else 404."""
    rows = Booking.objects.visible_to(request.user, keeps=keeps_the_pool(request.user))
    rows = rows.select_related(
        "expert__person", "consultation__organisation", "consultation__asked_by"
    )
    return get_object_or_404(rows, code=code)


def given(request: HttpRequest) -> Any:
    """Return what was sent, None where nothing was: an empty form may be sent, too."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, form: forms.Form, title: Any, button: Any, *,
    back: tuple[str, str], lead: str = "", notes: tuple[str, ...] = (),
) -> HttpResponse:  # fmt: skip
    """Show one form; `back` is where its trail leads, `notes` are sentences above it."""
    context = {
        "form": form, "title": title, "button": button, "back": back, "lead": lead,
        "notes": notes, "files": any(isinstance(f, forms.FileField) for f in form.fields.values()),
        **labels(),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "experts/form.html", context, status=status)

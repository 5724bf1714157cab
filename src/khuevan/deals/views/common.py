"""What the pages share."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from khuevan.deals.access import may_read_terms, oversees, side_of
from khuevan.deals.models import Deal
from khuevan.deals.rules.states import Part
from khuevan.deals.words import FIGURES, TERMS, labels
from khuevan.directory.public import CityRequest, Person
from khuevan.platform import refusals


carried_out = partial(
    refusals.carried_out,
    names=lambda where: TERMS.get(where) or FIGURES.get(where, where),
)
"""Do it; a refusal becomes errors of the form, in the words of the page."""


def seen(request: CityRequest, code: str) -> Deal:
    """Return a deal somebody may see, with who takes part, else 404."""
    person = request.user
    rows = Deal.objects.visible_to(person, oversees=oversees(person))
    rows = rows.prefetch_related("parties__organisation", "parties__person")
    return get_object_or_404(rows, code=code)


def open_to_terms(request: CityRequest, code: str) -> Deal:
    """Return a deal whose terms somebody may read, else 403."""
    deal = seen(request, code)
    if not may_read_terms(request.user, deal):
        raise PermissionDenied
    return deal


def own_side(person: Person, deal: Deal) -> Part:
    """Return the side somebody acts for, else 403."""
    found = side_of(person, deal)
    if found is None:
        raise PermissionDenied
    return found


def given(request: HttpRequest) -> Any:
    """Return what was sent, None where nothing was: an empty form may be sent, too."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, form: forms.Form, title: Any, button: Any,
    deal: Deal | None = None, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show one form on a page of its own."""
    context = {"form": form, "title": title, "button": button, "deal": deal, "lead": "", **more, **labels()}  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "deals/form.html", context, status=status)

"""What the pages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from khuevan.deals.access import may_read_terms, oversees, side_of
from khuevan.deals.models import Deal
from khuevan.deals.rules.states import Part
from khuevan.deals.words import FIGURES, TERMS, labels, refusal
from khuevan.directory.public import CityRequest, Person
from khuevan.platform.errors import InputRefused, RuleBroken


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


def carried_out(form: forms.Form, do: Callable[[], Any]) -> bool:
    """Do it; a refusal becomes errors of the form."""
    try:
        do()
    except RuleBroken as refused:
        field = refused.field if refused.field in form.fields and not form.fields[refused.field].widget.is_hidden else None  # fmt: skip
        form.add_error(field, refusal(refused))
        return False
    except InputRefused as refused:
        for problem in refused.problems:
            what = gettext(problem.what) % problem.params
            mend = gettext(problem.mend) % problem.params
            field = problem.where if problem.where in form.fields else None
            label = "" if field else f"{TERMS.get(problem.where, FIGURES.get(problem.where, problem.where))}: "  # fmt: skip
            form.add_error(field, f"{label}{what}. {mend}")
        return False
    return True


def page_number(text: str) -> int:
    """Return the number of a page from an address; nonsense is the first."""
    short = text.isascii() and text.isdigit() and len(text) <= 6
    return max(1, int(text)) if short else 1


def form_page(
    request: HttpRequest, form: forms.Form, title: Any, button: Any,
    deal: Deal | None = None, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show one form on a page of its own."""
    context = {"form": form, "title": title, "button": button, "deal": deal, "lead": "", **more, **labels()}  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "deals/form.html", context, status=status)

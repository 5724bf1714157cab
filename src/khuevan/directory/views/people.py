"""A person, for colleagues: posts open, contacts masked until asked for with a purpose."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from khuevan.directory.access import may_reveal
from khuevan.directory.actions.privacy import read_personal_data
from khuevan.directory.forms import ROLES, RevealForm
from khuevan.directory.http import CityRequest
from khuevan.directory.models import Person
from khuevan.directory.privacy import LABELS, clear, masked
from khuevan.directory.rules import Purpose


@require_GET
def person_page(request: CityRequest, pk: UUID) -> HttpResponse:
    """Show whom one may look up; one's own page shows everything."""
    somebody = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    shown = masked(somebody)
    if somebody == request.user:
        shown = clear(somebody, list(shown))
    return _page(request, somebody, shown)


def reveal(request: CityRequest, pk: UUID) -> HttpResponse:
    """Ask why, then show the contacts once; the fact stays."""
    somebody = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if not may_reveal(request.user, somebody):
        raise PermissionDenied
    form = RevealForm(request.POST or None)
    if not form.is_valid():
        context = {"somebody": somebody, "form": form, "fields": list(masked(somebody)), "labels": LABELS}  # fmt: skip
        return TemplateResponse(request, "directory/reveal.html", context)
    shown = read_personal_data(
        person=somebody,
        fields=list(masked(somebody)),
        purpose=Purpose(form.cleaned_data["purpose"]),
        about=form.cleaned_data["about"],
        by=request.user,
    )
    return _page(request, somebody, shown, told=True)


def _page(
    request: CityRequest, somebody: Person, shown: dict[str, str], *, told: bool = False
) -> HttpResponse:
    context = {
        "somebody": somebody,
        "posts": somebody.appointments.select_related("organisation").order_by("id"),
        "shown": shown,
        "labels": LABELS,
        "roles": ROLES,
        "told": told,
        "may_reveal": not told
        and somebody != request.user
        and bool(shown)
        and may_reveal(request.user, somebody),
    }
    response = TemplateResponse(request, "directory/person.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response

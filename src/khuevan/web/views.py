"""The pages that belong to no single app: home, the city, search, status."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import Person, Role
from khuevan.platform import clock
from khuevan.steering.public import COLOURS, LEVELS, STATUSES, most_urgent, summary

from .api import operations
from .map import commune_map
from .search import search_everything


HOMES = (
    (Role.LEADER, "city"),
    (Role.COMMITTEE_OFFICE, "steering"),
    (Role.INSPECTOR, "steering-register"),
    (Role.OPERATOR, "status"),
    (Role.HEAD, "steering-inbox"),
    (Role.OFFICIAL, "steering-inbox"),
)
"""Where each kind of user starts, the widest role first."""


@require_GET
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead people to where their work is; tell strangers what this is."""
    if isinstance(request.user, Person):
        for role, place in HOMES:
            if request.user.authority.has(role):
                return redirect(place)
    return TemplateResponse(request, "web/home.html", {})


@require_GET
@login_not_required
def city(request: HttpRequest) -> HttpResponse:
    """One live picture: figures, what needs a decision, the map of the 126 communes."""
    person = request.user if isinstance(request.user, Person) else None
    on = clock.today()
    return TemplateResponse(
        request,
        "web/city.html",
        {
            "now": clock.now(),
            "on": on,
            "summary": summary(on=on, person=request.user),
            "urgent": most_urgent(person=request.user, on=on),
            "map": commune_map(person=request.user),
            "statuses": STATUSES,
            "colours": COLOURS,
            "levels": LEVELS,
            "viewer": person,
        },
    )


@require_GET
@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    """Find everything you may see, with or without accents."""
    query = request.GET.get("q", "").strip()[:200]
    groups = search_everything(person=request.user, text=query) if query else []
    return TemplateResponse(
        request, "web/search.html", {"query": query, "groups": groups}
    )


@require_GET
@login_not_required
def status(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "web/status.html", {"now": clock.now()})


@require_GET
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "web/accessibility.html", {})


@require_POST
@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language and go back to the page one was on."""
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()})
    answer = redirect(target if safe else "/")
    language = request.POST.get("language", "")
    if check_for_language(language):
        answer.set_cookie("django_language", language, 365 * 86_400, samesite="Lax")
    return answer


@require_GET
@login_not_required
def api_list(request: HttpRequest) -> HttpResponse:
    """What other programs may ask, from the API's own description."""
    return TemplateResponse(request, "web/api.html", {"operations": operations()})

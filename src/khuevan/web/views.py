"""The pages that belong to no single app: home, the city, search, status."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, gettext
from django.views.decorators.http import require_GET, require_POST

from khuevan.counter.queries.inbox import waiting_for
from khuevan.directory.public import CityRequest, Person, Role
from khuevan.indicators.public import cards, sparkline_svg
from khuevan.journal.public import lag
from khuevan.measures.queries.summary import summary as services
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.steering.public import (
    COLOURS,
    LEVELS,
    STATUSES,
    most_urgent,
    summary,
)
from khuevan.steering.queries.tasks import inbox as tasks_waiting

from . import actions
from .access import may_operate
from .api import operations
from .forms import OutageForm
from .language import COOKIE
from .map import commune_map
from .models import Outage
from .search import search_everything


SERVICES = ("measures.", "feedback.")
"""Indicators of the public services: the city page tells four of them, `measures` all."""
HOMES = (
    (Role.LEADER, "city"),
    (Role.COMMITTEE_OFFICE, "steering"),
    (Role.INSPECTOR, "steering-register"),
    (Role.OPERATOR, "status"),
    (Role.HEAD, ""),
    (Role.OFFICIAL, ""),
    (Role.DIVISION_HEAD, "counter-inbox"),
    (Role.CLERK, "counter-inbox"),
    (Role.PROCEDURE_OFFICER, "catalogue-desk"),
)
"""Where each kind of user starts, the widest role first.

Heads and officials do both tasks and dossiers: they start where more waits."""


@require_GET
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead people to where their work is; tell strangers what this is."""
    if isinstance(request.user, Person):
        for role, place in HOMES:
            if request.user.authority.has(role):
                return redirect(place or _fuller_inbox(request.user))
    return TemplateResponse(request, "web/home.html", {})


def _fuller_inbox(person: Person) -> str:
    """Return the inbox where more waits; where as much waits in both, that of tasks."""
    dossiers = waiting_for(person).count()
    tasks = len(tasks_waiting(person=person))
    return "counter-inbox" if dossiers > tasks else "steering-inbox"


@require_GET
@login_not_required
def city(request: HttpRequest) -> HttpResponse:
    """One live picture: the public figures, what needs a decision, the map of the communes."""
    person = request.user if isinstance(request.user, Person) else None
    on = clock.today()
    return TemplateResponse(
        request,
        "web/city.html",
        {
            "now": clock.now(),
            "cards": [
                (card, sparkline_svg(card.series))
                for card in cards(person)
                if not card.value.code.startswith(SERVICES)
            ],
            "summary": summary(on=on, person=person) if person else None,
            "services": services(on, date(on.year, 1, 1)),
            "urgent": most_urgent(person=request.user, on=on),
            "map": commune_map(),
            "statuses": STATUSES,
            "colours": COLOURS,
            "levels": LEVELS,
        },
    )


@require_GET
@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    """Find everything you may see, with or without accents."""
    text = request.GET.get("q", "").strip()[:200]
    groups = search_everything(person=request.user, text=text) if text else []
    return TemplateResponse(
        request, "web/search.html", {"searched": text, "groups": groups}
    )


@login_not_required
def status(request: HttpRequest) -> HttpResponse:
    """Say whether the service works and when it will be away; operators announce here."""
    operator = isinstance(request.user, Person) and may_operate(request.user)
    form = OutageForm(request.POST or None)
    if request.method == "POST" and not operator:
        raise PermissionDenied
    if form.is_valid() and _announced(request, form):
        return redirect("status")
    ahead = Outage.objects.filter(ends_at__gte=clock.now(), cancelled_at=None)
    context = {
        "now": clock.now(),
        "outages": ahead.order_by("starts_at"),
        "past": Outage.objects.filter(ends_at__lt=clock.now()).order_by("-ends_at")[
            :10
        ],
        "form": form,
        "operator": operator,
        "lags": lag() if operator else [],
    }
    answer = TemplateResponse(request, "web/status.html", context)
    answer.status_code = 422 if form.errors else 200
    return answer


def _announced(request: HttpRequest, form: OutageForm) -> bool:
    assert isinstance(request.user, Person)
    try:
        actions.announce_outage(**form.cleaned_data, by=request.user)
    except RuleBroken as broken:
        form.add_error(broken.field or None, gettext(broken.sentence) % broken.params)
        return False
    return True


@require_POST
def outage_call_off(request: CityRequest, pk: UUID) -> HttpResponse:
    if not may_operate(request.user):
        raise Http404
    outage = get_object_or_404(Outage, pk=pk)
    actions.call_off_outage(outage=outage, by=request.user)
    return redirect("status")


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
        answer.set_cookie(COOKIE, language, 365 * 86_400, samesite="Lax")
    return answer


@require_GET
@login_not_required
def api_list(request: HttpRequest) -> HttpResponse:
    """What other programs may ask, from the API's own description."""
    return TemplateResponse(request, "web/api.html", {"operations": operations()})

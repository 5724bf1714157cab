"""Decree 224/2026 Art. 19: every service, its steps, and one's own work on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from khuevan.catalogue.public import (
    INITIATIVES,
    editions_of,
    find_procedures,
    published,
)
from khuevan.directory.public import CityRequest
from khuevan.feedback.public import procedure_ratings
from khuevan.indicators.public import spread_between
from khuevan.measures.access import may_analyse
from khuevan.measures.queries.actors import actors
from khuevan.measures.queries.services import Service, services, steps_of, units_of
from khuevan.measures.shapes import automation

from .scores import span_from


MOST = 50
_FILED = "measures.filed_by_procedure"


@require_GET
def service_list(request: CityRequest) -> HttpResponse:
    """List the services most used, or found by words, with what Art. 19 asks for."""
    _allow(request)
    since, until = span_from(request.GET)
    text = request.GET.get("q", "")[:200]
    if text:
        codes = [hit.code for hit in find_procedures(text, MOST)]
    else:
        spread = spread_between((_FILED,), "procedure", since.replace(day=1), until)
        used = [key for key in spread if key]
        codes = sorted(used, key=lambda key: -spread[key][_FILED].numerator)[:MOST]
    told = services(codes, since, until)
    rated = procedure_ratings(since, until)
    current = {code: found[-1].definition for code, found in editions_of(codes).items()}
    rows: list[dict[str, Any]] = [
        {
            "code": code,
            "definition": current[code],
            "told": told.get(code, Service(code)),
            "automation": automation(current[code]),
            "rated": rated.get(code),
        }
        for code in codes
        if code in current
    ]
    context = {"rows": rows, "text": text, "since": since, "until": until}
    return TemplateResponse(request, "measures/services.html", context)


@require_GET
def service(request: CityRequest, code: str) -> HttpResponse:
    """Show one service: its figures, each step against its budget, one's own people."""
    _allow(request)
    found = published(code)
    if found is None:
        raise Http404
    since, until = span_from(request.GET)
    unit = _key(request.GET.get("unit", ""))
    context = {
        "procedure": found,
        "told": services([code], since, until, unit).get(code, Service(code)),
        "automation": automation(found.definition),
        "initiatives": INITIATIVES,
        "rated": procedure_ratings(since, until).get(code),
        "steps": steps_of(code, since, until, unit),
        "units": units_of(code, since, until),
        "actors": actors(request.user, since, until, code),
        "since": since,
        "until": until,
        "unit": unit,
        "query": f"since={since}&until={until}",
    }
    return TemplateResponse(request, "measures/service.html", context)


def _allow(request: CityRequest) -> None:
    if not may_analyse(request.user):
        raise PermissionDenied


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

"""While an announced outage lasts, everybody but operators gets a page that says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from khuevan.directory.public import Person
from khuevan.platform import clock

from .access import may_operate
from .models import Outage


SHOWN_AHEAD = timedelta(days=14)
REMEMBERED_SECONDS = 5
"""Outages are announced days ahead: not every request needs to ask for them."""
OPEN = ("/status/", "/sign-in/", "/sign-out/", "/health/", "/metrics", "/static/", "/language/")  # fmt: skip


class MaintenanceMiddleware:
    """Answer 503 with the time the service is back, where it is away on purpose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        outage = request.outage = _next_outage()  # type: ignore[attr-defined]
        if outage is None or outage.starts_at > clock.now():
            return self.get_response(request)
        if request.path.startswith(OPEN) or _operates(request):
            return self.get_response(request)
        answer = render(request, "web/maintenance.html", {"away": outage}, status=503)
        seconds = (outage.ends_at - clock.now()).total_seconds()
        answer.headers["Retry-After"] = str(max(1, round(seconds)))
        return answer


def _next_outage() -> Outage | None:
    """Return the outage that lasts or comes within SHOWN_AHEAD."""
    now = clock.now()
    return next((one for one in _announced() if now < one.ends_at), None)


_known: list[tuple[float, list[Outage]]] = []


def _announced() -> list[Outage]:
    """Return outages that may be shown, the next first, as known a moment ago."""
    moment = monotonic()
    if _known and moment - _known[0][0] < REMEMBERED_SECONDS:
        return _known[0][1]
    now = clock.now()
    try:
        found = list(
            Outage.objects.filter(
                ends_at__gt=now, starts_at__lte=now + SHOWN_AHEAD, cancelled_at=None
            ).order_by("starts_at")
        )
    except DatabaseError:
        return []  # the page itself will say what is wrong
    _known[:] = [(moment, found)]
    return found


def _operates(request: HttpRequest) -> bool:
    return isinstance(request.user, Person) and may_operate(request.user)

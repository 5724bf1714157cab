"""Marking an operation of the API that is going to go: told ahead, by every answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from ninja.decorators import decorate_view

from . import clock


def leaving(*, since: date, sunset: date, more: str) -> Callable[[Any], Any]:
    """Decorate an operation (below its route): answers say since when it is discouraged
    (RFC 9745), on which day it may be gone (RFC 8594), and where more is said of it.
    """
    begun = int(clock.at_local(since, time.min).timestamp())
    headers = {
        "Deprecation": f"@{begun}",
        "Sunset": http_date(clock.at_local(sunset, time.max).timestamp()),
        "Link": f'<{more}>; rel="deprecation"; type="text/html"',
    }

    def tell(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            for name, value in headers.items():
                response.headers[name] = value
            return response

        return told

    return decorate_view(tell)


def described(*, sunset: date) -> dict[str, Any]:
    """Return the same for the description: `openapi_extra=described(sunset=…)`."""
    return {"deprecated": True, "x-sunset": sunset.isoformat()}

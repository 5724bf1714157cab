"""The trial portal over HTTP; closed unless a demo, a developer or a test opens it."""

from __future__ import annotations

import time

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from . import sandbox
from .using import sandbox_is_open


SLOW_SECONDS = 3.0


@csrf_exempt
@login_not_required
def portal(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer as the portal would; callers show its token, not a session."""
    if not sandbox_is_open():
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    path = f"/{rest}" + (f"?{query}" if query else "")
    told = sandbox.answer(str(request.method), path, request.headers, request.body)
    if told.late:
        time.sleep(SLOW_SECONDS)
    return HttpResponse(told.body, status=told.status, content_type="application/json")

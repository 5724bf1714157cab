"""Requests, and how an error becomes a page or a problem document.

`web/urls.py` names `bad_request`, `forbidden`, `not_found` and `server_error` as its
handlers; everything a view raises comes through `ErrorsMiddleware`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string, select_template
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from . import files
from .errors import (
    N_,
    Conflict,
    InputRefused,
    KhuevanError,
    Problem,
    RuleBroken,
    TooOften,
    Unavailable,
)
from .ids import uuid7
from .models import StoredFile


POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
RETRY_AFTER_SECONDS = 30
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person or a machine is told about an error."""

    status: int
    kind: str
    title: str
    sentence: str
    problems: list[Problem] = field(default_factory=list)
    retry_after: int | None = None


TITLES = {
    400: N_("The request could not be read"),
    403: N_("You may not do this"),
    404: N_("Nothing was found here"),
    409: N_("This cannot be done now"),
    413: N_("What you sent is too large"),
    422: N_("Something needs mending"),
    429: N_("That was too often"),
    500: N_("Something went wrong on our side"),
    503: N_("The service is not available for the moment"),
}
SENTENCES = {
    400: N_("Go back, reload the page and try again."),
    403: N_(
        "Your account has no right to this. Ask whoever manages your unit's roles."
    ),
    404: N_("The address may be wrong, or what was here is not open to you."),
    409: N_("It has changed since you looked. Reload the page and try again."),
    413: N_("Send less at once, or smaller files."),
    422: N_(
        "Nothing of what you sent was taken. Mend what is named and send it again."
    ),
    429: N_("Please wait a little. Nothing was half-written."),
    500: N_(
        "The fault has been recorded. Nothing was half-written; you may try again."
    ),
    503: N_("Please try again in a minute. Nothing was half-written."),
}


class RequestIdMiddleware:
    """Every request has an identifier: the caller's, or a new one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else uuid7().hex
        request.META["khuevan.request_id"] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


class ContentSecurityPolicyMiddleware:
    """Nothing from elsewhere, nothing inline."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy())
        return response


def _policy() -> str:
    """Return the policy; a stream of another origin may be listened to."""
    live = urlsplit(settings.LIVE_URL)
    if not live.netloc:
        return POLICY
    return f"{POLICY}; connect-src 'self' {live.scheme}://{live.netloc}"


class ErrorsMiddleware:
    """Turns what a view raises into a sentence; faults of ours go on to Django."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        answer = explain(exception)
        if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            log.warning("unavailable", exc_info=exception)
        return answer_with(request, answer)


def explain(exception: BaseException) -> Answer:
    """Return the status and the translated sentence of an error."""
    if isinstance(exception, InputRefused):
        problems = [
            Problem(
                p.where,
                gettext(p.what) % p.params,
                gettext(p.mend) % p.params if p.mend else "",
            )
            for p in exception.problems
        ]
        return _plain(422, "input-refused", problems=problems)
    if isinstance(exception, RuleBroken):
        status = 422 if exception.field else 409
        problems = [Problem(exception.field, _say(exception))] * bool(exception.field)
        return _plain(status, "rule-broken", _say(exception), problems)
    if isinstance(exception, TooOften):
        return replace(_plain(429, "too-often", _say(exception)), retry_after=exception.seconds)  # fmt: skip
    for known, status, kind in _KNOWN:
        if isinstance(exception, known):
            sentence = _say(exception) if isinstance(exception, KhuevanError) else ""
            return _plain(status, kind, sentence)
    return _plain(500, "fault")


_KNOWN: tuple[tuple[type[BaseException], int, str], ...] = (
    (Conflict, 409, "conflict"),
    (Unavailable, 503, "unavailable"),
    (OperationalError, 503, "unavailable"),
    (InterfaceError, 503, "unavailable"),
    (PermissionDenied, 403, "forbidden"),
    (Http404, 404, "not-found"),
    (RequestDataTooBig, 413, "too-large"),
    (SuspiciousOperation, 400, "bad-request"),
    (BadRequest, 400, "bad-request"),
)


def answer_with(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Write an answer as a page, or as RFC 9457 JSON where machines ask."""
    if wants_json(request):
        response = _problem_document(request, answer)
    else:
        response = HttpResponse(_page(request, answer), status=answer.status)
    if answer.retry_after is not None:
        response.headers["Retry-After"] = str(answer.retry_after)
    return response


def download_of(file: StoredFile) -> HttpResponse:
    """Return a stored file to be saved under its own name, never shown in the page."""
    answer = HttpResponse(files.read(file), content_type=file.media_type)
    header = content_disposition_header(True, file.name)
    answer["Content-Disposition"] = header or "attachment"
    return answer


def page_number(query: QueryDict) -> int:
    """Return the number of a page from an address; nonsense is the first."""
    text = query.get("page", "1")
    sound = text.isascii() and text.isdigit() and len(text) <= 6
    return max(1, int(text)) if sound else 1


def day_of(text: str) -> date | None:
    """Return a day from an address; None for what is no day of this century."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Days no calendar of ours knows would overflow in the sums of dates.
    return day if 2000 <= day.year < 2100 else None


def wants_json(request: HttpRequest) -> bool:
    if request.path.startswith("/api/"):
        return True
    preferred = request.get_preferred_type(
        ["text/html", "application/json", "application/problem+json"]
    )
    return preferred not in {None, "text/html"}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_with(request, _plain(400, "bad-request"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_with(request, _plain(403, "forbidden"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_with(request, _plain(404, "not-found"))


def server_error(request: HttpRequest) -> HttpResponse:
    return answer_with(request, _plain(500, "fault"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what usually happened: the page was old, or cookies are off."""
    sentence = gettext(
        "This page was open too long, or your browser refuses cookies. "
        "Go back, reload it and send again."
    )
    return answer_with(request, _plain(403, "forbidden", sentence))


def layout() -> Any:
    """Return the page frame: the city's, or a bare one where there is none yet."""
    found: Any = select_template(["web/base.html", "platform/plain.html"])
    return found.template


def _say(error: KhuevanError) -> str:
    if not error.sentence:
        return ""
    translated = gettext(error.sentence)
    return translated % error.params if error.params else translated


def _plain(
    status: int, kind: str, sentence: str = "", problems: list[Problem] | None = None
) -> Answer:
    return Answer(
        status,
        kind,
        gettext(TITLES[status]),
        sentence or gettext(SENTENCES[status]),
        problems or [],
        RETRY_AFTER_SECONDS if status == HTTPStatus.SERVICE_UNAVAILABLE else None,
    )


def _problem_document(request: HttpRequest, answer: Answer) -> HttpResponse:
    document: dict[str, Any] = {
        "type": f"urn:khuevan:problem:{answer.kind}",
        "title": answer.title,
        "status": answer.status,
        "detail": answer.sentence,
        "instance": request.path,
        "request_id": request.META.get("khuevan.request_id", ""),
    }
    if answer.problems:
        document["problems"] = [
            {"where": p.where, "what": p.what, "mend": p.mend} for p in answer.problems
        ]
    return JsonResponse(
        document,
        status=answer.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _page(request: HttpRequest, answer: Answer) -> str:
    context = {
        "status": answer.status,
        "title": answer.title,
        "sentence": answer.sentence,
        "problems": answer.problems,
        "request_id": request.META.get("khuevan.request_id", ""),
    }
    if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        page = select_template(["web/error.html", "platform/error.html"])
        return str(page.render(context | {"layout": layout()}, request))
    # The full page asks the database who is there; it may be what is broken.
    return render_to_string("platform/error_plain.html", context)

"""A request that is sent twice is carried out once.

People click twice and networks lose answers of requests that succeeded. A caller
names its request by a key (the `Idempotency-Key` header, or the page's hidden field);
the work and its answer are then written in one transaction. A duplicate that comes
meanwhile waits on the database's own unique index, and is given the first answer.
Answers that say no (400 and above) are not kept: mend the request and send it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from psycopg import errors

from . import clock
from .errors import N_, Conflict, InputRefused, KhuevanError, Problem
from .http import Answer, answer_with, explain
from .ids import uuid7
from .models import FirstAnswer


FIELD = "idempotency_key"
HEADER = "Idempotency-Key"
KEPT = timedelta(days=7)
PATIENCE_SECONDS = 10
_LONGEST_KEY = 200
_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
_KEPT_HEADERS = ("Content-Type", "Location", "Content-Disposition", "HX-Redirect")

_CLAIM = "SELECT platform_claim(%s, %s, %s, %s, %s, %s, %s)"
_KEEP = """
    UPDATE platform_firstanswer SET status = %s, headers = %s::jsonb, body = %s
    WHERE actor = %s AND key = %s
"""

View = Callable[..., HttpResponse]


def new_key() -> str:
    """Return a key for a page's hidden field."""
    return str(uuid7())


def idempotent(view: View) -> View:
    """Decorate a view: with a key it runs once, and its first answer is given again."""

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return answer_once(request, lambda: view(request, *args, **kwargs))

    return once


def require_key(request: HttpRequest) -> None:
    """Refuse a program's writing request that names no key, so that it can be sent again.

    A key the server in front cannot read is dropped on the way: never guess it away.
    """
    if not request.headers.get(HEADER):
        raise InputRefused([Problem(HEADER, N_("Name your request by a key of ASCII letters, so that it can be sent again."))])  # fmt: skip


def answer_once(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Return `make()`'s answer, or the first answer where this key was used before.

    Raises Conflict where the key came with another request. What `make` raises undoes all
    of it, but for the trace of a refused misuse.
    """
    key = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    if request.method in _SAFE or not key:
        return make()
    if len(key) > _LONGEST_KEY:
        raise InputRefused([Problem(HEADER, N_("The key is longer than 200 letters."))])
    asked = {"actor": _actor(request), "key": key}
    fingerprint = _fingerprint(request)
    try:
        with transaction.atomic():
            if not _claim(asked, fingerprint):
                return _first_answer(asked, fingerprint)
            made = _made(asked, make)
    except OperationalError as fault:
        if not isinstance(fault.__cause__, errors.LockNotAvailable):
            raise
        return _still_working(request)
    if isinstance(made, KhuevanError):
        raise made
    return made


def forget_expired() -> int:
    """Delete answers past their time; return how many."""
    return FirstAnswer.objects.filter(expires_at__lt=clock.now()).delete()[0]


def _claim(asked: dict[str, str], fingerprint: str) -> bool:
    """Take the key for this transaction; wait for whoever is using it."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            [
                uuid7(), asked["actor"], asked["key"], fingerprint, now, now + KEPT,
                f"{PATIENCE_SECONDS}s",
            ],
        )  # fmt: skip
        return bool(cursor.fetchone()[0])


def _first_answer(asked: dict[str, str], fingerprint: str) -> HttpResponse:
    first = FirstAnswer.objects.get(**asked)
    if first.fingerprint != fingerprint:
        raise Conflict(N_("This key was used for another request; take a new one."))
    return HttpResponse(
        bytes(first.body),
        status=first.status,
        headers={**first.headers, "Idempotency-Replayed": "true"},
    )


def _made(asked: dict[str, str], make: Callable[[], HttpResponse]) -> HttpResponse | KhuevanError:  # fmt: skip
    """Return the answer, kept; or a refused misuse, to be raised once its trace is written.

    Such an action has undone what it did and left who tried it. The key is free again.
    """
    try:
        response = make()
    except KhuevanError as refused:
        if not refused.misuse:
            raise
        FirstAnswer.objects.filter(**asked).delete()
        return refused
    _keep(asked, response)
    return response


def _keep(asked: dict[str, str], response: HttpResponse) -> None:
    # A form shown again, its page not even rendered yet, has done nothing to keep.
    if response.status_code >= 400 or not getattr(response, "is_rendered", True):
        FirstAnswer.objects.filter(**asked).delete()
        return
    headers = {h: response.headers[h] for h in _KEPT_HEADERS if h in response.headers}
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                response.status_code, json.dumps(headers), response.content,
                asked["actor"], asked["key"],
            ],
        )  # fmt: skip


def _still_working(request: HttpRequest) -> HttpResponse:
    told = explain(Conflict(N_("The same request is still being carried out.")))
    return answer_with(
        request,
        Answer(told.status, told.kind, told.title, told.sentence, retry_after=2),
    )


def _actor(request: HttpRequest) -> str:
    """Name whose key this is: a person's, or a visitor's session."""
    person: Any = getattr(request, "user", None)
    if person is not None and person.is_authenticated:
        return str(person.ref)
    if not request.session.session_key:
        request.session.create()
    digest = hashlib.sha256(str(request.session.session_key).encode()).hexdigest()
    return f"session:{digest}"


def _fingerprint(request: HttpRequest) -> str:
    """Digest what the request asks for: forms without their tokens, else the bytes."""
    told = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if not request.POST and not request.FILES:
        told.update(request.body)
        return told.hexdigest()
    for name, values in sorted(request.POST.lists()):
        if name not in {FIELD, "csrfmiddlewaretoken"}:
            told.update(f"{name}={values!r}\n".encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest = hashlib.sha256()
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
            told.update(f"{name}:{file.name}:{digest.hexdigest()}\n".encode())
    return told.hexdigest()

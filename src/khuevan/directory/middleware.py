"""Sessions have limits: idle, in all, and until a second step is set up.

What somebody had typed when their session ended is kept for them until they are back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user,
)
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from khuevan.platform import clock
from khuevan.platform.errors import N_

from .actions.sign_in import record_session_end
from .models import Person, Session
from .security import Profile, profile


SECOND_STEP_MISSING = "second_step_missing"
PASSWORD_TOO_OLD = "password_too_old"  # noqa: S105 - a key, not a secret
DRAFT = "draft"
LARGEST_DRAFT = 200_000
BETWEEN_NOTES = timedelta(minutes=1)
"""How often it is noted that somebody is here: not with every request."""

ENDED = {
    "idle": N_("You were signed out, as nothing happened for %(minutes)s minutes."),
    "absolute": N_("You were signed out, as a session lasts %(hours)s hours at most."),
}
SETTLE_FIRST = {
    SECOND_STEP_MISSING: (
        "mfa_index",
        N_("Your role needs a second step to sign in. Set one up to go on."),
    ),
    PASSWORD_TOO_OLD: (
        "account_change_password",
        N_("Your password is too old. Choose a new one to go on."),
    ),
}
ALWAYS_OPEN = {"sign-out", "account_logout", "set-language", "account_reauthenticate"}


class PersonMiddleware(AuthenticationMiddleware):
    """Django's, without asking again for the person who came with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _person_of(request))  # type: ignore[assignment]


def _person_of(request: HttpRequest) -> Person | AnonymousUser:
    """Return who is signed in; what is not plainly so, Django decides."""
    session = request.session
    signed_in = session.get(SESSION_KEY)  # this loads the row
    row: Session | None = getattr(session, "row", None)
    person = row.person if row else None
    if (
        person is not None
        and person.is_active
        and str(person.pk) == signed_in
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(
            session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()
        )
    ):
        return person
    return get_user(request)


class SessionLimitsMiddleware:
    """Ends sessions whose time is over, before any view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        person = request.user
        if not isinstance(person, Person):  # this loads the session
            return None
        row: Session | None = getattr(request.session, "row", None)
        if row is None:
            return None
        limits, now = profile(), clock.now()
        if why := _over(row, limits):
            return _end(request, person, limits, why, view)
        if now - row.seen_at > BETWEEN_NOTES:
            row.seen_at = now
            Session.objects.filter(pk=row.pk).update(seen_at=now)
        return _settle_first(request)


def _over(row: Session, limits: Profile) -> str:
    now = clock.now()
    if now - row.seen_at > limits.idle:
        return "idle"
    return "absolute" if now - row.started_at > limits.absolute else ""


def _end(
    request: HttpRequest, person: Person, limits: Profile, why: str, view: Any
) -> HttpResponse | None:
    record_session_end(why=why, by=person)
    wanted = getattr(view, "login_required", True)
    draft = _draft(request, person) if wanted and request.method == "POST" else None
    request.session.flush()
    request.user = AnonymousUser()
    if not wanted:
        return None
    minutes, hours = limits.idle.seconds // 60, limits.absolute.seconds // 3600
    told = gettext(ENDED[why]) % {"minutes": minutes, "hours": hours}
    messages.info(request, told)
    address = request.get_full_path()
    if draft:
        request.session[DRAFT] = draft
        address = reverse("draft")
    return _to_sign_in(request, address)


def _to_sign_in(request: HttpRequest, address: str) -> HttpResponse:
    """Lead to the sign-in page, and from there back to where the person was."""
    asked_by = request.headers.get("HX-Current-URL", "")
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': address})}")
    if address != reverse("draft"):
        address = urlsplit(asked_by).path or "/"
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    query = urlencode({"next": address})
    answer.headers["HX-Redirect"] = f"{reverse('sign-in')}?{query}"
    return answer


def _draft(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """Keep what was typed, but no passwords and no files, for this person only."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if isinstance(value, str)
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    if not fields or sum(len(value) for _, value in fields) > LARGEST_DRAFT:
        return None
    return {
        "person": str(person.pk),
        "path": request.get_full_path(),
        "fields": fields,
        "files": len(request.FILES),
    }


def _settle_first(request: HttpRequest) -> HttpResponse | None:
    match = request.resolver_match
    name = match.url_name or "" if match else ""
    for flag, (place, sentence) in SETTLE_FIRST.items():
        if not request.session.get(flag):
            continue
        if flag == SECOND_STEP_MISSING and _has_second_step(request):
            del request.session[flag]
            continue
        if name in ALWAYS_OPEN or name == place or name.startswith("mfa_"):
            return None
        messages.warning(request, gettext(sentence))
        return redirect(place)
    return None


def _has_second_step(request: HttpRequest) -> bool:
    found = Authenticator.objects.filter(user=request.user)
    return bool(found.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

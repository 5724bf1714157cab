"""One page to sign in: name and password, sign-in services, the demo's people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.logout import logout
from allauth.account.views import LoginView, PasswordChangeView
from allauth.socialaccount.adapter import get_adapter as get_services
from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from khuevan.directory.adapters import sign_in_now
from khuevan.directory.http import CityRequest
from khuevan.directory.middleware import DRAFT
from khuevan.directory.models import Appointment, Person, in_force
from khuevan.directory.rules import Role
from khuevan.platform.http import POLICY


KINDS_OF_USER = (
    (Role.LEADER, _("Leaders of the city"), _("see the whole picture, decide extensions and conclude meetings")),
    (Role.COMMITTEE_OFFICE, _("Standing body of the steering committee"), _("enters directives, assigns tasks, follows them up")),
    (Role.HEAD, _("Heads of units"), _("answer for their unit's tasks and staff them")),
    (Role.OFFICIAL, _("Officials"), _("do the work: report, hand in evidence, verify")),
    (Role.DIVISION_HEAD, _("Heads of divisions"), _("assign dossiers and check drafts")),
    (Role.CLERK, _("Clerks"), _("number documents and keep the unit's seal")),
    (Role.PROCEDURE_OFFICER, _("Procedure officers"), _("keep the catalogue of procedures and their processes")),
    (Role.MEMBER, _("Enterprises and institutes"), _("file dossiers and take part for their organisation")),
    (Role.INSPECTOR, _("Inspectors"), _("read everything and change nothing")),
    (Role.OPERATOR, _("Operators"), _("keep accounts, posts and the register; watch the system")),
)  # fmt: skip
SHOWN_FIRST = 5


@dataclass(frozen=True, slots=True)
class KindOfUser:
    """The demo's people of one kind, and what they can do."""

    name: Any
    can: Any
    people: list[tuple[str, str, str]]
    more: list[tuple[str, str, str]]


class SignIn(LoginView):  # type: ignore[misc]
    """The one page to sign in at."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.DEMO and "username" in request.POST:
            return _be_somebody(request)
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "services": get_services().list_providers(self.request),
            "kinds": list(_kinds_of_user()) if settings.DEMO else [],
        }

    def render_to_response(
        self, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return _may_leave(response, context["services"])


@login_not_required
def sign_in_with(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to a sign-in service, or ask first where somebody came by a link."""
    response: HttpResponse = openid.login(request, provider_id)
    return _may_leave(response, get_services().list_providers(request))


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()})
    return redirect(target if safe else "home")


def draft(request: CityRequest) -> HttpResponse:
    """Give back what somebody had typed when their session ended."""
    kept = request.session.get(DRAFT)
    if kept is None or kept["person"] != str(request.user.pk):
        request.session.pop(DRAFT, None)
        return redirect("home")
    if request.method == "POST":
        del request.session[DRAFT]
        return redirect("home")
    return TemplateResponse(request, "directory/draft.html", {"draft": kept})


class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """Only for those who have a password: the others come through a service."""

    success_url = "/account/"

    def dispatch(
        self, request: CityRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not request.user.has_usable_password():
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


def _be_somebody(request: HttpRequest) -> HttpResponse:
    person = get_object_or_404(
        Person, username=request.POST["username"], is_invented=True, is_active=True
    )
    sign_in_now(request, person, "demo")
    target = request.POST.get("next", "")
    return redirect(target if get_adapter().is_safe_url(target) else "home")


def _kinds_of_user() -> Iterator[KindOfUser]:
    posts = (
        Appointment.objects.filter(
            in_force(), person__is_invented=True, person__is_active=True
        )
        .order_by("id")
        .values_list("role", "person__username", "person__full_name", "title",
                     "organisation__name")
    )  # fmt: skip
    by_role: dict[str, list[tuple[str, str, str]]] = {}
    for role, username, name, title, unit in posts:
        by_role.setdefault(role, []).append((username, name, f"{title}, {unit}"))
    for role, kind, can in KINDS_OF_USER:
        people = by_role.get(role, [])
        if people:
            yield KindOfUser(kind, can, people[:SHOWN_FIRST], people[SHOWN_FIRST:])
    without = Person.objects.filter(is_invented=True, appointments=None, is_active=True)
    citizens = [(p.username, p.full_name, "") for p in without.order_by("pk")]
    if citizens:
        reads = _("see what is open to everybody, and who read their data")
        yield KindOfUser(_("Citizens"), reads, citizens, [])


def _may_leave(response: HttpResponse, services: list[Any]) -> HttpResponse:
    """Let the forms of this page lead to the sign-in services, and nowhere else."""
    origins = {
        origin
        for service in services
        for origin in (
            "{0.scheme}://{0.netloc}".format(urlsplit(service.server_url)),
            *service.app.settings.get("origins", ()),
        )
    }
    if origins:
        response.headers["Content-Security-Policy"] = POLICY.replace(
            "form-action 'self'", " ".join(["form-action 'self'", *sorted(origins)])
        )
    return response

"""One's own account: posts, sessions, second step, language, mandates, one's data."""

from __future__ import annotations

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.actions.mandates import end_mandate, give_mandate
from khuevan.directory.actions.people import choose_language
from khuevan.directory.actions.sign_in import end_session
from khuevan.directory.adapters import needs_second_step
from khuevan.directory.forms import PURPOSES, ROLES, SCOPES, MandateForm
from khuevan.directory.http import CityRequest
from khuevan.directory.models import Session
from khuevan.directory.privacy import LABELS, SHOWABLE, clear
from khuevan.directory.queries import (
    conflicts_of,
    delegates_for,
    mandates_of,
    own_data,
    readings_of,
)
from khuevan.directory.rules import Lending, MandateConflict, Scope
from khuevan.platform import clock

from .common import form_page


CONFLICTS = {
    MandateConflict.ALREADY_LENT: _("You have already lent this to somebody for some of these days."),
    MandateConflict.DELEGATE_AWAY: _("This colleague has lent their own authority to somebody for some of these days: they may be away."),
    MandateConflict.DELEGATE_INSPECTS: _("This colleague is an inspector and would inspect what they do for you."),
}  # fmt: skip


@require_GET
def account(request: CityRequest) -> HttpResponse:
    person = request.user
    steps = list(
        Authenticator.objects.filter(user=person).values_list("type", flat=True)
    )
    context = {
        "posts": person.appointments.select_related("organisation").order_by("id"),
        "roles": ROLES,
        "sessions": Session.objects.visible_to(person).order_by("-seen_at"),
        "here": request.session.session_key,
        "steps": [step for step in steps if step != Authenticator.Type.RECOVERY_CODES],
        "needs_step": needs_second_step(person),
        "has_password": person.has_usable_password(),
        "languages": settings.LANGUAGES,
        "own": clear(person, list(SHOWABLE)),
        "labels": LABELS,
        "mandates": mandates_of(person).filter(ended_at=None).count(),
    }
    return TemplateResponse(request, "directory/account.html", context)


@require_POST
def session_end(request: CityRequest, number: UUID) -> HttpResponse:
    own = Session.objects.visible_to(request.user).exclude(
        session_key=request.session.session_key
    )
    end_session(session=get_object_or_404(own, number=number), by=request.user)
    messages.success(request, gettext("That browser is signed out."))
    return redirect("account")


@require_POST
def language(request: CityRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    answer = redirect("account")
    if chosen in dict(settings.LANGUAGES):
        choose_language(language=chosen, by=request.user)
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, 365 * 86_400, samesite="Lax"
        )
    return answer


@require_GET
def who_read_my_data(request: CityRequest) -> HttpResponse:
    context = {"readings": readings_of(request.user), "labels": LABELS, "purposes": PURPOSES}  # fmt: skip
    return TemplateResponse(request, "directory/who_read.html", context)


@require_GET
@reauthentication_required  # type: ignore[untyped-decorator]
def my_data(request: CityRequest) -> HttpResponse:
    """Hand a person everything the directory holds about them."""
    response = JsonResponse(
        own_data(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_GET
def mandates(request: CityRequest) -> HttpResponse:
    context = {
        "mandates": mandates_of(request.user),
        "scopes": SCOPES,
        "may_give": bool(request.user.authority.own),
    }
    return TemplateResponse(request, "directory/mandates.html", context)


@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def mandate_new(request: CityRequest) -> HttpResponse:
    """Lend one's posts; warnings are shown first and confirmed by the principal."""
    posted = request.POST if request.method == "POST" else None
    form = MandateForm(delegates_for(request.user), posted, initial={"scope": Scope.EVERYTHING, "valid_from": clock.today()})  # fmt: skip
    warnings = _warnings(form, request) if posted and form.is_valid() else []
    if not warnings:
        del form.fields["anyway"]
    return _mandate_page(request, form, warnings)


def _mandate_page(
    request: CityRequest, form: MandateForm, warnings: list[object]
) -> HttpResponse:
    from_form = form_page(
        request,
        form,
        lambda data: give_mandate(
            delegate=data["delegate"],
            scope=Scope(data["scope"]),
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            reason=data["reason"],
            despite_conflicts=data.get("anyway", False),
            by=request.user,
        ),
        back="/account/mandates/",
        title=_("Have somebody act for you"),
        button=_("Give the mandate"),
        intro=_("You lend what you hold yourself, for a year at most. You see every trace of it and can end it at any time."),
        warnings=warnings,
    )  # fmt: skip
    return from_form


def _warnings(form: MandateForm, request: CityRequest) -> list[object]:
    data = form.cleaned_data
    lending = Lending(
        request.user.pk,
        data["delegate"].pk,
        Scope(data["scope"]),
        data["valid_from"],
        data["valid_to"],
    )
    return [CONFLICTS[found] for found in conflicts_of(lending, data["delegate"])]


@require_POST
def mandate_end(request: CityRequest, pk: UUID) -> HttpResponse:
    mine = mandates_of(request.user)
    end_mandate(mandate=get_object_or_404(mine, pk=pk), by=request.user)
    messages.success(request, gettext("The mandate has ended."))
    return redirect("mandates")

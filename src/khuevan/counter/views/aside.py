"""Who is away and who has an interest: one page, and what is entered on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.counter import actions
from khuevan.counter.access import may_enter_absence
from khuevan.counter.forms import AbsenceForm, InterestByCodeForm
from khuevan.counter.models import Absence, Dossier, Interest
from khuevan.counter.queries.aside import (
    absences_for,
    colleagues_of,
    interests_for,
    posts_to_leave,
)
from khuevan.directory.public import CityRequest
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.idempotency import idempotent
from khuevan.platform.refusals import carried_out

from .common import refusal
from .work import works_here


@require_GET
def aside_page(request: CityRequest) -> HttpResponse:
    """Show who is away and who stands aside, and the forms to say so."""
    return _page(request)


@require_POST
@idempotent
def absence_new(request: CityRequest) -> HttpResponse:
    form = _absence_form(request)

    def enter() -> None:
        data = dict(form.cleaned_data)
        post, why = data.pop("post"), data.pop("why")
        actions.enter_absence(
            person=post.person, organisation=post.organisation, **data, reason=why,
            by=request.user,
        )  # fmt: skip

    if form.is_valid() and carried_out(form, enter):
        messages.success(request, _("The absence was entered."))
        return redirect("counter-aside")
    return _page(request, absence=form)


@require_POST
@idempotent
def absence_end(request: CityRequest, pk: UUID) -> HttpResponse:
    absence = get_object_or_404(Absence.objects.visible_to(request.user), pk=pk)
    try:
        actions.end_absence(absence=absence, by=request.user)
        messages.success(request, _("The absence was ended."))
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
    return redirect("counter-aside")


@require_POST
@idempotent
def interest_new(request: CityRequest) -> HttpResponse:
    form = InterestByCodeForm(request.POST)

    def declare() -> None:
        data = dict(form.cleaned_data)
        code = data.pop("code").strip()
        dossier = Dossier.objects.visible_to(request.user).filter(code=code).first()
        if dossier is None:
            raise RuleBroken(
                N_("You see no dossier “%(code)s”. Look at the code once more."),
                field="code", code=code,
            )  # fmt: skip
        actions.declare_interest(dossier=dossier, **data, by=request.user)

    if form.is_valid() and carried_out(form, declare):
        messages.success(request, _("The interest was declared."))
        return redirect("counter-aside")
    return _page(request, interest=form)


@require_POST
@idempotent
def interest_withdraw(request: CityRequest, pk: UUID) -> HttpResponse:
    interest = get_object_or_404(Interest.objects.visible_to(request.user), pk=pk)
    try:
        actions.withdraw_interest(interest=interest, by=request.user)
        messages.success(request, _("The interest was withdrawn."))
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
    return redirect("counter-aside")


def _absence_form(request: CityRequest) -> AbsenceForm:
    posts = posts_to_leave(request.user)
    sent = request.POST if request.method == "POST" else None
    own = posts.filter(person=request.user).first() if sent is None else None
    return AbsenceForm(posts, colleagues_of(posts), sent, initial={"post": own})


def _page(
    request: CityRequest,
    *,
    absence: AbsenceForm | None = None,
    interest: InterestByCodeForm | None = None,
) -> HttpResponse:
    """Return the page; a form that was refused stands on it with its sentences."""
    if not works_here(request.user):
        raise PermissionDenied
    absences = absences_for(request.user)
    context = {
        "absences": absences,
        "may_end": {
            a.pk for a in absences
            if may_enter_absence(request.user, a.person_id, a.organisation_id)
        },
        "interests": interests_for(request.user),
        "absence_form": absence or _absence_form(request),
        "interest_form": interest or InterestByCodeForm(),
        "me": request.user,
    }  # fmt: skip
    status = 422 if absence or interest else 200
    return TemplateResponse(request, "counter/aside.html", context, status=status)

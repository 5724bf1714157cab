"""Pages of federation, for the exchange's operator: each partner, and what it lists."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from khuevan.directory.public import CityRequest
from khuevan.exchange.public import tabs_for
from khuevan.platform.errors import RuleBroken
from khuevan.platform.refusals import carried_out, refusal

from . import actions
from .access import may_federate, may_read_partners
from .forms import PartnerForm, RefuseForm
from .models import Came, Partner
from .queries import came_from, partners_of
from .rules import Side, Trust
from .words import SIDES, STANDINGS, TRUSTS


@require_safe
def partners(request: CityRequest) -> HttpResponse:
    """List the partners: last read, how much, last fault."""
    if not may_read_partners(request.user):
        raise PermissionDenied
    rows = partners_of(request.user)
    page = {
        "rows": rows,
        "may": may_federate(request.user),
        "tabs_for": tabs_for,
        "sides": SIDES,
    }
    return TemplateResponse(request, "federation/partners.html", page)


def new_partner(request: CityRequest) -> HttpResponse:
    """Begin to read another exchange."""
    if not may_federate(request.user):
        raise PermissionDenied
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        told["takes"] = [Side(side) for side in told["takes"]]
        told["trust"] = Trust(told["trust"])
        agreement = actions.Agreement(**told)
        if carried_out(
            form, lambda: actions.agree_partner(agreement=agreement, by=request.user)
        ):
            messages.success(request, _("The exchange is read from now on, every five minutes."))  # fmt: skip
            return redirect("federation")
    status = 422 if form.errors else 200
    return TemplateResponse(request, "federation/new.html", {"form": form}, status=status)  # fmt: skip


@require_safe
def partner(request: CityRequest, pk: UUID) -> HttpResponse:
    """Show a partner, its agreement, and what came from it."""
    found = get_object_or_404(partners_of(request.user), pk=pk)
    page = {
        "partner": found,
        "rows": came_from(found),
        "standings": STANDINGS,
        "sides": SIDES,
        "trusts": TRUSTS,
        "may": may_federate(request.user),
    }
    return TemplateResponse(request, "federation/partner.html", page)


@require_POST
def pause(request: CityRequest, pk: UUID) -> HttpResponse:
    """Take nothing more from a partner."""
    found = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    return _done(
        request,
        pk,
        lambda: actions.pause_partner(partner=found, by=request.user),
        _("Nothing is taken from it any more; what it listed was taken off."),
    )


@require_POST
def resume(request: CityRequest, pk: UUID) -> HttpResponse:
    """Read a partner again."""
    found = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    return _done(
        request,
        pk,
        lambda: actions.resume_partner(partner=found, by=request.user),
        _("It is read again, from the beginning."),
    )


@require_POST
def let_in(request: CityRequest, pk: UUID) -> HttpResponse:
    """Let in what was held."""
    came = get_object_or_404(Came.objects.visible_to(request.user), pk=pk)
    return _done(
        request,
        came.partner_id,
        lambda: actions.pass_listing(
            came=came, seen=request.POST.get("seen", ""), by=request.user
        ),
        _("Somebody looked at it: it is decided."),
    )


@require_POST
def keep_out(request: CityRequest, pk: UUID) -> HttpResponse:
    """Keep out what was held."""
    came = get_object_or_404(Came.objects.visible_to(request.user), pk=pk)
    form = RefuseForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    return _done(
        request,
        came.partner_id,
        lambda: actions.refuse_listing(came=came, words=words, by=request.user),
        _("It stays out."),
    )


def _done(
    request: CityRequest, pk: UUID, act: Callable[[], object], words: str
) -> HttpResponse:
    try:
        act()
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
    else:
        messages.success(request, words)
    return redirect("federation-partner", pk=pk)

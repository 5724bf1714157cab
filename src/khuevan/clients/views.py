"""Pages of clients: an organisation's machines, their secrets and how often they ask."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from khuevan.directory.public import CityRequest
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.platform.http import day_of, page_number
from khuevan.platform.refusals import carried_out, refusal, said

from . import actions
from .access import may_approve, may_register, may_revoke
from .calls import calls_of
from .dated import calls_kept_on
from .forms import ClientForm, bodies_of
from .models import Client, ClientSecret
from .rates import today_of
from .rules import Scope, State
from .words import SCOPES, STATES


ONE_DAY = timedelta(days=1)


@require_safe
def clients(request: CityRequest) -> HttpResponse:
    """List the machines one answers for; operators see all, what waits first."""
    rows = Client.objects.visible_to(request.user).select_related("organisation")
    ordered = sorted(rows.order_by("name"), key=lambda row: list(STATES).index(row.state))  # fmt: skip
    page = {
        "rows": ordered,
        "states": STATES,
        "may_add": bodies_of(request.user).exists(),
    }
    return TemplateResponse(request, "clients/clients.html", page)


def new_client(request: CityRequest) -> HttpResponse:
    """Register a machine; its secret is on the page that answers, and nowhere else."""
    if not bodies_of(request.user).exists():
        raise PermissionDenied
    form = ClientForm(request.POST or None, by=request.user)
    made: list[tuple[Client, str]] = []
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        told["scopes"] = [Scope(scope) for scope in told["scopes"]]
        if carried_out(
            form,
            lambda: made.append(actions.register_client(**told, by=request.user)),
        ):
            return _page(request, *made[0])
    status = 422 if form.errors else 200
    page = {"form": form}
    return TemplateResponse(request, "clients/new.html", page, status=status)


@require_safe
def client(request: CityRequest, pk: UUID) -> HttpResponse:
    """Show a machine: what it may do, its secrets, how often it asked today."""
    return _page(request, _seen(request, pk))


@require_safe
def calls(request: CityRequest, pk: UUID) -> HttpResponse:
    """Show what a machine asked on a day: counts by operation, and each call."""
    found = _seen(request, pk)
    day = min(day_of(request.GET.get("day", "")) or clock.today(), clock.today())
    told = calls_of(found, day, page_number(request.GET))
    page = {
        "client": found,
        "told": told,
        "today": clock.today(),
        "before": day - ONE_DAY,
        "after": day + ONE_DAY,
        "kept": calls_kept_on(clock.today()).days,
    }
    return TemplateResponse(request, "clients/calls.html", page)


@require_POST
def new_secret(request: CityRequest, pk: UUID) -> HttpResponse:
    """Give a machine a second secret, shown on the page that answers."""
    found = _seen(request, pk)
    try:
        secret = actions.add_secret(client=found, by=request.user)
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
        return redirect("client", pk=pk)
    return _page(request, found, secret)


@require_POST
def end_secret(request: CityRequest, pk: UUID, key: UUID) -> HttpResponse:
    """Let a secret hold no more."""
    found = get_object_or_404(ClientSecret, client=_seen(request, pk), pk=key)
    said(
        request,
        lambda: actions.end_secret(secret=found, by=request.user),
        _("The secret has ended, and all tokens with it."),
    )
    return redirect("client", pk=pk)


@require_POST
def approve(request: CityRequest, pk: UUID) -> HttpResponse:
    """Let a machine write."""
    found = _seen(request, pk)
    said(
        request,
        lambda: actions.approve_client(client=found, by=request.user),
        _("The machine may begin."),
    )
    return redirect("client", pk=pk)


@require_POST
def revoke(request: CityRequest, pk: UUID) -> HttpResponse:
    """Shut a machine out."""
    found = _seen(request, pk)
    said(
        request,
        lambda: actions.revoke_client(client=found, by=request.user),
        _("The machine is shut out from now on."),
    )
    return redirect("client", pk=pk)


def _seen(request: CityRequest, pk: UUID) -> Client:
    rows = Client.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("organisation", "account"), pk=pk)


def _page(request: CityRequest, found: Client, secret: str = "") -> HttpResponse:
    asked, refused = today_of(found)
    waits = found.state is State.WAITING
    page = {
        "client": found,
        "secret": secret,
        "scopes": [(scope, SCOPES[Scope(scope)]) for scope in found.scopes],
        "states": STATES,
        "secrets": found.secrets.order_by("-made_at"),
        "asked": asked,
        "refused": refused,
        "over": found.state is State.REVOKED,
        "may_keep": may_register(request.user, found.organisation),
        "may_approve": waits and may_approve(request.user, found),
        "may_revoke": may_revoke(request.user, found),
    }
    answer = TemplateResponse(request, "clients/client.html", page)
    answer.headers["Cache-Control"] = "no-store"
    return answer

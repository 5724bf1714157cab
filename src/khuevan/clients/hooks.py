"""The page of a machine's webhooks: where it is told, what was sent, and again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khuevan.directory.public import CityRequest
from khuevan.journal.public import (
    deliveries_of,
    pause_hook,
    resume_hook,
    rotate_hook,
    send_again,
    subscribe_owner,
    subscriptions_of,
)
from khuevan.platform.errors import RuleBroken
from khuevan.platform.refusals import carried_out, refusal

from .access import may_register
from .forms import HookForm
from .models import Client
from .rules import State
from .words import DELIVERIES


def hooks(request: CityRequest, pk: UUID) -> HttpResponse:
    """Show where a machine is told of changes and what was sent; subscribe it."""
    client = _kept(request, pk)
    form = HookForm(request.POST or None)
    made: list[str] = []
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if carried_out(
            form,
            lambda: made.append(
                subscribe_owner(owner=client.ref, **told, by=request.user)
            ),
        ):
            return _page(request, client, HookForm(), made[0])
    return _page(request, client, form)


@require_POST
def change(request: CityRequest, pk: UUID, key: UUID, what: str) -> HttpResponse:
    """Hold a subscription back, let it go on, or give it a new secret."""
    client = _kept(request, pk)
    if what == "rotate":
        secret = rotate_hook(owner=client.ref, key=key, by=request.user)
        return _page(request, client, HookForm(), secret)
    act = {"pause": pause_hook, "resume": resume_hook}[what]
    return _done(
        request, pk, lambda: act(owner=client.ref, key=key, by=request.user), _("Done.")
    )


@require_POST
def again(request: CityRequest, pk: UUID, key: UUID) -> HttpResponse:
    """Send a message once more."""
    client = _kept(request, pk)
    return _done(
        request,
        pk,
        lambda: send_again(owner=client.ref, key=key, by=request.user),
        _("The message is sent again."),
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
    return redirect("client-hooks", pk=pk)


def _kept(request: CityRequest, pk: UUID) -> Client:
    rows = Client.objects.visible_to(request.user).select_related("organisation")
    client = get_object_or_404(rows, pk=pk)
    if not may_register(request.user, client.organisation):
        raise PermissionDenied
    return client


def _page(
    request: CityRequest, client: Client, form: HookForm, secret: str = ""
) -> HttpResponse:
    page = {
        "client": client,
        "form": form if client.state is State.ACTIVE else None,
        "secret": secret,
        "subscriptions": subscriptions_of(client.ref),
        "deliveries": deliveries_of(client.ref),
        "states": DELIVERIES,
    }
    status = 422 if form.errors else 200
    answer = TemplateResponse(request, "clients/hooks.html", page, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer

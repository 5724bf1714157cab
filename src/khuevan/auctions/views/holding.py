"""What the holders of opening keys do: make their part, and tell it after the end."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from khuevan.auctions import actions, queries
from khuevan.auctions.access import holder_of
from khuevan.auctions.forms import EnterKeyForm, JoinForm
from khuevan.auctions.models import OpeningKey
from khuevan.directory.public import CityRequest
from khuevan.platform.refusals import carried_out

from .common import bodies, seen


@never_cache
def keys(request: CityRequest) -> HttpResponse:
    """List the opening keys one holds or keeps, and the auctions that wait for one's key."""
    context = {
        "rows": queries.keys_to_watch(request.user),
        "waiting": queries.auctions_to_open(request.user),
        "may_announce": bool(bodies(request)),
    }
    return TemplateResponse(request, "auctions/keys.html", context)


@never_cache
def join(request: CityRequest, key: UUID) -> HttpResponse:
    """Make one's part of an opening key: the browser makes it, the public half comes here."""
    keys = OpeningKey.objects.visible_to(request.user).select_related("keeper")
    found = get_object_or_404(keys.prefetch_related("holders"), pk=key)
    form = JoinForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: actions.join_opening_key(
                key=found, **form.cleaned_data, by=request.user
            ),
        )
    ):
        messages.success(request, _("Your key is in use. Keep the file safe until bidding is over."))  # fmt: skip
        return redirect("auction-keys")
    mine = next((h for h in found.holders.all() if h.person_id == request.user.pk), None)  # fmt: skip
    context = {"key": found, "mine": mine, "form": form}
    return TemplateResponse(request, "auctions/key.html", context, status=422 if form.errors else 200)  # fmt: skip


@never_cache
def enter(request: CityRequest, code: str) -> HttpResponse:
    """Tell one's private key after the end; the last that is needed opens the bids."""
    found = seen(request, code)
    holder = holder_of(found, request.user)
    if holder is None:
        raise PermissionDenied
    data = request.POST.copy()
    form = EnterKeyForm(data or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: actions.enter_key(
                auction=found, **form.cleaned_data, by=request.user
            ),
        )
    ):
        return redirect("auction", code=code)
    # What was typed is not sent back to the page: it may be the key of another auction.
    data["private_key"] = ""
    context = {"auction": found, "holder": holder, "form": form}
    return TemplateResponse(request, "auctions/open.html", context, status=422 if form.errors else 200)  # fmt: skip

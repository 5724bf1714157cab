"""What whoever holds an auction does: announce, open, decide, pay out."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from khuevan.auctions import actions, queries
from khuevan.auctions.forms import (
    AnnounceForm,
    AwardForm,
    CancelForm,
    OpeningKeyForm,
    PayOutForm,
)
from khuevan.directory.public import CityRequest, Organisation
from khuevan.platform.errors import RuleBroken
from khuevan.platform.refusals import carried_out, refusal

from .common import bodies, form_page, run


@never_cache
def announce(request: CityRequest) -> HttpResponse:
    """Announce an auction."""
    keeper = _keeper(request)
    form = AnnounceForm(request.POST or None, keys=queries.free_keys([keeper.code]))
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: actions.announce(keeper=keeper, **form.terms(), by=request.user),
        )
    ):
        messages.success(request, _("The auction was announced."))
        return redirect("auction", code=form.cleaned_data["code"])
    return form_page(request, form, _("Announce an auction"), _("Announce"), None)


@never_cache
def make_key(request: CityRequest) -> HttpResponse:
    """Ask people to hold an opening key together."""
    keeper = _keeper(request)
    form = OpeningKeyForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: actions.make_opening_key(
                keeper=keeper, **form.cleaned_data, by=request.user
            ),
        )
    ):
        messages.success(request, _("The holders were asked. The key can be used once each has made their part."))  # fmt: skip
        return redirect("auction-keys")
    return form_page(request, form, _("Make an opening key"), _("Ask the holders"), None)  # fmt: skip


def _keeper(request: HttpRequest) -> Organisation:
    """Return the body somebody holds auctions for; raises PermissionDenied where none."""
    found = bodies(request)
    if not found:
        raise PermissionDenied
    return found[0]


def cancel(request: CityRequest, code: str) -> HttpResponse:
    """Call the auction off."""
    found = run(request, code)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if carried_out(form, lambda: actions.cancel(auction=found, reason=reason, by=request.user)):  # fmt: skip
            return redirect("auction", code=code)
    return form_page(request, form, _("Cancel the auction"), _("Cancel the auction"), found)  # fmt: skip


def award(request: CityRequest, code: str) -> HttpResponse:
    """Let the auction be decided though its winner is flagged."""
    found = run(request, code)
    form = AwardForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: actions.award(auction=found, **form.cleaned_data, by=request.user),
        )
    ):
        return redirect("auction", code=code)
    return form_page(request, form, _("Decide all the same"), _("Decide"), found)


def pay_out(request: CityRequest, code: str) -> HttpResponse:
    """Note that what the seller is owed left for the seller's bank."""
    found = run(request, code)
    form = PayOutForm(request.POST or None, initial={"amount": queries.money_of(found).owed})  # fmt: skip
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: actions.pay_out(
                auction=found, **form.cleaned_data, by=request.user
            ),
        )
    ):
        return redirect("auction", code=code)
    return form_page(request, form, _("Note a payment to the seller"), _("Note it"), found)  # fmt: skip


@require_POST
def end(request: CityRequest, code: str, act: str) -> HttpResponse:
    """Close after the end, say that whoever buys did not pay, offer it to the next."""
    verbs = {"close": actions.close, "default": actions.declare_default, "runner-up": actions.name_runner_up}  # fmt: skip
    if act not in verbs:
        raise Http404
    found = run(request, code)
    try:
        verbs[act](auction=found, by=request.user)
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
    return redirect("auction", code=code)

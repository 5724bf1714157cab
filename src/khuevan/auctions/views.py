"""Pages of auctions: for whoever watches, for bidders, for the keeper."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import CityRequest, Organisation, Person, Role
from khuevan.journal.public import log_key
from khuevan.payments.public import orders_of
from khuevan.platform.errors import RuleBroken
from khuevan.platform.idempotency import new_key
from khuevan.platform.refusals import carried_out, refusal

from . import actions, queries, words
from .access import may_apply, may_run
from .forms import (
    AnnounceForm,
    AwardForm,
    BidForm,
    CancelForm,
    OpeningKeyForm,
    PayOutForm,
    SealedBidForm,
    SharesForm,
)
from .lots import lots_of
from .models import Auction, Bidder
from .rules.terms import LARGEST, Form, State
from .values import Receipt


LATEST = 100
"""Auctions on the list; their codes lead to the others."""


REMEMBERED_SECONDS = 0.5
"""How long a worker tells all watchers of an auction the same."""


@dataclass(frozen=True, slots=True)
class _Shown:
    mark: str
    content: str
    until: float


_shown: dict[tuple[str, str], _Shown] = {}


def _seen(request: HttpRequest, code: str) -> Auction:
    auctions = Auction.objects.visible_to(request.user)
    return get_object_or_404(
        auctions.select_related("keeper", "best_bidder"), code=code
    )


def _run(request: CityRequest, code: str) -> Auction:
    found = _seen(request, code)
    if not may_run(request.user, found):
        raise PermissionDenied
    return found


# ------------------------------------------------------------------- watching


@require_GET
@login_not_required
def auctions(request: HttpRequest) -> HttpResponse:
    """List auctions, those that end last first."""
    rows = Auction.objects.visible_to(request.user).select_related("keeper")
    context = {
        "rows": rows.order_by("-closes_at")[:LATEST],
        "forms": words.FORMS,
        "states": words.STATES,
        "may_announce": bool(_bodies(request)),
    }
    return TemplateResponse(request, "auctions/auctions.html", context)


@require_GET
@never_cache
@login_not_required
def auction(request: HttpRequest, code: str) -> HttpResponse:
    """Show the lot, how the auction stands, the bidder's own bids, and the audit."""
    return TemplateResponse(request, "auctions/auction.html", _page(request, code))


def _page(request: HttpRequest, code: str) -> dict[str, Any]:
    found = _seen(request, code)
    standing = queries.standing_of(found)
    events = queries.events_of(found)
    bidder = queries.bidder_of(found, request.user)
    person = request.user if isinstance(request.user, Person) else None
    orders = orders_of(bidder.ref) if bidder else ()
    runs = person is not None and may_run(person, found)
    return {
        "auction": found,
        "s": standing,
        "outcome": queries.outcome_of(found),
        "events": [(event, words.exact(queries.instant(event)), words.event_words(event)) for event in events[::-1]],
        "bidder": bidder,
        "order": orders[0] if orders else None,
        "bids": queries.bids_of(bidder) if bidder else [],
        "bid_form": _bid_form(found, standing.least, bidder),
        "most": LARGEST,
        "holders": events[0].told.get("holders", []),
        "may_apply": person is not None and may_apply(person, found),
        "may_run": runs,
        "doubts": _doubts(found) if runs else [],
        "waits_for_word": runs and queries.waits_for_word(found),
        "forms": words.FORMS,
        "states": words.STATES,
        "whys": words.WHYS,
        "key": str(log_key()),
        "money": queries.money_of(found) if runs else None,
        "price_order": (price := queries.price_order(found)),
        "buys": price is not None and bidder is not None and _buys(found, bidder),
        "stream": _stream(found, standing.mark),
        "lot_page": lots.page(found.subject) if (lots := lots_of(found.subject)) else "",
    }  # fmt: skip


def _stream(auction: Auction, mark: str) -> str:
    """Return where the page of an auction is told news; empty where it has to ask."""
    if not settings.LIVE_URL or auction.state not in {State.RUNNING, State.CLOSED}:
        return ""
    asked = urlencode({"language": get_language() or "", "seen": mark})
    return f"{settings.LIVE_URL}/{auction.code}?{asked}"


def _buys(auction: Auction, bidder: Bidder) -> bool:
    sale = queries.sale_of(auction)
    return sale is not None and sale[0] == bidder.number


def _doubts(auction: Auction) -> list[tuple[int, str, str]]:
    """Return what keeps bidders apart from others in doubt: number, sentence, why let pass.

    While bids are taken that is what would be refused now; later, what was flagged.
    """
    if auction.state == State.RUNNING:
        return [(bidder.number or 0, refusal(refused), "") for bidder, refused in queries.doubts_of(auction)]  # fmt: skip
    return [
        (flag.bidder.number or 0, refusal(RuleBroken(flag.sentence, **flag.params)), flag.words)
        for flag in queries.flags_of(auction)
    ]  # fmt: skip


def _bid_form(auction: Auction, least: int | None, bidder: Bidder | None) -> BidForm | None:  # fmt: skip
    if bidder is None or bidder.number is None:
        return None
    if auction.form == Form.SEALED:
        return SealedBidForm(initial={"key": new_key()})
    return BidForm(initial={"amount": least, "key": new_key()})


@require_GET
@never_cache
@login_not_required
def live(request: HttpRequest, code: str) -> HttpResponse:
    """Say nothing (204) to whoever has seen how the auction stands, else show it.

    Thousands ask every few seconds and are all told the same: a worker looks twice a
    second at most, whoever asks.
    """
    shown = _shown.get((code, get_language() or ""))
    if shown is None or shown.until <= time.monotonic():
        shown = _look(request, code)
    if request.GET.get("seen") == shown.mark:
        return HttpResponse(status=204)
    return HttpResponse(shown.content)


def _look(request: HttpRequest, code: str) -> _Shown:
    found = _seen(request, code)
    standing = queries.standing_of(found)
    context = {"auction": found, "s": standing, "states": words.STATES}
    content = render_to_string("auctions/live.html", context)
    if len(_shown) > LATEST:
        _shown.clear()
    made = _Shown(standing.mark, content, time.monotonic() + REMEMBERED_SECONDS)
    _shown[code, get_language() or ""] = made
    return made


@require_GET
@login_not_required
def audit(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the public audit: what `tools/replay_auction.py` reads."""
    answer = JsonResponse(
        queries.audit_of(_seen(request, code)),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}.json"'
    return answer


# -------------------------------------------------------------------- bidding


@require_POST
def apply(request: CityRequest, code: str) -> HttpResponse:
    """Ask to bid; the deposit's own page comes next."""
    try:
        bidder = actions.apply(auction=_seen(request, code), by=request.user)
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
        return redirect("auction", code=code)
    [order, *_rest] = orders_of(bidder.ref)
    return redirect("payments-pay", token=order.token)


@require_POST
@never_cache
def bid(request: CityRequest, code: str) -> HttpResponse:
    """Take a bid. Its own key makes a second click the same bid.

    The platform keeps the first answers of other forms for a while; what is told about
    a sealed bid must stand nowhere, so this one is answered from the bid itself.
    """
    found, data = _seen(request, code), request.POST.copy()
    form = (SealedBidForm if found.form == Form.SEALED else BidForm)(data)
    context: dict[str, Any] = {"auction": found, "bid_form": form, "most": LARGEST}
    if form.is_valid():
        try:
            context["receipt"] = _take_bid(found, form.cleaned_data, request.user)
        except RuleBroken as refused:
            form.add_error("amount", refusal(refused))
        else:
            context["amount"] = form.cleaned_data["amount"]
            return TemplateResponse(request, "auctions/receipt.html", context)
    # What was refused was not taken: mended, it is another bid.
    data["key"], data["box"], data["commitment"] = new_key(), "", ""
    context["bidder"] = queries.bidder_of(found, request.user)
    return TemplateResponse(request, "auctions/bid.html", context, status=422)


def _take_bid(found: Auction, told: dict[str, Any], by: Person) -> Receipt:
    if found.form != Form.SEALED:
        return actions.place_bid(auction=found, **told, by=by)
    if told["box"]:
        sealed = {name: told[name] for name in ("box", "commitment", "key")}
        return actions.place_sealed(auction=found, **sealed, by=by)
    return actions.seal_bid(auction=found, amount=told["amount"], key=told["key"], by=by)  # fmt: skip


@require_GET
@never_cache
def receipt(request: CityRequest, code: str, number: int) -> HttpResponse:
    """Hand a bidder their own receipt again, as the text that was signed."""
    bidder = queries.bidder_of(_seen(request, code), request.user)
    rows = queries.bids_of(bidder) if bidder else []
    for row in rows:
        if row.event.number == number:
            answer = HttpResponse(
                queries.receipt_of(row), content_type="text/plain; charset=utf-8"
            )
            answer.headers["Content-Disposition"] = f'attachment; filename="{code}-{number}.txt"'  # fmt: skip
            return answer
    raise Http404


# ----------------------------------------------------------------- the keeper


def _bodies(request: HttpRequest) -> list[Organisation]:
    if not isinstance(request.user, Person):
        return []
    held = [
        holding.organisation_id
        for holding in request.user.authority.holdings
        if holding.role in {Role.HEAD, Role.OFFICIAL}
    ]
    return list(Organisation.objects.filter(pk__in=held).order_by("sort_key"))


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
    return _form_page(request, form, _("Announce an auction"), _("Announce"), None)


@never_cache
def make_key(request: CityRequest) -> HttpResponse:
    """Make an opening key; its shares are shown on the answer and never again."""
    keeper = _keeper(request)
    form = OpeningKeyForm(request.POST or None)
    context: dict[str, Any] = {}

    def make() -> None:
        key, shares = actions.make_opening_key(
            keeper=keeper, **form.cleaned_data, by=request.user
        )
        context.update(key=key, shares=list(zip(key.holders, shares, strict=True)))

    if request.method == "POST" and form.is_valid() and carried_out(form, make):
        return TemplateResponse(request, "auctions/shares.html", context)
    return _form_page(request, form, _("Make an opening key"), _("Make the key and show the shares"), None)  # fmt: skip


def _keeper(request: HttpRequest) -> Organisation:
    """Return the body somebody holds auctions for; raises PermissionDenied where none."""
    bodies = _bodies(request)
    if not bodies:
        raise PermissionDenied
    return bodies[0]


@never_cache
def open_bids(request: CityRequest, code: str) -> HttpResponse:
    """Open the sealed bids with the keepers' shares."""
    found = _run(request, code)
    data = request.POST.copy()
    form = SharesForm(data or None)
    if request.method == "POST" and form.is_valid():
        shares = form.cleaned_data["shares"].split()
        act = lambda: actions.open_bids(auction=found, shares=shares, by=request.user)  # noqa: E731
        if carried_out(form, act):
            return redirect("auction", code=code)
        # What the keepers typed is not sent back to the page.
        data["shares"] = ""
    return _form_page(
        request, form, _("Open the sealed bids"), _("Open the bids"), found
    )


def cancel(request: CityRequest, code: str) -> HttpResponse:
    """Call the auction off."""
    found = _run(request, code)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if carried_out(form, lambda: actions.cancel(auction=found, reason=reason, by=request.user)):  # fmt: skip
            return redirect("auction", code=code)
    return _form_page(request, form, _("Cancel the auction"), _("Cancel the auction"), found)  # fmt: skip


def award(request: CityRequest, code: str) -> HttpResponse:
    """Let the auction be decided though its winner is flagged."""
    found = _run(request, code)
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
    return _form_page(request, form, _("Decide all the same"), _("Decide"), found)


def pay_out(request: CityRequest, code: str) -> HttpResponse:
    """Note that what the seller is owed left for the seller's bank."""
    found = _run(request, code)
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
    return _form_page(request, form, _("Note a payment to the seller"), _("Note it"), found)  # fmt: skip


@require_POST
def end(request: CityRequest, code: str, act: str) -> HttpResponse:
    """Close after the end, say that whoever buys did not pay, offer it to the next."""
    verbs = {"close": actions.close, "default": actions.declare_default, "runner-up": actions.name_runner_up}  # fmt: skip
    if act not in verbs:
        raise Http404
    found = _run(request, code)
    try:
        verbs[act](auction=found, by=request.user)
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
    return redirect("auction", code=code)


def _form_page(request: HttpRequest, form: forms.Form, title: str, button: str, found: Auction | None) -> HttpResponse:  # fmt: skip
    context = {"form": form, "title": title, "button": button, "auction": found}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "auctions/form.html", context, status=status)

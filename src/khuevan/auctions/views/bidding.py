"""Asking to bid, bidding, and the bidder's own receipts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from khuevan.auctions import actions, queries
from khuevan.auctions.access import may_run
from khuevan.auctions.forms import BidForm, SealedBidForm
from khuevan.auctions.invoices import for_reader
from khuevan.auctions.models import Auction, terms_of
from khuevan.auctions.rules.terms import LARGEST, Form
from khuevan.auctions.values import Receipt
from khuevan.directory.public import CityRequest, Person
from khuevan.payments.public import invoice_file, orders_of
from khuevan.platform.errors import RuleBroken
from khuevan.platform.idempotency import new_key
from khuevan.platform.refusals import refusal

from .common import seen


@require_POST
def apply(request: CityRequest, code: str) -> HttpResponse:
    """Ask to bid; the deposit's own page comes next."""
    try:
        bidder = actions.apply(auction=seen(request, code), by=request.user)
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
    found, data = seen(request, code), request.POST.copy()
    form = (SealedBidForm if found.form == Form.SEALED else BidForm)(data)
    context: dict[str, Any] = {
        "auction": found,
        "bid_form": form,
        "most": LARGEST,
        "terms": terms_of(found),
    }
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
    bidder = queries.bidder_of(seen(request, code), request.user)
    rows = queries.bids_of(bidder) if bidder else []
    for row in rows:
        if row.event.number == number:
            answer = HttpResponse(
                queries.receipt_of(row), content_type="text/plain; charset=utf-8"
            )
            answer.headers["Content-Disposition"] = f'attachment; filename="{code}-{number}.txt"'  # fmt: skip
            return answer
    raise Http404


@require_GET
def invoice(request: CityRequest, code: str, what: str, kind: str) -> HttpResponse:
    """Hand out what an invoice for the price, or for the exchange's fee, says."""
    found = seen(request, code)
    runs = may_run(request.user, found)
    return invoice_file(for_reader(found, request.user, runs=runs).get(what), kind)

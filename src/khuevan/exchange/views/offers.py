"""What can be done to a listing from its page: each thing with its form and its action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from khuevan.auctions.public import is_bound, may_be_withdrawn
from khuevan.directory.public import CityRequest, Person
from khuevan.exchange import actions, forms, words
from khuevan.exchange.access import (
    REVIEWING,
    may_list,
    may_publish,
    may_review,
)
from khuevan.exchange.dated import operator_on
from khuevan.exchange.models import Listing, Member, NdaNote
from khuevan.exchange.rules.auctioning import AUCTIONED
from khuevan.exchange.rules.listings import (
    IN_REVIEW,
    MOVES,
    PROTECTED,
    Move,
    State,
)
from khuevan.platform import clock

from .common import carried_out, given, seen


@dataclass(frozen=True)
class Offer:
    """One thing somebody may do to a listing: its form and its action."""

    label: str | Promise
    form: type[Form]
    perform: Callable[..., object]
    may: Callable[[Person | None, Listing], bool]
    states: frozenset[State]
    main: bool = False


def _lists(person: Person | None, listing: Listing) -> bool:
    return may_list(person, listing.member)


def _may_unprotect(person: Person | None, listing: Listing) -> bool:
    return listing.ip_status in PROTECTED and (_lists(person, listing) or may_review(person, listing))  # fmt: skip


def _auctions(person: Person | None, listing: Listing) -> bool:
    """Rights, technologies, software and equipment of one's own that nobody bids for yet."""
    return listing.kind in AUCTIONED and _lists(person, listing) and not is_bound(listing.ref)  # fmt: skip


def _calls_off(person: Person | None, listing: Listing) -> bool:
    return _lists(person, listing) and may_be_withdrawn(listing.ref)


def _moving(
    move: Move,
    form: type[Form],
    perform: Callable[..., object],
    may: Callable[[Person | None, Listing], bool],
    *,
    main: bool = False,
) -> Offer:
    return Offer(words.MOVES[move], form, perform, may, MOVES[move][0], main)


_PUBLISHED = frozenset({State.PUBLISHED})
OFFERS: dict[str, Offer] = {
    "submit": _moving(Move.SUBMIT, forms.NothingForm, actions.submit_listing, _lists, main=True),
    "check": _moving(Move.CHECK, forms.NothingForm, actions.check_listing, may_review, main=True),
    "publish": _moving(Move.PUBLISH, forms.NothingForm, actions.publish_listing, may_publish, main=True),
    "return": _moving(Move.SEND_BACK, forms.WordsForm, actions.return_listing, may_review),
    "hand-on": Offer(gettext_lazy("Hand the review on"), forms.HandOnForm, actions.hand_on_review, may_review, IN_REVIEW),
    "verify": Offer(gettext_lazy("Vouch for it"), forms.VerifyForm, actions.verify_listing, may_review, _PUBLISHED),
    "unprotect": _moving(Move.UNPROTECT, forms.UnprotectForm, actions.end_protection, _may_unprotect),
    "renew": _moving(Move.RENEW, forms.NothingForm, actions.renew_listing, _lists),
    "revise": _moving(Move.REVISE, forms.NothingForm, actions.revise_listing, _lists),
    "auction": Offer(gettext_lazy("Put it up for auction"), forms.AuctionForm, actions.auction_listing, _auctions, _PUBLISHED),
    "call-off": Offer(gettext_lazy("Call the auction off"), forms.WordsForm, actions.call_off_auction, _calls_off, _PUBLISHED),
    "nda": Offer(gettext_lazy("Note a signed NDA"), forms.NdaForm, actions.note_nda, _lists, _PUBLISHED),
    "withdraw": _moving(Move.WITHDRAW, forms.WordsForm, actions.withdraw_listing, _lists),
}  # fmt: skip


def offers_for(listing: Listing, person: Person | None) -> dict[str, Offer]:
    """Return what a person may do to a listing as it stands."""
    if person is None:
        return {}
    state = State(listing.state)
    return {
        slug: offer
        for slug, offer in OFFERS.items()
        if state in offer.states and offer.may(person, listing)
    }


def _more(slug: str, listing: Listing) -> dict[str, Any]:
    """Return whom a form lets choose."""
    if slug == "hand-on":
        people = Person.objects.filter(
            appointments__organisation__code=operator_on(clock.today()),
            appointments__role__in=REVIEWING,
            is_active=True,
        )
        return {"people": people.distinct().order_by("sort_key")}
    if slug == "nda":
        others = Member.objects.exclude(pk=listing.member_id)
        return {"members": others.select_related("organisation", "person")}
    return {}


def listing_action(request: CityRequest, code: str, slug: str) -> HttpResponse:
    """One small form for one thing to do."""
    listing, shown, _who = seen(request, code)
    offer = OFFERS.get(slug)
    if offer is None:
        raise Http404
    if not offer.may(request.user, listing):
        raise PermissionDenied
    form = offer.form(given(request), **_more(slug, listing))
    if request.method == "POST" and form.is_valid() and carried_out(
        form,
        lambda: offer.perform(listing=listing, **form.cleaned_data, by=request.user),
    ):  # fmt: skip
        messages.success(request, _("Done."))
        return redirect("exchange-listing", code=code)
    context = {"shown": shown, "offer": offer, "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "exchange/action.html", context, status=status)


@require_POST
def nda_end(request: CityRequest, code: str, pk: Any) -> HttpResponse:
    """Close what an NDA opened."""
    listing, _shown, _who = seen(request, code)
    note = get_object_or_404(NdaNote, pk=pk, listing=listing)
    actions.end_nda(note=note, by=request.user)
    messages.success(request, _("Done."))
    return redirect("exchange-listing", code=code)

"""Negotiation: every version, what it changed, and proposing the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.contracts.public import differences
from khuevan.deals import actions
from khuevan.deals.access import may_make, may_pay_out, side_of
from khuevan.deals.documents.invoices import fee_invoice_of, invoice_of
from khuevan.deals.models import Deal, Version
from khuevan.deals.queries.amending import holding_in, proposed_in, waiting_in
from khuevan.deals.queries.money import paid_under
from khuevan.deals.queries.origin import seats_of
from khuevan.deals.rules.bargaining import Compared, Proposed, compare
from khuevan.deals.rules.states import BOUND, Move, Part, State
from khuevan.deals.showing import changes_of, rows_of
from khuevan.deals.term_forms import TermsForm, first_of, initial_of
from khuevan.deals.words import labels
from khuevan.directory.public import CityRequest
from khuevan.exchange.public import listing_for
from khuevan.payments.public import invoice_file
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.refusals import fault, refusal

from .common import carried_out, given, open_to_terms, own_side, seen


Changes = list[tuple[str, list[str], list[str]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A version with what it changed against its own side's last and the other side's.

    `held` is what an amendment changes of the version that held when it was proposed.
    """

    version: Version
    compared: Compared
    own: Changes
    other: Changes
    held: Changes


@require_GET
def terms(request: CityRequest, code: str) -> HttpResponse:
    """All versions, the newest first, and the newest in full."""
    deal = open_to_terms(request, code)
    versions = list(deal.versions.select_related("by", "agreed_by", "amends"))
    shown = _shown(versions)
    side = side_of(request.user, deal)
    latest = versions[-1] if versions else None
    stands = latest is not None and latest.stands and _is_open(deal, latest)
    other = stands and side is not None and latest is not None and latest.part != side
    agrees = Move.AGREE_TERMS if deal.state == State.NEGOTIATING else Move.AGREE_CHANGE
    binds = other and may_make(request.user, deal, agrees)
    context = {
        "deal": deal, "side": side, "shown": shown[::-1], "latest": latest,
        "full": rows_of(latest.told) if latest else [],
        "may_propose": side is not None and _is_open(deal), "amending": deal.state in BOUND,
        "may_agree": binds, "needs_head": other and not binds,
        "may_take_back": stands and side is not None and not other,
        **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "deals/terms.html", context)


def _shown(versions: list[Version]) -> list[Shown]:
    """Return versions with what each changed; amendments are compared among themselves."""
    found = []
    for _key, group in groupby(versions, key=lambda v: v.amends_id):
        rows = list(group)
        told = compare([Proposed(v.number, v.part, v.told) for v in rows])
        for v, c in zip(rows, told, strict=True):
            held = differences(v.amends.told, v.told) if v.amends else ()
            found.append(Shown(v, c, changes_of(c.own_changes), changes_of(c.other_changes), changes_of(held)))  # fmt: skip
    return found


def _is_open(deal: Deal, latest: Version | None = None) -> bool:
    """Tell whether terms are proposed and answered now: `latest`, or any."""
    if deal.state in BOUND:
        waits = waiting_in(deal) is not None
        return not waits and (latest is None or latest.amends_id is not None)
    return deal.state == State.NEGOTIATING


def propose(request: CityRequest, code: str) -> HttpResponse:
    """The form of all terms: it starts from the last version, or from the listing."""
    deal = open_to_terms(request, code)
    own_side(request.user, deal)
    if not _is_open(deal):
        return redirect("deal-terms", code=code)
    last = deal.versions.order_by("-number").first()
    amending = deal.state in BOUND
    start = (proposed_in(deal) or holding_in(deal)) if amending else last
    act = actions.propose_change if amending else actions.propose_terms
    brokered = any(party.part == "broker" for party in deal.parties.all())
    initial = initial_of(start.told) if start else _first(request, deal)
    initial["after"] = last.number if last else 0
    form = TermsForm(given(request), initial=initial, brokered=brokered)
    if request.method == "POST" and form.is_valid() and carried_out(
        form,
        lambda: act(
            deal=deal, terms=form.told(), after=form.cleaned_data["after"],
            note=form.cleaned_data["note"], by=request.user,
        ),
    ):  # fmt: skip
        messages.success(request, _("Proposed. The other side is asked to answer."))
        return redirect("deal-terms", code=code)
    context = {"deal": deal, "form": form, "last": start, "amending": amending, **labels()}  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "deals/propose.html", context, status=status)


def _first(request: CityRequest, deal: Deal) -> dict[str, object]:
    shown = listing_for(request.user, deal.listing_code)
    told: dict[str, object] = first_of(shown) if shown else {"name": deal.title}
    seats = seats_of(deal)
    return {**told, "crossing": seats.value} if seats else told


_ANSWERS: dict[bool, dict[str, Callable[..., Version]]] = {
    False: {"agree": actions.agree_terms, "take-back": actions.take_back_terms},
    True: {"agree": actions.agree_change, "take-back": actions.take_back_change},
}


@require_POST
def answer(request: CityRequest, code: str, slug: str) -> HttpResponse:
    """Agree to the version that was read, or take one's own back."""
    deal = open_to_terms(request, code)
    verbs = _ANSWERS[deal.state in BOUND]
    if slug not in verbs:
        raise Http404
    number = request.POST.get("number", "")
    if not number.isdigit():
        raise PermissionDenied
    try:
        verbs[slug](deal=deal, number=int(number[:4]), by=request.user)
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
        return redirect("deal-terms", code=code)
    except InputRefused as refused:
        for problem in refused.problems:
            messages.error(request, fault(problem))
        return redirect("deal-terms", code=code)
    messages.success(request, _("Done."))
    return redirect("deal", code=code)


def _charged(request: CityRequest, code: str) -> Deal:
    """Return a deal for who is charged its fee, or charges it; else 404."""
    deal, person = seen(request, code), request.user
    if side_of(person, deal) is not Part.PROVIDER and not may_pay_out(person, deal):
        raise Http404
    return deal


@require_GET
def invoice(request: CityRequest, code: str, what: str, number: int, kind: str) -> HttpResponse:  # fmt: skip
    """What an invoice for a released payment, or the fee on it, says, as JSON or XML."""
    whose, _dash, of_fee = what.partition("-")
    # The exchange invoices its fee: its people need those data, and read no terms.
    deal = _charged(request, code) if of_fee else open_to_terms(request, code)
    rows: dict[str, QuerySet[Any]] = {"milestone": deal.milestones.all(), "royalty": deal.reports.all()}  # fmt: skip
    if whose not in rows or of_fee not in {"", "fee"}:
        raise Http404
    thing = get_object_or_404(rows[whose], number=number)
    find = fee_invoice_of if of_fee else invoice_of
    return invoice_file(find(deal, thing, paid_under(thing.ref)), kind)

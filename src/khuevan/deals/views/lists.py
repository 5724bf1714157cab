"""Lists of deals, asking for contact, brokers, the worksheet of shares."""

from __future__ import annotations

from math import ceil
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.deals import actions, forms
from khuevan.deals.access import may_register_brokers, oversees
from khuevan.deals.dated import share_rule_on
from khuevan.deals.models import Broker, Deal
from khuevan.deals.queries.deals import (
    LACKING,
    PAGE,
    Wanted,
    lacking_count,
    list_deals,
)
from khuevan.deals.rules.shares import Split, split_profit
from khuevan.deals.rules.states import State
from khuevan.deals.words import labels
from khuevan.directory.public import CityRequest
from khuevan.exchange.public import (
    Kind,
    State as ListingState,
    all_members,
    listing_for,
    members_acted_for,
)
from khuevan.payments.public import fee_undecided_after
from khuevan.platform import clock
from khuevan.platform.http import day_of, page_number

from .common import carried_out, form_page, given


def _wanted(request: CityRequest, scopes: list[str]) -> Wanted:
    query = request.GET
    scope, state = query.get("scope", ""), query.get("state", "live")
    return Wanted(
        scope=scope if scope in scopes else scopes[0],
        state=state if state in {"live", "ended", LACKING, "", *State} else "live",
        turn="turn" in query, late="late" in query, words=query.get("words", "")[:100],
        field=query.get("field", "")[:14], kind=query.get("kind", "")[:16],
        step=query.get("step", "")[:16], lost="lost" in query,
        since=day_of(query.get("since", "")), until=day_of(query.get("until", "")),
    )  # fmt: skip


def _scopes(request: CityRequest) -> list[str]:
    """Return the lists somebody has: the exchange's people see theirs first."""
    members = {member.id for member in members_acted_for(request.user)}
    found = ["mine"] if members else []
    if Broker.objects.filter(member__in=members).exists():
        found.append("broker")
    if oversees(request.user) or request.user.authority.reads_everything:
        found.append("exchange")
    return found or ["mine"]


@require_GET
def deals(request: CityRequest) -> HttpResponse:
    """The deals of one's members, of a broker, or of the exchange, the first due first."""
    scopes = _scopes(request)
    wanted = _wanted(request, scopes)
    number = page_number(request.GET)
    rows, count = list_deals(request.user, wanted, number)
    kept = {"scope": wanted.scope, "state": wanted.state, "words": wanted.words}
    kept |= {name: "on" for name in ("turn", "late", "lost") if getattr(wanted, name)}
    narrowed = {name: str(getattr(wanted, name) or "") for name in ("field", "kind", "step", "since", "until")}  # fmt: skip
    kept |= {name: told for name, told in narrowed.items() if told}
    context = {
        "rows": rows, "count": count, "wanted": wanted, "scopes": scopes,
        "page": {"number": number, "pages": max(1, ceil(count / PAGE))},
        "query": urlencode(kept), "narrowed": narrowed, "may_register": may_register_brokers(request.user),
        "lacking": lacking_count(request.user) if oversees(request.user) else 0,
        "fee_until": fee_undecided_after(clock.today()) if oversees(request.user) else None,
        **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "deals/deals.html", context)


def ask(request: CityRequest, code: str) -> HttpResponse:
    """Ask for contact over a listing."""
    shown = listing_for(request.user, code)
    if shown is None or shown.state is not ListingState.PUBLISHED:
        raise Http404
    members = members_acted_for(request.user)
    if not members:
        messages.info(request, _("Join the exchange first: it takes a minute."))
        return redirect("exchange-join")
    form = forms.AskForm(given(request), members=members, need=shown.kind is Kind.NEED)
    made: list[Deal] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if carried_out(
            form,
            lambda: made.append(actions.ask_contact(
                listing=code, member=UUID(data["member"]), words=data["words"],
                broker=data["broker"], state_funded=data.get("state_funded"),
                by=request.user,
            )),
        ):  # fmt: skip
            messages.success(request, _("Asked. The page of the deal says until when you hear."))  # fmt: skip
            return redirect("deal", code=made[0].code)
    lead = f"{shown.code} · {shown.get('title_vi')}"
    return form_page(request, form, _("Ask for contact"), _("Ask for contact"), lead=lead)  # fmt: skip


def brokers(request: CityRequest) -> HttpResponse:
    """Who brokers; the exchange's people register members here."""
    may = may_register_brokers(request.user)
    rows = Broker.objects.visible_to(request.user).in_force().select_related("organisation", "person")  # fmt: skip
    taken = {broker.member for broker in rows}
    left = [member for member in all_members() if member.id not in taken] if may else []
    form = forms.BrokerForm(given(request), members=left)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        if form.is_valid() and carried_out(form, lambda: actions.register_broker(member=UUID(form.cleaned_data["member"]), by=request.user)):  # fmt: skip
            return redirect("deal-brokers")
    context = {"rows": rows, "form": form, "may": may, **labels()}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "deals/brokers.html", context, status=status)


@require_POST
def broker_end(request: CityRequest, pk: UUID) -> HttpResponse:
    """Let a member broker no more."""
    rows = Broker.objects.visible_to(request.user)
    actions.end_broker(broker=get_object_or_404(rows, pk=pk), by=request.user)
    messages.success(request, _("Done."))
    return redirect("deal-brokers")


@require_GET
def split(request: CityRequest) -> HttpResponse:
    """The worksheet: a profit from a State-funded result, divided; nothing is kept."""
    form = forms.SplitForm(request.GET or None, initial={"author": 30, "broker": 10, "science": 50})  # fmt: skip
    found: list[Split] = []
    if form.is_bound and form.is_valid():
        data, rule = form.cleaned_data, share_rule_on(clock.today())
        carried_out(form, lambda: found.append(split_profit(data["profit"], author=data["author"], broker=data["broker"], science=data["science"], rule=rule)))  # fmt: skip
    context = {"form": form, "split": found[0] if found else None}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "deals/split.html", context, status=status)

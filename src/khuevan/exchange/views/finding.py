"""Saved searches, matches of a listing, and what people say of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import CityRequest
from khuevan.exchange import actions
from khuevan.exchange.filters import in_words
from khuevan.exchange.forms import JudgeForm
from khuevan.exchange.models import SavedSearch
from khuevan.exchange.queries.matching import Matches, matches_of, may_see_matches
from khuevan.exchange.queries.saved import searches_of
from khuevan.exchange.rules.listings import State
from khuevan.matching.public import VERDICTS, NotBuilt, Verdict
from khuevan.platform.errors import RuleBroken

from .common import labels, seen


@require_GET
def searches(request: CityRequest) -> HttpResponse:
    """One's saved searches, each with its switch."""
    rows = [(one, in_words(one.query)) for one in searches_of(request.user)]
    return TemplateResponse(
        request, "exchange/searches.html", {"rows": rows, **labels()}
    )


@require_POST
def search_save(request: CityRequest) -> HttpResponse:
    """Keep the search the catalogue shows."""
    query = request.POST.get("query", "")[:1_000]
    try:
        actions.save_search(query=query, by=request.user)
    except RuleBroken as refused:
        messages.error(request, _(refused.sentence) % refused.params)
        return redirect(f"{reverse('exchange')}?{query}")
    messages.success(request, _("Kept. You are told of each new listing that answers it."))  # fmt: skip
    return redirect("exchange-searches")


@require_POST
def search_switch(request: CityRequest, pk: UUID) -> HttpResponse:
    """Turn alerts on or off."""
    search = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    actions.set_alerts(search=search, alerts=not search.alerts, by=request.user)
    return redirect("exchange-searches")


@require_POST
def search_forget(request: CityRequest, pk: UUID) -> HttpResponse:
    """Remove a search."""
    search = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    actions.forget_search(search=search, by=request.user)
    messages.success(request, _("The search was removed."))
    return redirect("exchange-searches")


@require_GET
def matches(request: CityRequest, code: str) -> HttpResponse:
    """What fits a listing, with score and reasons; what is near, and what keeps it apart."""
    listing, shown, who = seen(request, code)
    if not may_see_matches(who):
        raise PermissionDenied
    if listing.state != State.PUBLISHED:
        raise Http404
    try:
        found, missing = matches_of(listing, who), False
    except NotBuilt:
        found, missing = Matches(), True
    context = {
        "shown": shown,
        "found": found,
        "missing": missing,
        "verdicts": VERDICTS,
        "refusals": [(v.value, words) for v, words in VERDICTS.items() if v is not Verdict.RELEVANT],
        **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "exchange/matches.html", context)


@require_POST
def judge(request: CityRequest, code: str, other: str) -> HttpResponse:
    """Say whether two listings fit."""
    listing, _shown, _who = seen(request, code)
    second, _shown, _who = seen(request, other)
    form = JudgeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say whether it fits, or why it does not."))
        return redirect("exchange-matches", code=code)
    told = form.cleaned_data
    try:
        actions.judge_match(one=listing, other=second, verdict=Verdict(told["verdict"]), note=told["note"], by=request.user)  # fmt: skip
    except RuleBroken as refused:
        messages.error(request, _(refused.sentence) % refused.params)
    else:
        messages.success(request, _("Thank you, that is kept."))
    return redirect("exchange-matches", code=code)

"""What everybody reads: the catalogue, one listing, its files, the members."""

from __future__ import annotations

from math import ceil
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from khuevan.auctions.public import FORMS, STATES, auctions_about
from khuevan.clients.public import rationed
from khuevan.exchange.access import may_list, may_vouch, takes_part
from khuevan.exchange.beside import record_of, steps_from
from khuevan.exchange.countries import HOME, countries
from khuevan.exchange.dublin_core import dublin_core
from khuevan.exchange.filters import asked_of, kept_query, words_of
from khuevan.exchange.models import ListingAuction, Member
from khuevan.exchange.provinces import PROVINCES
from khuevan.exchange.queries.listings import (
    PAGE,
    Wanted,
    find_listings,
    gaps_of,
    running_review,
)
from khuevan.exchange.queries.looking import concerns_of
from khuevan.exchange.queries.matching import best_of, may_see_matches
from khuevan.exchange.queries.members import NARROWING, find_members
from khuevan.exchange.queries.searching import (
    every_listing,
    last_page,
    search_listings,
    suggest_titles,
)
from khuevan.exchange.rules.disclosing import Clearance
from khuevan.exchange.rules.listings import EDITABLE, State
from khuevan.exchange.showing import rows_of
from khuevan.exchange.tables import as_csv
from khuevan.exchange.viewing import count_view
from khuevan.platform import clock
from khuevan.platform.http import page_number

from .common import labels, reader, seen
from .narrowing import choices_of, wider
from .offers import offers_for


MOST_ROWS = 5_000


@require_GET
@login_not_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """Published offers and needs by words and filters, each value with its number."""
    asked, number = asked_of(request.GET), page_number(request.GET)
    who = reader(request)
    answer = search_listings(who, asked, number)
    filters = choices_of(request.GET, answer.facets)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "answer": answer,
        "words": asked.text,
        "suggestions": () if answer.rows else suggest_titles(who, asked.text)[:5],
        "filters": filters,
        "narrowed": any(choice.chosen for _, row in filters for choice in row),
        "wider": [] if answer.rows else wider(request.GET),
        "page": {"number": number, "pages": last_page(answer.count)},
        "query": kept.urlencode(),
        "keepable": kept_query(request.GET) if takes_part(who.person) else "",
        **labels(),
    }
    return TemplateResponse(request, "exchange/catalogue.html", context)


@require_GET
@login_not_required
def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles that go on from what is typed, for the list under the search box."""
    titles = suggest_titles(reader(request), words_of(request.GET))
    return TemplateResponse(request, "exchange/suggestions.html", {"titles": titles})


@require_GET
@login_not_required
@rationed
def catalogue_file(request: HttpRequest) -> StreamingHttpResponse:
    """The same listings as CSV, with the fields the reader may read."""
    rows = every_listing(reader(request), asked_of(request.GET), MOST_ROWS)
    answer = StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="listings.csv"'
    return answer


@require_GET
@login_not_required
def listing_page(request: HttpRequest, code: str) -> HttpResponse:
    """One listing, as far as the reader may read; the inside for member and reviewers."""
    listing, shown, who = seen(request, code)
    count_view(request, listing.pk, shown, who)
    inside = shown.clearance is Clearance.ALL
    context = {
        "shown": shown,
        "groups_shown": rows_of(shown, clock.today()),
        "inside": inside,
        "beside": steps_from(who.person, shown),
        "member": listing.member if "member" in shown.fields and not shown.origin else None,
        "offers": {} if shown.origin else offers_for(listing, who.person),
        "may_edit": listing.state in EDITABLE and listing.member_id in who.members,
        "gaps": gaps_of(listing) if inside and listing.state in EDITABLE else [],
        "auctions": auctions_about(listing.ref),
        "asked": {row.code: row for row in ListingAuction.objects.filter(listing=listing)} if inside else {},
        "best": best_of(listing, who) if listing.member_id in who.members else (),
        "auction_states": STATES,
        "auction_forms": FORMS,
        "matched": may_see_matches(who) and listing.state == State.PUBLISHED,
        "concerns": concerns_of(listing) if who.oversees else None,
        "review": running_review(listing) if inside else None,
        "steps": listing.steps.select_related("by") if inside else [],
        "ndas": listing.ndas.filter(ended_on=None).select_related("member__organisation", "member__person") if listing.member_id in who.members else [],
        **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "exchange/listing.html", context)


@require_GET
@login_not_required
def listing_dublin_core(request: HttpRequest, code: str) -> HttpResponse:
    """One listing as Dublin Core, with the fields the reader may read."""
    _listing, shown, _who = seen(request, code)
    address = request.build_absolute_uri(reverse("exchange-listing", args=[code]))
    return HttpResponse(dublin_core(shown, address), content_type="application/xml")


@require_GET
@login_not_required
def member_list(request: HttpRequest) -> HttpResponse:
    """Who takes part, by kind, field, region, level and words of the name."""
    asked = {name: request.GET.get(name, "") for name in ("q", *NARROWING)}
    found = find_members(request.user, asked["q"], asked)
    number = page_number(request.GET)
    context = {
        "rows": found[(number - 1) * PAGE : number * PAGE],
        "count": len(found),
        "asked": asked,
        "query": urlencode(asked),
        "provinces": PROVINCES,
        "page": {"number": number, "pages": max(1, ceil(len(found) / PAGE))},
        **labels(),
    }
    return TemplateResponse(request, "exchange/members.html", context)


@require_GET
@login_not_required
def member_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One member with what it lists openly under its name."""
    rows = Member.objects.visible_to(request.user)
    member = get_object_or_404(rows.select_related("organisation", "person"), pk=pk)
    who = reader(request)
    named, _count = find_listings(who, Wanted(member=member.pk), size=100)
    may = may_list(who.person, member) if who.person else False
    context = {
        "member": member,
        "home": HOME,
        "country": countries(get_language() or "vi").get(member.country),
        # A listing that hides its member is not betrayed by the member's page.
        "rows": [shown for shown in named if "member" in shown.fields],
        "may_describe": may,
        "may_vouch": may_vouch(who.person) and not may,
        "record": record_of(member.pk),
        **labels(),
    }
    return TemplateResponse(request, "exchange/member.html", context)

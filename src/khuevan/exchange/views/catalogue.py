"""What everybody reads: the catalogue, one listing, its files, the members."""

from __future__ import annotations

from math import ceil
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from khuevan.exchange.access import may_list, may_vouch
from khuevan.exchange.beside import steps_from
from khuevan.exchange.dublin_core import dublin_core
from khuevan.exchange.models import Member
from khuevan.exchange.queries.listings import (
    PAGE,
    Wanted,
    find_listings,
    gaps_of,
    running_review,
)
from khuevan.exchange.queries.looking import concerns_of
from khuevan.exchange.rules.disclosing import Clearance
from khuevan.exchange.rules.listings import EDITABLE, Field, Kind
from khuevan.exchange.showing import rows_of
from khuevan.exchange.tables import as_csv

from .common import labels, page_number, reader, seen
from .offers import offers_for


MOST_ROWS = 5_000


def _wanted(request: HttpRequest) -> Wanted:
    query = request.GET
    kind, field = query.get("kind", ""), query.get("field", "")
    return Wanted(
        words=query.get("words", "")[:200],
        kind=kind if kind in {"offer", *Kind} else "",
        field=field if field in set(Field) else "",
        trl=min(page_number(query.get("trl", "0")), 9) if query.get("trl") else 0,
    )


@require_GET
@login_not_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """Published offers and needs, narrowed by words, kind, field and readiness."""
    wanted, number = _wanted(request), page_number(request.GET.get("page", "1"))
    rows, count = find_listings(reader(request), wanted, number)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "rows": rows,
        "count": count,
        "wanted": wanted,
        "page": {"number": number, "pages": max(1, ceil(count / PAGE))},
        "query": kept.urlencode(),
        **labels(),
    }
    return TemplateResponse(request, "exchange/catalogue.html", context)


@require_GET
@login_not_required
def catalogue_file(request: HttpRequest) -> StreamingHttpResponse:
    """The same listings as CSV, with the fields the reader may read."""
    rows, _count = find_listings(reader(request), _wanted(request), size=MOST_ROWS)
    answer = StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="listings.csv"'
    return answer


@require_GET
@login_not_required
def listing_page(request: HttpRequest, code: str) -> HttpResponse:
    """One listing, as far as the reader may read; the inside for member and reviewers."""
    listing, shown, who = seen(request, code)
    inside = shown.clearance is Clearance.ALL
    context = {
        "shown": shown,
        "groups_shown": rows_of(shown),
        "inside": inside,
        "beside": steps_from(who.person, shown),
        "member": listing.member if "member" in shown.fields else None,
        "offers": offers_for(listing, who.person),
        "may_edit": listing.state in EDITABLE and listing.member_id in who.members,
        "gaps": gaps_of(listing) if inside and listing.state in EDITABLE else [],
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
    """Who takes part."""
    kind = request.GET.get("kind", "")
    rows = Member.objects.visible_to(request.user)
    rows = rows.select_related("organisation", "person")
    if kind:
        rows = rows.filter(kind=kind)
    number = page_number(request.GET.get("page", "1"))
    found = sorted(rows, key=lambda m: (m.organisation or m.person).sort_key)  # type: ignore[union-attr]
    context = {
        "rows": found[(number - 1) * PAGE : number * PAGE],
        "count": len(found),
        "kind": kind,
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
        # A listing that hides its member is not betrayed by the member's page.
        "rows": [shown for shown in named if "member" in shown.fields],
        "may_describe": may,
        "may_vouch": may_vouch(who.person) and not may,
        **labels(),
    }
    return TemplateResponse(request, "exchange/member.html", context)

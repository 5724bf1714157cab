"""What the pages of auctions share."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from khuevan.auctions.access import may_run
from khuevan.auctions.models import Auction
from khuevan.directory.public import CityRequest, Organisation, Person, Role


def seen(request: HttpRequest, code: str) -> Auction:
    """Return an auction the reader may see; else 404."""
    auctions = Auction.objects.visible_to(request.user)
    return get_object_or_404(
        auctions.select_related("keeper", "best_bidder"), code=code
    )


def run(request: CityRequest, code: str) -> Auction:
    """Return an auction for whoever runs it; raises PermissionDenied for others."""
    found = seen(request, code)
    if not may_run(request.user, found):
        raise PermissionDenied
    return found


def bodies(request: HttpRequest) -> list[Organisation]:
    """Return the bodies somebody may hold auctions for."""
    if not isinstance(request.user, Person):
        return []
    held = [
        holding.organisation_id
        for holding in request.user.authority.holdings
        if holding.role in {Role.HEAD, Role.OFFICIAL}
    ]
    return list(Organisation.objects.filter(pk__in=held).order_by("sort_key"))


def form_page(request: HttpRequest, form: forms.Form, title: str, button: str, found: Auction | None) -> HttpResponse:  # fmt: skip
    """Show a form of the keeper's, with what was wrong in it."""
    context = {"form": form, "title": title, "button": button, "auction": found}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "auctions/form.html", context, status=status)

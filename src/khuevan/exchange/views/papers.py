"""Papers of a listing: attach, take off, download as far as the reader may."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import CityRequest
from khuevan.exchange import actions, forms
from khuevan.exchange.access import may_list
from khuevan.exchange.models import ListingPaper
from khuevan.exchange.rules.disclosing import Level
from khuevan.platform.http import download_of

from .common import carried_out, given, labels, seen


def attach(request: CityRequest, code: str) -> HttpResponse:
    """Attach a paper to a draft."""
    listing, _shown, _who = seen(request, code)
    if not may_list(request.user, listing.member):
        raise PermissionDenied
    form = forms.PaperForm(given(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if carried_out(
            form,
            lambda: actions.attach_paper(
                listing=listing,
                content=data["file"].read(),
                name=data["file"].name,
                title=data["title"],
                level=Level(data["level"]),
                by=request.user,
            ),
        ):  # fmt: skip
            messages.success(request, _("Attached. Its words are being read; they are found by who may read it."))  # fmt: skip
            return redirect("exchange-listing", code=code)
    context = {"form": form, "title": _("Attach a paper"), "beside": None, **labels()}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "exchange/form.html", context, status=status)


@require_POST
def remove(request: CityRequest, code: str, pk: UUID) -> HttpResponse:
    """Take a paper off a draft."""
    listing, _shown, _who = seen(request, code)
    actions.remove_paper(paper=get_object_or_404(ListingPaper, pk=pk, listing=listing), by=request.user)  # fmt: skip
    messages.success(request, _("Done."))
    return redirect("exchange-listing", code=code)


@require_GET
@login_not_required
def download(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """A paper, for who may read it; for everybody else there is none."""
    listing, shown, _who = seen(request, code)
    if pk not in {paper.id for paper in shown.papers}:
        raise Http404
    paper = get_object_or_404(listing.papers.select_related("file"), pk=pk)
    return download_of(paper.file)

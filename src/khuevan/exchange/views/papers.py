"""Papers of a listing: attach, take off, download as far as the reader may."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import CityRequest
from khuevan.exchange import actions, forms
from khuevan.exchange.access import may_list
from khuevan.exchange.models import ListingPaper
from khuevan.exchange.rules.disclosing import Level
from khuevan.platform import files

from .common import carried_out, given, labels, seen


def attach(request: CityRequest, code: str) -> HttpResponse:
    """Attach a paper to a draft."""
    listing, _shown, _who = seen(request, code)
    if not may_list(request.user, listing.member):
        raise PermissionDenied
    form = forms.PaperForm(given(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made: list[ListingPaper] = []
        if carried_out(
            form,
            lambda: made.append(actions.attach_paper(
                listing=listing,
                content=data["file"].read(),
                name=data["file"].name,
                title=data["title"],
                level=Level(data["level"]),
                by=request.user,
            )),
        ):  # fmt: skip
            told = (
                _("Attached. Its words can be found by who may read it.")
                if made[0].text
                else _("Attached. No words were found in it: it may be a scan or a picture.")
            )  # fmt: skip
            messages.success(request, told)
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
    answer = HttpResponse(files.read(paper.file), content_type=paper.file.media_type)
    header = content_disposition_header(True, paper.file.name)
    answer["Content-Disposition"] = header or "attachment"
    return answer

"""Pages of contracts: the list, one with everything about it, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.contracts import actions
from khuevan.contracts.access import may_take_papers
from khuevan.contracts.documents.archive import as_json, as_xml
from khuevan.contracts.facts import WORDS
from khuevan.contracts.models import Contract
from khuevan.contracts.offers import OFFERS, offers_for
from khuevan.contracts.queries.page import page_of
from khuevan.contracts.queries.registering import registration_of
from khuevan.contracts.queries.standing import goes_to_ministry
from khuevan.contracts.rules.states import State
from khuevan.directory.public import CityRequest
from khuevan.exchange.public import works_for_exchange
from khuevan.platform import clock, files
from khuevan.platform.refusals import carried_out

from .common import labels, seen


PAGE = 50


@require_GET
def contract_list(request: CityRequest) -> HttpResponse:
    """One's own contracts; for the exchange's people all, those due first."""
    rows = Contract.objects.visible_to(request.user).select_related("giver", "taker")
    asked = request.GET.get("state", "")
    if asked in set(State):
        rows = rows.filter(state=asked)
    words = request.GET.get("q", "").strip()
    rows = rows.called(words)
    kept = urlencode({"q": words, "state": asked})
    pages = Paginator(rows.order_by("-drawn_up_at", "-pk"), PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "rows": page.object_list,
        "count": pages.count,
        "page": {"number": page.number, "pages": pages.num_pages},
        "state": asked,
        "q": words,
        "kept": kept,
        "today": clock.today(),
        "staff": works_for_exchange(request.user),
        **labels(),
    }
    return TemplateResponse(request, "contracts/contracts.html", context)


@require_GET
def contract_page(request: CityRequest, number: str) -> HttpResponse:
    """One contract: paper, signatures, duty, clock, dossier, contents, traces."""
    contract = seen(request, number)
    context = {
        "contract": contract,
        "p": page_of(contract),
        "registration": registration_of(contract, request.user),
        "offers": offers_for(contract, request.user),
        "for_ministry": goes_to_ministry(contract)
        and may_take_papers(request.user, contract),
        "today": clock.today(),
        "words": WORDS,
        **labels(),
    }
    return TemplateResponse(request, "contracts/contract.html", context)


@require_GET
def paper(request: CityRequest, number: str) -> HttpResponse:
    """The paper with the signatures made so far."""
    contract = seen(request, number)
    answer = HttpResponse(files.read(contract.file), content_type="application/pdf")
    header = content_disposition_header(False, contract.file.name)
    answer["Content-Disposition"] = header or "inline"
    return answer


@require_GET
def archive_json(request: CityRequest, number: str) -> HttpResponse:
    """The structured copy as JSON."""
    return _kept(seen(request, number), as_json, "json")


@require_GET
def archive_xml(request: CityRequest, number: str) -> HttpResponse:
    """The structured copy as XML."""
    return _kept(seen(request, number), as_xml, "xml")


@require_POST
def ministry(request: CityRequest, number: str) -> HttpResponse:
    """The papers for a ministry as one archive; that they were taken is noted."""
    contract = seen(request, number)
    if not goes_to_ministry(contract):
        raise Http404
    packed = actions.take_ministry_papers(contract=contract.pk, by=request.user)
    answer = HttpResponse(packed, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{number}-ho-so-bo.zip"'
    return answer


def act(request: CityRequest, number: str, slug: str) -> HttpResponse:
    """Do what the page offers, after a form that says what it means."""
    contract = seen(request, number)
    offer = OFFERS.get(slug)
    if offer is None:
        raise Http404
    if not offer.fits(contract, request.user):
        raise PermissionDenied
    sent = request.method == "POST"
    form = offer.form(request.POST, request.FILES) if sent else offer.form()
    if sent and form.is_valid():
        data = form.cleaned_data
        if carried_out(form, lambda: offer.do(contract, data, request.user)):
            messages.success(request, _("Done."))
            return redirect("contract", number=number)
    context = {"contract": contract, "offer": offer, "form": form, **labels()}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "contracts/action.html", context, status=status)


def _kept(
    contract: Contract, write: Callable[[Contract], bytes], ending: str
) -> HttpResponse:
    answer = HttpResponse(write(contract), content_type=f"application/{ending}")
    answer["Content-Disposition"] = f'attachment; filename="{contract.number}.{ending}"'
    return answer

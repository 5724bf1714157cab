"""Papers of the State over a deal's technology: named by the provider, confirmed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khuevan.deals import actions, forms
from khuevan.deals.access import may_mend_origin, may_read_terms, side_of
from khuevan.deals.models import Deal, StatePaper
from khuevan.deals.queries.origin import may_still_change, papers_wanted
from khuevan.deals.rules.origin import PaperKind
from khuevan.deals.rules.states import Part
from khuevan.directory.public import CityRequest, Person
from khuevan.exchange.public import Kind
from khuevan.platform.errors import RuleBroken
from khuevan.platform.refusals import refusal

from .common import carried_out, form_page, given, seen


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of a deal, those still to be named, and what the reader may do."""

    rows: Sequence[StatePaper]
    wanted: Sequence[PaperKind]
    may_state: bool
    may_confirm: bool


def papers_for(deal: Deal, person: Person) -> Papers | None:
    """Return what a page shows of papers of the State; None where there is nothing to show."""
    if not (may_read_terms(person, deal) or may_mend_origin(person, deal)):
        return None
    rows = list(StatePaper.objects.filter(deal=deal).select_related("confirmed_by"))
    held = {paper.kind for paper in rows if paper.confirmed_at}
    wanted = [kind for kind in papers_wanted(deal) if kind not in held]
    open_yet = may_still_change(deal)
    if not (rows or (wanted and open_yet)):
        return None
    return Papers(
        rows, wanted,
        may_state=open_yet and bool(wanted) and side_of(person, deal) is Part.PROVIDER,
        may_confirm=open_yet and may_mend_origin(person, deal),
    )  # fmt: skip


def paper(request: CityRequest, code: str) -> HttpResponse:
    """Name a paper of the State one has."""
    deal = seen(request, code)
    if side_of(request.user, deal) is not Part.PROVIDER:
        raise PermissionDenied
    form = forms.StatePaperForm(given(request), kinds=papers_wanted(deal))
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.state_paper(deal=deal, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        messages.success(request, _("Named. It counts once the exchange has seen it."))
        return redirect("deal", code=code)
    return form_page(request, form, _("Name a paper of the State"), _("Name it"), deal)


@require_POST
def confirm(request: CityRequest, code: str, kind: str) -> HttpResponse:
    """Confirm a paper one was shown."""
    deal = seen(request, code)
    if not may_mend_origin(request.user, deal) or kind not in set(PaperKind):
        raise PermissionDenied
    try:
        actions.confirm_paper(deal=deal, kind=PaperKind(kind), number=request.POST.get("number", ""), by=request.user)  # fmt: skip
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, _("Confirmed: the contract rests on it."))
    return redirect("deal", code=code)


@require_POST
def funding(request: CityRequest, code: str) -> HttpResponse:
    """Put right whether the State paid for what is offered over a need."""
    deal = seen(request, code)
    if not may_mend_origin(request.user, deal) or "state_funded" not in request.POST:
        raise PermissionDenied
    try:
        actions.correct_funding(deal=deal, state_funded=request.POST["state_funded"] == "yes", by=request.user)  # fmt: skip
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, _("Put right."))
    return redirect("deal", code=code)


def may_correct(deal: Deal, person: Person) -> bool:
    """Tell whether somebody may put right who paid, for a button."""
    over_need = deal.listing_kind == Kind.NEED
    return over_need and may_mend_origin(person, deal) and may_still_change(deal)

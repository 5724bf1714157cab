"""A paper beside the checklist: the verdicts flow into the request for what is missing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from khuevan.counter import actions
from khuevan.counter.access import may_ask
from khuevan.counter.models import Dossier, Paper
from khuevan.counter.queries.page import Checked, checklist
from khuevan.directory.public import CityRequest
from khuevan.platform.errors import RuleBroken
from khuevan.platform.idempotency import idempotent

from .common import refusal


_SAID = {"fit": True, "unfit": False}


@idempotent
def examine(request: CityRequest, pk: UUID) -> HttpResponse:
    """Show one paper beside all components; keep what is found of each."""
    dossier = get_object_or_404(
        Dossier.objects.visible_to(request.user).select_related("application"), pk=pk
    )
    if not may_ask(request.user, dossier):
        raise PermissionDenied
    actions.read_application(dossier=dossier, by=request.user)
    rows, error = checklist(dossier), ""
    if request.method == "POST":
        try:
            actions.judge_papers(dossier=dossier, verdicts=_verdicts(request, rows), by=request.user)  # fmt: skip
        except RuleBroken as broken:
            error = refusal(broken)
        else:
            if "ask" in request.POST:
                return redirect("dossier-action", pk=dossier.pk, slug="ask")
            messages.success(request, _("The verdicts are kept."))
            return redirect(request.get_full_path())
    context = {
        "dossier": dossier,
        "rows": rows,
        "shown": _shown(request, rows),
        "error": error,
        "sent": request.POST,
    }
    status = 422 if error else 200
    return TemplateResponse(request, "counter/examine.html", context, status=status)


def _verdicts(request: CityRequest, rows: list[Checked]) -> dict[str, actions.Verdict]:
    return {
        row.component.code: actions.Verdict(
            _SAID.get(request.POST.get(f"verdict:{row.component.code}", "")),
            request.POST.get(f"why:{row.component.code}", ""),
        )
        for row in rows
        if row.paper is not None
    }


def _shown(request: CityRequest, rows: list[Checked]) -> Paper | None:
    """Return the paper that was chosen, else the first that can be looked at."""
    papers = [row.paper for row in rows if row.paper is not None and row.paper.file]
    chosen = request.GET.get("paper", "")
    first = papers[0] if papers else None
    return next((p for p in papers if str(p.pk) == chosen), first)

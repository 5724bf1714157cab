"""One's own store of papers, and reports of wrong values for those who keep registers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.counter import actions, words
from khuevan.counter.access import WORKERS, may_answer_doubt
from khuevan.counter.citizen_forms import DoubtAnswerForm
from khuevan.counter.models import Correction, Paper, StoredPaper
from khuevan.counter.rules.states import Business
from khuevan.directory.public import CityRequest
from khuevan.platform import clock, files
from khuevan.platform.idempotency import idempotent
from khuevan.platform.refusals import carried_out

from .common import unpaid_by


MOST = 200


@require_GET
def my_store(request: CityRequest) -> HttpResponse:
    """One's papers: where each came from, where it was used."""
    papers = list(
        StoredPaper.objects.visible_to(request.user)
        .select_related("file", "from_dossier")
        .order_by("-kept_at")[:MOST]
    )
    used: dict[UUID, list[Paper]] = {}
    for paper in Paper.objects.filter(stored__in=papers).select_related("dossier").order_by("received_at"):  # fmt: skip
        if paper.stored_id is not None and paper.dossier.business != Business.DRAFT:
            used.setdefault(paper.stored_id, []).append(paper)
    context: dict[str, Any] = {"papers": papers, "used": used, "today": clock.today()}
    return TemplateResponse(request, "counter/store.html", context)


@require_GET
def stored_file(request: CityRequest, pk: UUID) -> HttpResponse:
    """Hand a stored paper out to its owner."""
    paper = get_object_or_404(
        StoredPaper.objects.visible_to(request.user).select_related(
            "file", "from_dossier"
        ),
        pk=pk,
    )
    if paper.from_dossier and unpaid_by(request.user, paper.from_dossier):
        messages.warning(request, _("Pay what is due first: then the result opens."))
        return redirect("dossier", pk=paper.from_dossier.pk)
    answer = HttpResponse(files.read(paper.file), content_type=paper.file.media_type)
    answer.headers["Content-Disposition"] = f'inline; filename="{paper.pk}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require_GET
def doubts(request: CityRequest) -> HttpResponse:
    """Reports of wrong values: one's own, and those one's body has to answer."""
    if not request.user.authority.has(*WORKERS):
        found = Correction.objects.filter(asked_by=request.user)
    else:
        found = Correction.objects.visible_to(request.user)
    rows = found.select_related("owner", "dossier").order_by("answered_at", "-asked_at")
    context = {"doubts": rows[:MOST], "sources": words.SOURCES, "me": request.user}
    return TemplateResponse(request, "counter/doubts.html", context)


@idempotent
def doubt(request: CityRequest, pk: UUID) -> HttpResponse:
    """Answer one report."""
    one = get_object_or_404(
        Correction.objects.visible_to(request.user).select_related("owner"), pk=pk
    )
    if not may_answer_doubt(request.user, one):
        raise PermissionDenied
    form = DoubtAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.answer_doubt(doubt=one, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        messages.success(request, _("The person is told."))
        return redirect("counter-doubts")
    context = {"doubt": one, "form": form, "sources": words.SOURCES}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "counter/doubt.html", context, status=status)

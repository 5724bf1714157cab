"""The page of one dossier, and the register of an agency's dossiers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.counter import actions, words
from khuevan.counter.access import WORKERS, may_ask, may_edit_draft, may_receive_at
from khuevan.counter.definitions import definition_of
from khuevan.counter.models import Dossier, Paper
from khuevan.counter.queries import page
from khuevan.counter.queries.mine import mine
from khuevan.counter.rules.states import Business
from khuevan.directory.public import CityRequest, Person
from khuevan.feedback.public import petitions_about
from khuevan.platform import clock, files

from .common import address_of, unpaid_by
from .offers import offered
from .papers import forms_of


PAPER_POLICY = (
    "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)


@require_GET
def dossier_page(request: CityRequest, pk: UUID) -> HttpResponse:
    """Who has it, since when, until when, what next; then papers, steps, traces."""
    dossier = get_object_or_404(
        Dossier.objects.visible_to(request.user).select_related(
            "application", "agency", "receiving_point", "return_point", "support_point",
            "applicant", "parent",
        ),
        pk=pk,
    )  # fmt: skip
    actions.read_application(dossier=dossier, by=request.user)
    if may_edit_draft(request.user, dossier) and not _at_work(request.user, dossier):
        if dossier.business == Business.DRAFT:
            return redirect("filing", pk=dossier.pk)
        context = _shown(request.user, dossier) | mine(dossier, request.user)
        context["readers"] = page.readers_of(dossier)
        context["form_01"] = address_of("dossier-form", dossier.pk, "01")
        context["verify"] = _verify(dossier)
        return TemplateResponse(request, "counter/mine.html", context)
    context = _shown(request.user, dossier) | {
        "offered": offered(request.user, dossier),
        "may_judge": may_ask(request.user, dossier) and dossier.ended_at is None,
        "answers": page.answers_of(dossier),
        "doubts": dossier.doubts.select_related("owner").order_by("asked_at"),
        "notes": dossier.notes.select_related("by").order_by("-at"),
        "steps": page.control_slip(dossier),
        "picture": page.picture(dossier),
    }
    return TemplateResponse(request, "counter/dossier.html", context)


def _verify(dossier: Dossier) -> str:
    """Return the page on which anybody checks a result, where there is one."""
    result = getattr(dossier, "result", None)
    return address_of("dossier-check", result.verification) if result else ""


def _at_work(person: Person, dossier: Dossier) -> bool:
    """Tell whether somebody took a dossier in for its applicant: their page is work."""
    return dossier.applicant_id != person.pk and may_receive_at(
        person, dossier.receiving_point_id
    )


def _shown(person: Person, dossier: Dossier) -> dict[str, object]:
    """Return what both sides of the counter see."""
    return {
        "dossier": dossier,
        "definition": definition_of(dossier),
        "clock": page.clock_of(dossier),
        "appointments": page.appointments(dossier),
        "holders": page.holders(dossier),
        "checklist": page.checklist(dossier),
        "timeline": page.timeline(dossier),
        "petitions": petitions_about(dossier.ref, person=person),
        "requests": dossier.requests.prefetch_related("items").order_by("round"),
        "result": getattr(dossier, "result", None),
        "children": dossier.children.select_related("agency"),
        "now": clock.now(),
        "statuses": words.STATUSES,
        "business": words.BUSINESS,
        "finances": words.FINANCE,
        "deliveries": words.DELIVERY,
        "channels": words.CHANNELS,
        "supplies": words.SUPPLIES,
        "outcomes": words.OUTCOMES,
        "sources": words.SOURCES,
        "timeliness": words.TIMELINESS,
        "syncs": words.SYNC,
        "forms": forms_of(person, dossier),
    }


@require_GET
def paper_file(request: CityRequest, pk: UUID) -> HttpResponse:
    """Hand out a paper to whoever may see its dossier; reading it is told to the owner."""
    paper = get_object_or_404(
        Paper.objects.select_related("file", "dossier"),
        pk=pk, dossier__in=Dossier.objects.visible_to(request.user),
    )  # fmt: skip
    if paper.file is None:
        raise Http404
    actions.read_application(dossier=paper.dossier, by=request.user)
    answer = HttpResponse(files.read(paper.file), content_type=paper.file.media_type)
    answer.headers["Content-Disposition"] = f'inline; filename="{paper.component}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # Our own page shows it beside the checklist; nothing in it may run or load.
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Content-Security-Policy"] = PAPER_POLICY
    return answer


@require_GET
def result_file(request: CityRequest, pk: UUID) -> HttpResponse:
    """Hand out the signed result to whoever may see the dossier; its owner learns who."""
    dossier = get_object_or_404(Dossier.objects.visible_to(request.user), pk=pk)
    result = getattr(dossier, "result", None)
    if result is None or result.file is None:
        raise Http404
    if result.sealed_at is None and not request.user.authority.has(*WORKERS):
        raise Http404  # until the seal there is no decision: nothing to hand out
    if unpaid_by(request.user, dossier):
        messages.warning(request, _("Pay what is due first: then the result opens."))
        return redirect("dossier", pk=dossier.pk)
    actions.read_application(dossier=dossier, by=request.user)
    answer = HttpResponse(files.read(result.file), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{dossier.code}.pdf"'
    return answer

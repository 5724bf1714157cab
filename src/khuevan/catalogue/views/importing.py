"""Importing the national catalogue, and deciding about what it has wrong."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khuevan.catalogue import actions, forms
from khuevan.catalogue.models import Fault, ImportRun, Procedure
from khuevan.catalogue.reading import fault_page
from khuevan.catalogue.rules.source_faults import CORRECTABLE
from khuevan.catalogue.source_file import MOST_BYTES, read_source, unpacked
from khuevan.catalogue.tasks import IMPORT
from khuevan.platform import files, jobs
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.idempotency import idempotent
from khuevan.platform.models import StoredFile

from .common import keepers_only, page, told


@require_http_methods(["GET", "POST"])
@idempotent
def import_page(request: HttpRequest) -> HttpResponse:
    """Send a file; the worker takes it over, all or nothing."""
    person = keepers_only(request)
    form = forms.CatalogueFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            content = upload.read()
            read_source(content, upload.name)
            kept = _keep(content, upload.name)
        except InputRefused as refused:
            for problem in refused.problems[:20]:
                words = told(problem)
                form.add_error("file", f"{words['where']}: {words['what']}")
        else:
            job = jobs.start_job(IMPORT, person, file=str(kept.pk), person=str(person.pk))  # fmt: skip
            return redirect("job", pk=job.pk)
    runs = ImportRun.objects.order_by("-run_at")[:10]
    context = {"form": form, "runs": runs}
    return page(request, "import.html", context, 422 if form.errors else 200)


@require_GET
def fault_list(request: HttpRequest) -> HttpResponse:
    person = keepers_only(request)
    wanted = {
        name: request.GET.get(name, "").replace("\x00", "")
        for name in ("state", "rule", "q", "page")
    }
    context = {"page": fault_page(person, wanted), "wanted": wanted}
    return page(request, "faults.html", context)


@require_GET
def fault_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _fault_page(request, _fault(request, pk))


@require_POST
@idempotent
def fault_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the right value into a draft."""
    person = keepers_only(request)
    fault = _fault(request, pk)
    form = forms.CorrectForm(request.POST)
    if form.is_valid():
        try:
            draft = actions.correct_fault(fault=fault, **form.cleaned_data, by=person)
        except RuleBroken as broken:
            form.add_error(broken.field or None, _(broken.sentence) % broken.params)
        except InputRefused as refused:
            form.add_error("value", told(refused.problems[0])["what"])
        else:
            messages.success(request, _("The correction is in a draft; publish it to let it hold."))  # fmt: skip
            return redirect("catalogue-draft", pk=draft.pk)
    return _fault_page(request, fault, correct=form)


@require_POST
@idempotent
def fault_accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let what the source says stand."""
    person = keepers_only(request)
    fault = _fault(request, pk)
    form = forms.AcceptForm(request.POST)
    if form.is_valid():
        try:
            actions.accept_fault(fault=fault, **form.cleaned_data, by=person)
        except RuleBroken as broken:
            form.add_error(broken.field or None, _(broken.sentence) % broken.params)
        else:
            return redirect("catalogue-faults")
    return _fault_page(request, fault, accept=form)


def _fault(request: HttpRequest, pk: UUID) -> Fault:
    rows = Fault.objects.visible_to(keepers_only(request)).select_related("run")
    return get_object_or_404(rows, pk=pk)


def _fault_page(
    request: HttpRequest,
    fault: Fault,
    *,
    correct: forms.CorrectForm | None = None,
    accept: forms.AcceptForm | None = None,
) -> HttpResponse:
    refused = bool((correct and correct.errors) or (accept and accept.errors))
    context = {
        "fault": fault,
        "procedure": Procedure.objects.filter(code=fault.code).first(),
        "correctable": fault.rule in CORRECTABLE,
        "correct": correct or forms.CorrectForm(initial={"value": fault.found}),
        "accept": accept or forms.AcceptForm(),
    }
    return page(request, "fault.html", context, 422 if refused else 200)


def _keep(content: bytes, name: str) -> StoredFile:
    """Store a file as the store takes it: lines of JSON are text to it."""
    if content.startswith(b"PK\x03\x04"):
        return files.keep(content, name)
    return files.keep(unpacked(content), f"{name[:180]}.txt", limit=MOST_BYTES)

"""The process of a draft: brought as a file, looked at as a picture, then saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from khuevan.catalogue import actions, forms
from khuevan.catalogue.models import Version
from khuevan.catalogue.rules.codec import from_json
from khuevan.catalogue.rules.definition import Definition
from khuevan.catalogue.rules.states import EDITABLE
from khuevan.platform.errors import InputRefused, Problem, RuleBroken
from khuevan.platform.idempotency import idempotent
from khuevan.process.public import Process, ProcessFile, draw, read_process

from .common import keepers_only, page, told


@dataclass(frozen=True, slots=True)
class Shown:
    """A process as the page shows it: as XML to keep, as a picture, and its faults."""

    xml: str
    picture: SafeString | None
    faults: list[dict[str, str]]


@require_http_methods(["GET", "POST"])
@idempotent
def draft_process(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what a file of a process says; saved once its picture was looked at."""
    person = keepers_only(request)
    version = get_object_or_404(
        Version.objects.visible_to(person).select_related("procedure"),
        pk=pk, state__in=EDITABLE,
    )  # fmt: skip
    definition = from_json(version.definition)
    sent = request.method == "POST"
    form = forms.ProcessForm(*((request.POST, request.FILES) if sent else ()))
    kept = definition.process.encode()
    shown, refused = _shown(kept, definition) if kept else (None, [])
    if sent and form.is_valid():
        shown, refused = _shown(form.content, definition)
        if shown and not form.cleaned_data["file"]:
            changed = replace(definition, process=shown.xml)
            try:
                actions.change_draft(version=version, definition=changed, by=person)
            except RuleBroken as broken:
                messages.error(request, _(broken.sentence) % broken.params)
            else:
                messages.success(request, _("The process was saved in the draft."))
            return redirect("catalogue-draft", pk=pk)
    context = {
        "form": form, "version": version, "procedure": version.procedure, "shown": shown,
        "refused": refused, "new": form.is_bound and form.is_valid() and shown is not None,
    }  # fmt: skip
    wrong = sent and (form.errors or refused)
    return page(request, "process.html", context, 422 if wrong else 200)


@require_GET
def draft_process_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the process of a version as BPMN 2.0, for other tools."""
    person = keepers_only(request)
    version = get_object_or_404(Version.objects.visible_to(person), pk=pk)
    xml = from_json(version.definition).process
    answer = HttpResponse(xml, content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="process-{version.number}.bpmn"'  # fmt: skip
    return answer


def picture_of(definition: Definition) -> SafeString | None:
    """Return a definition's process drawn, None where it has none that can be drawn."""
    if not definition.process:
        return None
    shown, _refused = _shown(definition.process.encode(), definition)
    return shown.picture if shown else None


def _shown(
    content: bytes, definition: Definition
) -> tuple[Shown | None, list[dict[str, str]]]:
    """Return what a file says, or what keeps it from being read."""
    try:
        read = read_process(content, key="process", name=definition.title)
    except InputRefused as refused:
        return None, [_placed(problem) for problem in refused.problems[:50]]
    picture = _drawn(read, definition) if read.drawable else None
    return Shown(read.xml, picture, [_placed(p) for p in read.problems]), []


def _drawn(read: ProcessFile, definition: Definition) -> SafeString:
    return draw(
        read.process,
        title=_("The process of “%(title)s”") % {"title": definition.title},
        description=", ".join(_words(read.process)),
        notes=_hours(read.process),
    )


def _words(process: Process) -> list[str]:
    hours = _hours(process)
    named = [node for node in process.nodes if node.name]
    return [f"{n.name} ({hours[n.id]})" if n.id in hours else n.name for n in named]


def _hours(process: Process) -> dict[str, str]:
    hours = _("%(n)s hours")
    return {n.id: hours % {"n": f"{n.hours:g}"} for n in process.nodes if n.hours}


def _placed(problem: Problem) -> dict[str, str]:
    """Return a fault in the reader's words, with its row or element."""
    words = told(problem)
    row, _comma, column = problem.where.partition(", ")
    if row.isdigit():
        words["part"] = _("Row %(row)s") % {"row": row} + (f", {column}" if column else "")  # fmt: skip
        words["where"] = ""
    else:
        words["part"] = problem.where
    return words

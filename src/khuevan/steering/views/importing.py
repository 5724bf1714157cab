"""Taking over a register: send it, look at what it would do, then take it, all or nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import CityRequest
from khuevan.platform import files, jobs
from khuevan.platform.errors import InputRefused, Problem
from khuevan.platform.idempotency import idempotent, new_key
from khuevan.platform.models import StoredFile
from khuevan.steering import forms
from khuevan.steering.access import may_steer
from khuevan.steering.actions.importing import (
    Preview,
    import_register,
    preview_import,
)
from khuevan.steering.exports import REGISTER_COLUMNS
from khuevan.steering.register_file import COLUMNS, OPTIONAL
from khuevan.steering.register_template import template
from khuevan.steering.tasks import IMPORT


LONG = 500
"""From so many rows on the worker takes a register over."""
SHOWN = 200
ENDINGS = (".xlsx", ".csv")


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem in the reader's words: row, column, what is wrong, how to mend it."""

    row: str
    column: str
    what: str
    mend: str


def _steering_only(request: CityRequest) -> None:
    if not may_steer(request.user):
        raise PermissionDenied


def import_page(request: CityRequest) -> HttpResponse:
    """Send a register; its preview is a page of its own that can be reloaded."""
    _steering_only(request)
    form = forms.RegisterFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            kept = _keep(upload.read(), upload.name)
        except InputRefused as refused:
            for fault in map(_fault, refused.problems):
                form.add_error("file", f"{fault.what}. {fault.mend}".strip())
        else:
            return redirect("steering-import-preview", pk=kept.pk)
    answer = TemplateResponse(
        request, "steering/import.html", {"form": form, "columns": _columns()}
    )
    answer.status_code = 422 if form.errors else 200
    return answer


def _keep(content: bytes, name: str) -> StoredFile:
    if not name.lower().endswith(ENDINGS):
        what = _("“%(name)s” is not a register") % {"name": name}
        mend = _("Send an Excel file (.xlsx) or CSV in UTF-8")
        raise InputRefused([Problem("file", what, mend)])
    return files.keep(content, name)


def _columns() -> list[tuple[str, str, bool]]:
    """List the columns: the name people write, the short name, whether it is needed."""
    pairs = zip(REGISTER_COLUMNS, COLUMNS, strict=True)
    return [(column.name, key, key not in OPTIONAL) for column, key in pairs]


def _preview(request: CityRequest, pk: UUID) -> tuple[StoredFile, Preview]:
    """Read a stored register again; a file that is no register has only problems."""
    _steering_only(request)
    kept = get_object_or_404(StoredFile, pk=pk)
    if not kept.name.lower().endswith(ENDINGS):
        raise PermissionDenied
    try:
        return kept, preview_import(
            content=files.read(kept), name=kept.name, by=request.user
        )
    except InputRefused as refused:
        return kept, Preview([], refused.problems, [])


@require_GET
def import_preview(request: CityRequest, pk: UUID) -> HttpResponse:
    """What taking the register over would do, row by row, or what to mend first."""
    kept, preview = _preview(request, pk)
    context = {
        "file": kept,
        "preview": preview,
        "rows": preview.planned[:SHOWN],
        "more": max(0, len(preview.planned) - SHOWN),
        "faults": [_fault(problem) for problem in preview.problems[:SHOWN]],
        "words": {
            "create": _("New"),
            "accept": _("Becomes done, by report"),
            "nothing": _("Unchanged"),
        },
        "colours": {"create": "running", "accept": "done", "nothing": "none"},
        "key": new_key(),
    }
    return TemplateResponse(request, "steering/import_preview.html", context)


@require_GET
def import_problems(request: CityRequest, pk: UUID) -> StreamingHttpResponse:
    """The list of problems as CSV, to be mended beside the register."""
    _kept, preview = _preview(request, pk)
    answer = StreamingHttpResponse(
        _problem_lines(preview.problems), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="loi-can-sua.csv"'
    return answer


class _Line:
    def write(self, line: str) -> str:
        return line


def _problem_lines(problems: list[Problem]) -> Iterator[str]:
    writer = csv.writer(_Line())
    head = [_("Row"), _("Column"), _("What is wrong"), _("How to mend it")]
    yield "\ufeff" + str(writer.writerow(head))
    for fault in map(_fault, problems):
        cells = [fault.row, fault.column, fault.what, fault.mend]
        safe = [f"'{c}" if c.startswith(("=", "+", "-", "@")) else c for c in cells]
        yield str(writer.writerow(safe))


def _fault(problem: Problem) -> Fault:
    row, _colon, column = problem.where.partition(":")
    names = {key: name for name, key, _needed in _columns()}
    params = dict(problem.params)
    if "column" in params:
        params["column"] = names.get(params["column"], params["column"])
    return Fault(
        row if row.isdigit() else "",
        names.get(column, column),
        _(problem.what) % params if params else _(problem.what),
        _(problem.mend) % params if problem.mend else "",
    )


@require_POST
@idempotent
def import_take(request: CityRequest, pk: UUID) -> HttpResponse:
    """Take the register over: at once, or by the worker where it is long."""
    kept, preview = _preview(request, pk)
    if preview.problems:
        return redirect("steering-import-preview", pk=pk)
    if len(preview.planned) > LONG:
        job = jobs.start_job(
            IMPORT, request.user, file=str(kept.pk), person=str(request.user.pk)
        )
        return redirect("job", pk=job.pk)
    done = import_register(content=files.read(kept), name=kept.name, by=request.user)
    told = _("%(create)s tasks are new, %(accept)s became done, %(nothing)s unchanged.")
    counts = {does: done.count(does) for does in ("create", "accept", "nothing")}
    messages.success(request, told % counts)
    return redirect("steering-tasks")


@require_GET
def import_template(request: CityRequest) -> HttpResponse:
    _steering_only(request)
    answer = HttpResponse(template(), content_type=files.ALLOWED["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="mau-so-nhiem-vu.xlsx"'
    return answer

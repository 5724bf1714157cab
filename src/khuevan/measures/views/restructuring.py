"""The restructuring sheet, on screen and as a spreadsheet."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from khuevan.clients.public import rationed
from khuevan.directory.public import CityRequest
from khuevan.measures import words
from khuevan.measures.access import may_analyse
from khuevan.measures.exports import meanings, restructuring_xlsx
from khuevan.measures.queries.restructuring import restructuring


@require_GET
def sheet(request: CityRequest) -> HttpResponse:
    """Show the key procedures before and after, simulated on the last quarter."""
    _allow(request)
    told = restructuring(request.user)
    totals = {
        name: sum(
            lever.saved or 0
            for change in told.rows
            if change.after
            for lever in change.levers
            if lever.lever == name
        )
        for name in words.LEVERS
    }
    context = {
        "told": told,
        "totals": totals,
        "levers": words.LEVERS,
        "meanings": meanings(told.assumed),
    }
    return TemplateResponse(request, "measures/restructuring.html", context)


@require_GET
@rationed
def sheet_file(request: CityRequest) -> FileResponse:
    """Hand out the same sheet as a spreadsheet."""
    _allow(request)
    told = restructuring(request.user)
    name = f"restructuring-{told.until}.xlsx"
    return FileResponse(restructuring_xlsx(told), as_attachment=True, filename=name)


def _allow(request: CityRequest) -> None:
    if not may_analyse(request.user):
        raise PermissionDenied

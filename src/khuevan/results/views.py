"""Pages of the exchange's results: the funnel with its figures, the monthly report, files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.clients.public import rationed
from khuevan.deals.public import Reached
from khuevan.directory.public import CityRequest, Person
from khuevan.exchange.public import FIELDS, tabs_for, works_for_exchange
from khuevan.indicators.public import RATINGS, sparkline_svg
from khuevan.platform import clock
from khuevan.platform.files import ALLOWED
from khuevan.platform.official.as_docx import as_docx
from khuevan.platform.official.as_pdf import as_pdf

from . import words
from .dated import disclosure_on
from .documents.report import official_report, report
from .documents.workbook import official_workbook, workbook
from .periods import Time, month_of, months, time_of, times
from .queries import VIEWED, Statistics, statistics, targets


WRITERS = {"docx": as_docx, "pdf": as_pdf}


def _inside(request: HttpRequest) -> bool:
    """Tell whether the reader works for the exchange: links to deals are for them."""
    return isinstance(request.user, Person) and works_for_exchange(request.user)


def _asked(request: HttpRequest) -> tuple[Time, Statistics]:
    time = time_of(request.GET.get("time", ""))
    field = request.GET.get("field", "")
    known = field if field in {str(one) for one in FIELDS} else ""
    return time, statistics(time.since, time.until, known, inside=_inside(request))


@require_GET
@login_not_required
def results(request: HttpRequest) -> HttpResponse:
    """The funnel of a time and a field, by month and by field, with the scheme's targets."""
    time, told = _asked(request)
    context = {
        "told": told,
        "time": time,
        "times": times(),
        "targets": [
            (one, sparkline_svg(one.card.series))
            for one in targets(inside=_inside(request))
        ],
        "ratings": RATINGS,
        "names": words.NAMES,
        "viewed": VIEWED,
        "steps": [step.value for step in Reached],
        "fields_of": FIELDS,
        "field_name": words.field_name,
        "kind_name": words.kind_name,
        "listed_name": words.listed_name,
        "region_name": words.region_name,
        "costs_of": words.COSTS,
        "sides_of": words.SIDES,
        "deals_of": _deals_of(told) if _inside(request) else None,
        "least_answers": disclosure_on(clock.today()).least_answers,
        "query": urlencode({"time": time.code, "field": told.field}),
        "tabs_for": tabs_for,
        "words": _,
    }
    return TemplateResponse(request, "results/results.html", context)


def _deals_of(told: Statistics) -> Any:
    """Return what leads from a figure to the deals it counts."""

    def address(step: str, *, lost: bool = False, field: str = "") -> str:
        wanted = {
            "scope": "exchange", "state": "", "step": step, "field": field or told.field,
            "since": told.since.isoformat(), "until": told.until.isoformat(),
        }  # fmt: skip
        if lost:
            wanted["lost"] = "on"
        return f"{reverse('deals')}?{urlencode(wanted)}"

    return address


@require_GET
@login_not_required
@rationed
def statistics_file(request: HttpRequest) -> HttpResponse:
    """The same figures as a workbook, a sheet for each table."""
    time, told = _asked(request)
    return _file(workbook(told), "xlsx", f"ket-qua-san-{time.code}")


@require_GET
def report_page(request: CityRequest) -> HttpResponse:
    """The report of a month as a page, for people of the exchange and leaders."""
    month = _month(request)
    context = {"document": report(month), "month": month, "months": months()}
    return TemplateResponse(request, "results/report.html", context)


@require_GET
@rationed
def report_file(request: CityRequest, ending: str) -> HttpResponse:
    """The report of a month as a paper or a workbook in Vietnamese."""
    month = _month(request)
    if ending == "xlsx":
        written = official_workbook(statistics(month.since, month.until))
    elif ending in WRITERS:
        written = WRITERS[ending](official_report(month))
    else:
        raise Http404
    return _file(written, ending, f"bao-cao-san-{month.code}")


def _month(request: CityRequest) -> Time:
    person = request.user
    if not (_inside(request) or person.authority.reads_everything):
        raise PermissionDenied
    return month_of(request.GET.get("month", ""))


def _file(content: bytes, ending: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=ALLOWED[ending])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer

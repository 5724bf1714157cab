"""The map of a procedure: where dossiers wait, how they vary, what leaves the process."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.analytics.public import (
    Shown,
    analyse,
    bottlenecks,
    conformance,
    control_chart_svg,
    duration_words,
    process_map_svg,
    write_ocel,
    write_xes,
)
from khuevan.catalogue.public import find_procedures, published
from khuevan.clients.public import rationed
from khuevan.directory.public import CityRequest, Organisation
from khuevan.indicators.public import spread_between
from khuevan.measures.access import may_analyse
from khuevan.measures.guards import windows_on
from khuevan.measures.queries.logs import Log, log_of, models_of
from khuevan.measures.queries.parquet import write_events
from khuevan.measures.queries.shadow import guards_by_unit, shadow
from khuevan.measures.queries.weeks import Weeks, weeks_of
from khuevan.measures.words import GUARDS, KINDS_OF_DEVIATION, PARTIES, VISITS

from .scores import span_from


FORMS = ("xes", "ocel")
MONTH = timedelta(days=29)
MOST_DEVIATIONS = 10


@require_GET
def processes(request: CityRequest) -> HttpResponse:
    """List procedures by how much they are used, or find one by words."""
    _allow(request)
    since, until = span_from(request.GET)
    text = request.GET.get("q", "")[:200]
    codes = ("measures.filed_by_procedure", "measures.on_time_by_procedure")
    spread = spread_between(codes, "procedure", since.replace(day=1), until)
    wanted = [hit.code for hit in find_procedures(text, 50)] if text else list(spread)
    rows = [
        {
            "code": code,
            "filed": spread[code][codes[0]].numerator,
            "on_time": spread[code].get(codes[1]),
        }
        for code in wanted
        if code in spread and codes[0] in spread[code]
    ]
    if not text:
        rows = sorted(rows, key=lambda row: -int(str(row["filed"])))[:50]
    titles = {row["code"]: published(str(row["code"])) for row in rows}
    context = {"rows": rows, "titles": titles, "text": text, "since": since, "until": until}  # fmt: skip
    return TemplateResponse(request, "measures/processes.html", context)


@require_GET
def process(request: CityRequest, code: str) -> HttpResponse:
    """Show the map, the variants, the waiting and the deviations of one procedure."""
    _allow(request)
    found = published(code)
    if found is None:
        raise Http404
    since, until = span_from(request.GET)
    unit = _key(request.GET.get("unit", ""))
    log = log_of(code, since, until, unit)
    context: dict[str, Any] = {
        "procedure": found,
        "log": log,
        "since": since,
        "until": until,
        "unit": unit,
        "days": f"since={since}&until={until}" + (f"&unit={unit}" if unit else ""),
        **_shadow(since, until, unit, code),
        "words": duration_words,
        **_control(weeks_of(since, until, code, unit)),
    }
    if log.cases:
        analysis = analyse(log.table)
        context |= {
            "analysis": analysis,
            "bottlenecks": bottlenecks(analysis)[:8],
            "map": process_map_svg(analysis, shown=shown_from(request.GET)),
            **_conformance(log),
        }
    return TemplateResponse(request, "measures/process.html", context)


@require_GET
def guards(request: CityRequest) -> HttpResponse:
    """Show every unit's ways to a good rate without good service, with their dossiers."""
    _allow(request)
    since, until = _month_from(request.GET)
    context = {
        "rows": guards_by_unit(since, until),
        "guards": GUARDS,
        "near": windows_on(until),
        "since": since,
        "until": until,
        "days": f"since={since}&until={until}",
    }
    return TemplateResponse(request, "measures/guards.html", context)


@require_GET
def unit_shadow(request: CityRequest, pk: UUID) -> HttpResponse:
    """Show what one unit's rates hide: rounds, visits, waiting, guards."""
    _allow(request)
    unit = get_object_or_404(Organisation, pk=pk)
    since, until = _month_from(request.GET)
    context = {
        "unit": unit,
        "since": since,
        "until": until,
        "days": f"since={since}&until={until}",
        **_shadow(since, until, pk, ""),
    }
    return TemplateResponse(request, "measures/unit_shadow.html", context)


def _shadow(
    since: date, until: date, unit: UUID | None, procedure: str
) -> dict[str, Any]:
    """Return what the shadow measures of a unit or a procedure need on a page."""
    rest = {"procedure": procedure, "unit": str(unit) if unit else ""}
    asked = {"since": since, "until": until, **{k: v for k, v in rest.items() if v}}
    return {
        "shadow": shadow(since, until, unit, procedure),
        "guards": GUARDS,
        "parties": PARTIES,
        "visits": VISITS,
        "near": windows_on(until),
        "behind": urlencode(asked),
    }


def _month_from(query: QueryDict) -> tuple[date, date]:
    """Read two days from an address; by default the last thirty."""
    since, until = span_from(query)
    return (since, until) if "since" in query else (max(since, until - MONTH), until)


@require_GET
@rationed
def export(request: CityRequest, code: str, form: str) -> FileResponse:
    """Hand out the whole log for other tools; people are left out of it."""
    _allow(request)
    if form not in FORMS or published(code) is None:
        raise Http404
    since, until = span_from(request.GET)
    with tempfile.TemporaryDirectory() as folder:
        log, path = Path(folder) / "log.parquet", Path(folder) / "log"
        write_events(log, since, until, code, _key(request.GET.get("unit", "")))
        (write_xes if form == "xes" else write_ocel)(log, path)
        file = path.open("rb")
    name = f"{code}.{'xes' if form == 'xes' else 'json'}"
    return FileResponse(file, as_attachment=True, filename=name)


def shown_from(query: QueryDict) -> Shown:
    """Read how much of the map is wanted, in percent; nonsense is the default."""

    def share(name: str, default: float) -> float:
        text = query.get(name, "")
        return min(max(int(text), 0), 100) / 100 if text.isdigit() else default

    return Shown(share("activities", 1.0), share("paths", 0.4))


def _control(told: Weeks) -> dict[str, Any]:
    """Draw both charts with what they say in sentences; empty where weeks are few."""
    charts = []
    for ident, chart, title, words in (
        ("on-time", told.on_time, _("Share on time by week"), _percent),
        ("days", told.days, _("Median days by week"), _tenths),
    ):
        if chart:
            svg = control_chart_svg(chart, told.labels, title=title, words=words, ident=ident)  # fmt: skip
            said = [_(s.sentence) % s.params(told.labels) for s in chart.signals]
            charts.append({"title": title, "svg": svg, "signals": said})
    return {"weeks": told.weeks, "charts": charts}


def _percent(share: float) -> str:
    return f"{_tenths(100 * share)} %"


def _tenths(value: float) -> str:
    return number_format(value, 1)


def _conformance(log: Log) -> dict[str, Any]:
    """Judge each dossier by the process of its filing day, and say how many left it where."""
    models = models_of(log)
    if not models:
        return {}
    versions = {case: str(key) for case, key in log.versions.items()}
    judged = conformance(
        log.table,
        models,
        lambda case, first: versions[case] if versions[case] in models else None,
        running=log.running,
    )
    found = Counter(
        (one.sentence, one.activity)
        for case in judged.deviating
        for one in set(case.deviations)
    )
    told = [
        (_(sentence) % {"activity": activity}, count)
        for (sentence, activity), count in found.most_common(MOST_DEVIATIONS)
    ]
    return {"conformance": judged, "deviations": told, "kinds": KINDS_OF_DEVIATION}


def _allow(request: CityRequest) -> None:
    if not may_analyse(request.user):
        raise PermissionDenied


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

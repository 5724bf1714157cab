"""Open data for everybody: what it is, and the files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from khuevan.clients.public import rationed
from khuevan.measures.queries.open_data import FIELDS, open_rows, whole_months
from khuevan.platform import clock
from khuevan.platform.privacy import SMALLEST_GROUP


LICENCE = "https://creativecommons.org/licenses/by/4.0/"
FIRST_YEAR = 2025
"""From 1 July 2025 the city counts in one system."""
FORMS = ("csv", "json")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@require_GET
@login_not_required
def about(request: HttpRequest) -> HttpResponse:
    """Describe the open data: fields, what is hidden, licence, files by year."""
    years = [y for y in range(clock.today().year, FIRST_YEAR - 1, -1) if whole_months(y)]  # fmt: skip
    context = {
        "fields": {name: gettext(words) for name, words in FIELDS.items()},
        "years": [(year, whole_months(year)) for year in years],
        "smallest": SMALLEST_GROUP,
        "licence": LICENCE,
    }
    return TemplateResponse(request, "measures/open.html", context)


@require_GET
@login_not_required
@rationed
@cache_control(public=True, max_age=3600)
def file(request: HttpRequest, year: int, form: str) -> StreamingHttpResponse:
    """Hand out the counts of a year's whole months as CSV or JSON."""
    if form not in FORMS or not FIRST_YEAR <= year <= clock.today().year:
        raise Http404
    span = whole_months(year)
    if span is None:
        raise Http404
    lines = _csv(*span) if form == "csv" else _json(*span)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    answer = StreamingHttpResponse(lines, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="khuevan-dossiers-{year}.{form}"'  # fmt: skip
    answer.headers["Link"] = f'<{LICENCE}>; rel="license"'
    return answer


class _Line:
    """What csv.writer writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def _csv(since: date, until: date) -> Iterator[str]:
    writer = csv.writer(_Line())
    # The mark makes Excel read UTF-8.
    yield "\ufeff" + str(writer.writerow(FIELDS))
    for row in open_rows(since, until):
        yield str(writer.writerow([_cell(row[name]) for name in FIELDS]))


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return value


def _json(since: date, until: date) -> Iterator[str]:
    head = {
        "licence": LICENCE,
        "made_on": clock.today().isoformat(),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "fields": dict(FIELDS),
        "hidden_below": SMALLEST_GROUP,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [\n'
    between = ""
    for row in open_rows(since, until):
        yield between + json.dumps(row, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"

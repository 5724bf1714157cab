"""Forms 01–07 as pages and files."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.counter import actions
from khuevan.counter.access import WORKERS, is_applicant
from khuevan.counter.documents import slips
from khuevan.counter.documents.forms import Form
from khuevan.counter.models import Dossier
from khuevan.counter.queries.papers import register_of
from khuevan.directory.public import CityRequest, Organisation, Person
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, Problem
from khuevan.platform.files import ALLOWED
from khuevan.platform.official.as_pdf import as_pdf


PAGE = 50
MOST_IN = {"pdf": 2_000, "xlsx": 50_000}
LONGEST = timedelta(days=366)


@require_GET
def form_page(request: CityRequest, pk: UUID, number: str) -> HttpResponse:
    """One form of one dossier, to read and to print."""
    dossier, form = _form(request, pk, number)
    context = {
        "dossier": dossier,
        "form": form,
        "document": form.compose(dossier),
        "applicant": is_applicant(request.user, dossier),
    }
    return TemplateResponse(request, "counter/form.html", context)


@require_GET
def form_file(request: CityRequest, pk: UUID, number: str) -> HttpResponse:
    """The same form as PDF/A."""
    dossier, form = _form(request, pk, number)
    return _file(as_pdf(form.compose(dossier)), "pdf", f"{dossier.code}-mau-{number}")


def forms_of(person: Person, dossier: Dossier) -> list[Form]:
    """Return the forms of a dossier somebody may open; the control slip is the agencies'."""
    own = is_applicant(person, dossier)
    return [
        form
        for form in slips.FORMS.values()
        if form.exists(dossier) and not (own and form is slips.CONTROL_SLIP)
    ]


def _form(request: CityRequest, pk: UUID, number: str) -> tuple[Dossier, Form]:
    dossier = get_object_or_404(
        Dossier.objects.visible_to(request.user).select_related(
            "application", "agency__parent", "receiving_point__parent", "return_point"
        ),
        pk=pk,
    )
    form = next((f for f in forms_of(request.user, dossier) if f.number == number), None)  # fmt: skip
    if form is None:
        raise Http404
    actions.read_application(dossier=dossier, by=request.user)
    return dossier, form


@require_GET
def register_page(request: CityRequest) -> HttpResponse:
    """The register of one's agency for a period (Form 07)."""
    bodies, body, since, until = _wanted(request)
    found = register_of(request.user, body, since, until)
    ending = request.GET.get("as", "")
    if ending in MOST_IN:
        rows = list(found[: MOST_IN[ending]])
        actions.export_register(
            body=body, since=since, until=until, ending=ending, rows=len(rows),
            by=request.user,
        )  # fmt: skip
        written = _sheet(rows) if ending == "xlsx" else as_pdf(slips.register(body, since, until, rows))  # fmt: skip
        return _file(written, ending, f"so-theo-doi-{body.code}-{since}-{until}")
    pages = Paginator(found, PAGE)
    shown = pages.get_page(request.GET.get("page"))
    query = f"body={body.pk}&since={since}&until={until}"
    context = {
        "bodies": bodies,
        "body": body,
        "since": since,
        "until": until,
        "head": slips.REGISTER_HEAD,
        "rows": list(zip(shown, slips.register_rows(shown), strict=True)),
        "first": shown.start_index(),
        "total": pages.count,
        "page": {"number": shown.number, "pages": pages.num_pages, "total": pages.count},
        "wanted": query,
        "most": MOST_IN["pdf"],
        "base": f"?{query}&",
    }  # fmt: skip
    return TemplateResponse(request, "counter/register.html", context)


def _wanted(
    request: CityRequest,
) -> tuple[QuerySet[Organisation], Organisation, date, date]:
    """Read whose register of which days is wanted; by default one's own this month."""
    authority = request.user.authority
    held = [h.organisation_id for h in authority.holdings if h.role in WORKERS]
    bodies = Organisation.objects.in_order().filter(pk__in=held)
    if authority.reads_everything:
        bodies = Organisation.objects.in_force().in_order()
    elif not held:
        raise PermissionDenied
    bodies = bodies.select_related("parent")
    asked = request.GET.get("body", "")
    body = get_object_or_404(bodies, pk=_uuid(asked)) if asked else bodies.first()
    if body is None:
        raise Http404
    today = clock.today()
    since = _day(request, "since", today.replace(day=1))
    until = _day(request, "until", today)
    if until < since or until - since > LONGEST:
        raise InputRefused(
            [Problem("until", _("A register covers one day to one year."))]
        )
    return bodies, body, since, until


def _uuid(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError as fault:
        raise Http404 from fault


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    words = request.GET.get(name, "")
    if not words:
        return otherwise
    try:
        return date.fromisoformat(words)
    except ValueError as fault:
        raise InputRefused(
            [Problem(name, _("This is not a day."), _("Write it as 2026-11-22."))]
        ) from fault


def _sheet(dossiers: list[Dossier]) -> bytes:
    """Return the register as .xlsx; text is never a formula."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Sổ theo dõi hồ sơ")
    sheet.freeze_panes(1, 2)
    sheet.write_row(0, 0, slips.REGISTER_HEAD, book.add_format({"bold": True}))
    for at, row in enumerate(slips.register_rows(dossiers), start=1):
        sheet.write_row(at, 0, row)
    sheet.set_column(1, 3, 28)
    sheet.set_column(4, len(slips.REGISTER_HEAD) - 1, 16)
    book.close()
    return out.getvalue()


def _file(content: bytes, ending: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=ALLOWED[ending])
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.{ending}"'
    return answer

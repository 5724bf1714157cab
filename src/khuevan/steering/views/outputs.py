"""What leaves the platform: the committee's report, notices, tables, calendars."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from khuevan.clients.public import rationed
from khuevan.directory.public import CityRequest
from khuevan.platform import clock, files
from khuevan.platform.files import ALLOWED
from khuevan.platform.idempotency import idempotent, new_key
from khuevan.platform.official.as_pdf import as_pdf
from khuevan.platform.official.form import Document
from khuevan.steering import actions
from khuevan.steering.access import may_read_report, may_steer
from khuevan.steering.calendar_feed import calendar_of
from khuevan.steering.documents.making import (
    WRITERS,
    official_notice,
    official_report,
    report,
)
from khuevan.steering.exports import as_csv, as_json, as_xlsx
from khuevan.steering.models import CalendarLink, Meeting
from khuevan.steering.queries.exports import export_rows
from khuevan.steering.queries.notices import signed_report_file, signed_reports
from khuevan.steering.tokens import calendar_token, person_of_calendar

from .tasks import wanted_from


def _days(query: QueryDict) -> tuple[date, date | None]:
    """Read the day of a report and the day it is compared with; nonsense is today, none."""
    today = clock.today()
    on = min(wanted_from(query).on or today, today)
    earlier = QueryDict(mutable=True)
    earlier["on"] = query.get("since", "")
    since = wanted_from(earlier).on
    return on, since if since and since < on else None


def _readers_only(request: CityRequest) -> None:
    if not may_read_report(request.user):
        raise PermissionDenied


@require_GET
def report_page(request: CityRequest) -> HttpResponse:
    """The report as a page, in the reader's language, with its files and signed copies."""
    _readers_only(request)
    on, since = _days(request.GET)
    context = {
        "document": report(on, since),
        "on": on,
        "since": since,
        "today": clock.today(),
        "days": _query(on, since),
        "signed": signed_reports(),
        "may_sign": may_steer(request.user),
        "key": new_key(),
    }
    return TemplateResponse(request, "steering/report.html", context)


def _query(on: date, since: date | None) -> str:
    return f"on={on}" + (f"&since={since}" if since else "")


@require_GET
@rationed
def report_file(request: CityRequest, ending: str) -> HttpResponse:
    _readers_only(request)
    on, since = _days(request.GET)
    return _written(official_report(on, since), ending, f"bao-cao-{on}")


def _written(document: Document, ending: str, name: str) -> HttpResponse:
    if ending not in WRITERS:
        raise Http404
    answer = HttpResponse(WRITERS[ending](document), content_type=ALLOWED[ending])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer


@require_POST
@idempotent
def report_sign(request: CityRequest) -> HttpResponse:
    """Sign the report of a day and keep the signed file."""
    on, since = _days(request.POST)
    if not may_steer(request.user):
        raise PermissionDenied
    pdf = as_pdf(official_report(on, since, request.user))
    actions.sign_report(pdf=pdf, on=on, since=since, by=request.user)
    messages.success(request, _("The report is signed; the journal names its bytes."))
    return redirect(f"{reverse('steering-report')}?{_query(on, since)}")


@require_GET
def report_signed(request: CityRequest, pk: UUID) -> HttpResponse:
    _readers_only(request)
    file = signed_report_file(pk)
    if file is None:
        raise Http404
    answer = HttpResponse(files.read(file), content_type=file.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


@require_GET
def notice_file(request: CityRequest, pk: UUID, ending: str) -> HttpResponse:
    """The notice of a meeting's conclusions, as a file."""
    _readers_only(request)
    meeting = get_object_or_404(
        Meeting.objects.select_related("chaired_by", "conclusion"), pk=pk
    )
    document = official_notice(meeting)
    return _written(document, ending, f"thong-bao-{meeting.held_on}")


@require_GET
@rationed
def export(request: CityRequest, ending: str) -> HttpResponseBase:
    """The table of tasks under the filter of the page, whole."""
    wanted = wanted_from(request.GET)
    rows = export_rows(person=request.user, wanted=wanted)
    name = f"nhiem-vu-{wanted.on or clock.today()}.{ending}"
    if ending == "xlsx":
        return FileResponse(
            as_xlsx(rows, wanted),
            as_attachment=True,
            filename=name,
            content_type=ALLOWED["xlsx"],
        )
    writers: dict[str, Any] = {"csv": as_csv, "json": as_json}
    if ending not in writers:
        raise Http404
    answer = StreamingHttpResponse(
        writers[ending](rows, wanted), content_type=f"{ALLOWED[ending]}; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_GET
def calendar_page(request: CityRequest) -> HttpResponse:
    """Show, make and withdraw the address of one's own calendar."""
    link = CalendarLink.objects.filter(person=request.user, revoked_at=None).first()
    address = ""
    if link:
        path = f"{reverse('steering-calendar')}?token={calendar_token(link)}"
        address = urljoin(settings.SITE_URL, path)
    context = {"link": link, "address": address}
    return TemplateResponse(request, "steering/calendar.html", context)


@require_POST
def calendar_change(request: CityRequest) -> HttpResponse:
    if request.POST.get("does") == "revoke":
        actions.revoke_calendar_link(by=request.user)
    else:
        actions.make_calendar_link(by=request.user)
    return redirect("steering-calendar-page")


@require_GET
@login_not_required
@never_cache
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """The calendar itself: programs have no session, only the address's token."""
    person = person_of_calendar(request.GET.get("token", ""))
    if person is None:
        raise Http404
    return HttpResponse(
        calendar_of(person), content_type="text/calendar; charset=utf-8"
    )

"""The calendar of reports: rounds, who is late, opening and closing."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import CityRequest
from khuevan.platform import clock
from khuevan.platform.refusals import carried_out
from khuevan.steering import actions, forms
from khuevan.steering.access import may_steer
from khuevan.steering.models import ReportingPeriod
from khuevan.steering.queries.reporting import missing_reports


@require_GET
def reporting(request: CityRequest) -> HttpResponse:
    """Open and past rounds of reports, with who has not sent theirs."""
    periods = ReportingPeriod.objects.order_by("-due_at")[:24]
    context = {
        "periods": periods,
        "missing": {
            period.pk: missing_reports(period=period, person=request.user)
            for period in periods
            if period.closed_at is None
        },
        "now": clock.now(),
        "may_steer": may_steer(request.user),
    }
    return TemplateResponse(request, "steering/reporting.html", context)


def period_new(request: CityRequest) -> HttpResponse:
    if not may_steer(request.user):
        raise PermissionDenied
    form = forms.PeriodForm(request.POST or None)
    if form.is_valid():
        data = dict(form.cleaned_data)
        due_at = clock.at_local(data.pop("due_on"), time(17))
        if carried_out(
            form,
            lambda: actions.open_reporting_period(
                **data, due_at=due_at, by=request.user
            ),
        ):
            return redirect("steering-reporting")
    return TemplateResponse(request, "steering/period_new.html", {"form": form})


@require_POST
def period_close(request: CityRequest, pk: UUID) -> HttpResponse:
    period = get_object_or_404(ReportingPeriod, pk=pk)
    missing = actions.close_reporting_period(period=period, by=request.user)
    words = ngettext(
        "%(n)s task was not reported on; it stands in the register.",
        "%(n)s tasks were not reported on; they stand in the register.",
        len(missing),
    )
    messages.success(request, words % {"n": len(missing)})
    return redirect("steering-reporting")

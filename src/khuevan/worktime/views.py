"""The public page of the working calendar."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khuevan.platform import clock

from . import queries
from .forms import CalculatorForm
from .rules import Certainty


MONTHS = [
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
    _("July"), _("August"), _("September"), _("October"), _("November"),
    _("December"),
]  # fmt: skip
WEEKDAYS = [
    (_("Mon"), _("Monday")), (_("Tue"), _("Tuesday")), (_("Wed"), _("Wednesday")),
    (_("Thu"), _("Thursday")), (_("Fri"), _("Friday")), (_("Sat"), _("Saturday")),
    (_("Sun"), _("Sunday")),
]  # fmt: skip
CERTAINTIES = {
    Certainty.DECIDED: _("decided"),
    Certainty.ESTIMATE: _("estimate, no decision yet"),
    Certainty.UNKNOWN: _("not known yet, only weekends are left out"),
}


@login_not_required
@require_GET
def worktime(request: HttpRequest) -> HttpResponse:
    form = CalculatorForm(request.GET if "received" in request.GET else None)
    answer = form.answer() if form.is_valid() else None
    context = {
        "form": form,
        "answer": answer,
        "page": queries.year_page(_year(request)),
        "upcoming": queries.upcoming(clock.today()),
        "month_names": MONTHS,
        "weekdays": WEEKDAYS,
        "certainties": CERTAINTIES,
    }
    return render(request, "worktime/worktime.html", context)


def _year(request: HttpRequest) -> int:
    """Return the year asked for, the current one when the address makes no sense."""
    asked = request.GET.get("year", "")
    this_year = clock.today().year
    valid = asked.isascii() and asked.isdigit() and 2000 <= int(asked[:6]) <= 2100
    return int(asked) if valid else this_year

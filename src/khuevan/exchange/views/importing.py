"""Many listings at once: a spreadsheet is looked through, then taken over as drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _, ngettext

from khuevan.directory.public import CityRequest
from khuevan.exchange import actions, forms
from khuevan.exchange.access import may_list
from khuevan.exchange.models import Member
from khuevan.exchange.sheets import Row, column_title, read_rows
from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.refusals import fault

from .common import given, labels


SHOWN = 100
"""How many faults of a file are shown; the others wait behind them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as people find it: the row, the column as the template calls it, the sentence."""

    row: str
    column: str
    words: str


def import_listings(request: CityRequest) -> HttpResponse:
    """Look a spreadsheet through; without faults and where asked, take it over whole."""
    if not Member.objects.acted_for_by(request.user).exists():
        messages.info(request, _("Join the exchange first: it takes a minute."))
        return redirect("exchange-join")
    form = forms.SheetForm(given(request), request.FILES or None)
    rows: list[Row] = []
    faults: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            rows = read_rows(sent.read(), sent.name)
            _own_only(request, rows)
        except InputRefused as refused:
            rows, faults = [], refused.problems
        if rows and "take" in request.POST:
            told = [(row.member, row.told) for row in rows]
            made = actions.import_listings(rows=told, by=request.user)
            count = len(made)
            words = ngettext("%(num)s draft was taken over.", "%(num)s drafts were taken over.", count)  # fmt: skip
            messages.success(request, words % {"num": count})
            return redirect("exchange-mine")
    context: dict[str, Any] = {
        "form": form, "rows": rows, "count": len(faults),
        "faults": [_fault(one) for one in faults[:SHOWN]], **labels(),
    }  # fmt: skip
    wrong = bool(form.errors or faults)
    return TemplateResponse(request, "exchange/import.html", context, status=422 if wrong else 200)  # fmt: skip


def _own_only(request: CityRequest, rows: list[Row]) -> None:
    """Refuse rows of members the sender does not speak for."""
    foreign = [row for row in rows if not may_list(request.user, row.member)]
    if foreign:
        raise InputRefused(
            [
                Problem(f"{row.number}:member", N_("you do not speak for this member"), N_("Leave its rows to its own people."))
                for row in foreign
            ]
        )  # fmt: skip


def _fault(problem: Problem) -> Fault:
    row, _colon, column = problem.where.partition(":")
    number = row if row.isdigit() else ""
    return Fault(number, column_title(column) if column else "", fault(problem))

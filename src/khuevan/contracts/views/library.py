"""The clause library, open to everybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from khuevan.contracts.queries.library import library_of
from khuevan.contracts.rules.clauses import Paper
from khuevan.platform import clock

from .common import labels


@require_GET
@login_not_required
def clause_library(request: HttpRequest) -> HttpResponse:
    """Every clause of a kind of paper with its law and what it is chosen for."""
    asked = request.GET.get("paper", "")
    paper = Paper(asked) if asked in set(Paper) else Paper.LICENCE
    context = {
        "paper": paper,
        "sections": library_of(paper, clock.today()),
        **labels(),
    }
    return TemplateResponse(request, "contracts/library.html", context)

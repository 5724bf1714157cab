"""The pages on which the papers of a problem's course are kept and read."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.directory.public import CityRequest
from khuevan.platform import refusals
from khuevan.platform.http import download_of

from . import actions, forms, words
from .access import may_work_on
from .models import Paper, Problem, Trial
from .rules.trials import Step


def keep(request: CityRequest, code: str) -> HttpResponse:
    """Keep a paper."""
    problem = get_object_or_404(Problem.objects.visible_to(request.user).select_related("agency"), code=code)  # fmt: skip
    if not may_work_on(request.user, problem):
        raise PermissionDenied
    trials = Trial.objects.filter(answer__problem=problem).select_related("answer__supplier")  # fmt: skip
    form = forms.PaperForm(request.POST or None, request.FILES or None, trials=trials)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if refusals.carried_out(
            form,
            lambda: actions.keep_paper(
                problem=problem, trial=data["trial"], step=Step(data["step"]), title=data["title"],
                content=data["file"].read(), name=data["file"].name, public=data["public"],
                by=request.user,
            ),
            names=words.place,
        ):  # fmt: skip
            return redirect("dtmarket-problem", code=code)
    context = {"form": form, "title": _("Keep a paper"), "button": _("Keep"), "problem": problem, "about": "", "files": True}  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "dtmarket/form.html", context, status=status)


@require_GET
@login_not_required
def download(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """A paper, for who may read it; for everybody else there is none."""
    rows = Paper.objects.visible_to(request.user).select_related("file")
    paper = get_object_or_404(rows, pk=pk, problem__code=code)
    return download_of(paper.file)

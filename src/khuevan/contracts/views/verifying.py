"""Public pages: is this contract real, and is the file what was signed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from khuevan.contracts.forms import VerifyForm
from khuevan.contracts.queries.verifying import check_file, known_by_code

from .common import labels


@login_not_required
@require_GET
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a code on a paper stands for; where its QR leads."""
    found = known_by_code(code)
    if found is None:
        raise Http404
    context = {"known": found, **labels()}
    return TemplateResponse(request, "contracts/known.html", context)


@login_not_required
def verify_file(request: HttpRequest) -> HttpResponse:
    """Judge a file somebody holds; nothing of it is kept."""
    sent = request.method == "POST"
    form = VerifyForm(request.POST if sent else None, request.FILES if sent else None)
    context = {"form": form, "checked": None, **labels()}
    if sent and form.is_valid():
        context["checked"] = check_file(form.cleaned_data["file"].read())
    status = 422 if sent and form.errors else 200
    return TemplateResponse(request, "contracts/verify.html", context, status=status)

"""Public pages: is this result real, does it still hold."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from khuevan.counter import words
from khuevan.counter.forms import VerifyForm
from khuevan.counter.queries.verifying import check_file, issued_as


@login_not_required
@require_GET
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a verification code stands for; where the QR of a result leads."""
    found = issued_as(code)
    if found is None:
        raise Http404
    context = {"issued": found, **_WORDS}
    return TemplateResponse(request, "counter/verified.html", context)


@login_not_required
def verify_file(request: HttpRequest) -> HttpResponse:
    """Judge a file somebody holds; nothing of it is kept."""
    sent = request.method == "POST"
    form = VerifyForm(request.POST if sent else None, request.FILES if sent else None)
    context = {"form": form, "checked": None, **_WORDS}
    if sent and form.is_valid():
        context["checked"] = check_file(form.cleaned_data["file"].read())
    answer = TemplateResponse(request, "counter/verify.html", context)
    answer.status_code = 422 if sent and form.errors else 200
    return answer


_WORDS = {
    "outcomes": words.OUTCOMES,
    "verdicts": words.VERDICTS,
    "validities": words.VALIDITIES,
}

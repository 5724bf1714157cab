"""Pages of the register: public to read, kept by the committee's office."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from khuevan.directory.public import Person
from khuevan.platform.refusals import carried_out

from . import actions, queries
from .access import may_keep_register
from .forms import DocumentForm, RelationForm
from .labels import COLOURS, LEVELS, STATUSES
from .models import LegalDocument


@login_not_required
@require_GET
def document_list(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").replace("\x00", "")
    level = request.GET.get("level", "")
    level = level if level in LEVELS else ""
    rows = queries.documents(_person(request), search=search, level=level)
    context = {"rows": rows, "search": search, "level": level, "levels": LEVELS}
    return _page(request, "law/list.html", context)


@login_not_required
@require_GET
def document_detail(request: HttpRequest, slug: str) -> HttpResponse:
    document = _document(request, slug)
    page = queries.document_page(document)
    return _page(request, "law/document.html", {"page": page})


@require_http_methods(["GET", "POST"])
def document_new(request: HttpRequest) -> HttpResponse:
    person = _keeper(request)
    form = DocumentForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: actions.add_document(entry=form.entry(), by=person)
    ):
        return redirect("law-list")
    heading = gettext("Add a legal document")
    return _page(request, "law/form.html", {"form": form, "heading": heading})


@require_http_methods(["GET", "POST"])
def document_correct(request: HttpRequest, slug: str) -> HttpResponse:
    person = _keeper(request)
    document = _document(request, slug)
    stored = {name: getattr(document, name) for name in DocumentForm.base_fields}
    form = DocumentForm(request.POST or None, initial=stored)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.correct_document(
            document=document, entry=form.entry(), by=person
        ),
    ):
        return redirect("law-document", slug)
    heading = gettext("Correct %(number)s") % {"number": document.number}
    return _page(request, "law/form.html", {"form": form, "heading": heading})


@require_http_methods(["GET", "POST"])
def document_relate(request: HttpRequest, slug: str) -> HttpResponse:
    person = _keeper(request)
    document = _document(request, slug)
    form = RelationForm(request.POST or None)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.relate_documents(
            source=document, **form.cleaned_data, by=person
        ),
    ):
        return redirect("law-document", slug)
    heading = gettext("What %(number)s does to another document") % {
        "number": document.number
    }
    return _page(request, "law/form.html", {"form": form, "heading": heading})


def _document(request: HttpRequest, slug: str) -> LegalDocument:
    return get_object_or_404(
        LegalDocument.objects.visible_to(_person(request)), slug=slug
    )


def _person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _keeper(request: HttpRequest) -> Person:
    person = _person(request)
    if person is None or not may_keep_register(person):
        raise PermissionDenied
    return person


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    person = _person(request)
    common = {
        "statuses": STATUSES,
        "colours": COLOURS,
        "may_keep": person is not None and may_keep_register(person),
    }
    return render(request, template, context | common)

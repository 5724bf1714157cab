"""Pages of books: what stands on every account, and every entry behind it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.directory.public import CityRequest
from khuevan.platform.errors import RuleBroken
from khuevan.platform.http import day_of

from . import actions
from .access import may_mend
from .exports import beancount
from .forms import CloseForm, ReverseForm
from .models import Account, Book, Entry, Hold
from .queries import account_views, entry_view, latest_entries, statement, trial_balance
from .words import KINDS


def _seen(request: CityRequest, code: str) -> Book:
    books = Book.objects.visible_to(request.user).select_related("owner")
    return get_object_or_404(books, code=code)


@require_GET
def books(request: CityRequest) -> HttpResponse:
    """List the books one may read."""
    rows = Book.objects.visible_to(request.user).select_related("owner")
    return TemplateResponse(
        request, "books/books.html", {"rows": rows.order_by("code")}
    )


@require_GET
def book(request: CityRequest, code: str) -> HttpResponse:
    """Show the trial balance of a book as of any day, and its latest entries."""
    found = _seen(request, code)
    on = day_of(request.GET.get("on", ""))
    context = {
        "book": found,
        "on": on,
        "balance": trial_balance(found, on),
        "kinds": KINDS,
        "latest": latest_entries(found),
        "may_mend": may_mend(request.user, found),
    }
    return TemplateResponse(request, "books/book.html", context)


@require_GET
def account(request: CityRequest, code: str, account: str) -> HttpResponse:
    """Show what moved an account, with what stood on it after each entry."""
    found = _seen(request, code)
    row = get_object_or_404(Account, book=found, code=account)
    [view] = account_views(Account.objects.filter(pk=row.pk))
    context = {
        "book": found,
        "account": view,
        "kinds": KINDS,
        "rows": statement(row)[::-1],
    }
    return TemplateResponse(request, "books/account.html", context)


@require_GET
def entry(request: CityRequest, code: str, number: int) -> HttpResponse:
    """Show one entry with its lines, its digest, and what took it back."""
    found = _seen(request, code)
    row = get_object_or_404(Entry, book=found, number=number)
    taken_back = Entry.objects.filter(reverses=row).first()
    context = {
        "book": found,
        "entry": entry_view(row),
        "taken_back": taken_back,
        "may_reverse": may_mend(request.user, found)
        and taken_back is None
        and not Hold.objects.filter(entry=row).exists(),
    }
    return TemplateResponse(request, "books/entry.html", context)


def reverse_entry(request: CityRequest, code: str, number: int) -> HttpResponse:
    """Take an entry back by its opposite."""
    found = _mended(request, code)
    row = get_object_or_404(Entry, book=found, number=number)
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.reverse(
                book=code, number=number, **form.cleaned_data, by=request.user
            )
        except RuleBroken as refused:
            form.add_error(
                refused.field if refused.field in form.fields else None,
                _(refused.sentence) % refused.params,
            )
        else:
            messages.success(request, _("The entry was taken back."))
            return redirect("book-entry", code=code, number=made.number)
    context = {"book": found, "entry": entry_view(row), "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "books/reverse.html", context, status=status)


def close(request: CityRequest, code: str) -> HttpResponse:
    """Close the days of a book up to one that is over."""
    found = _mended(request, code)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_days(book=code, **form.cleaned_data, by=request.user)
        except RuleBroken as refused:
            form.add_error("until", _(refused.sentence) % refused.params)
        else:
            messages.success(request, _("The days were closed."))
            return redirect("book", code=code)
    context = {"book": found, "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "books/close.html", context, status=status)


@require_GET
def export(request: CityRequest, code: str) -> StreamingHttpResponse:
    """Hand out a book as Beancount text."""
    found = _seen(request, code)
    answer = StreamingHttpResponse(
        beancount(found), content_type="text/plain; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}.beancount"'
    return answer


def _mended(request: CityRequest, code: str) -> Book:
    found = _seen(request, code)
    if not may_mend(request.user, found):
        raise PermissionDenied
    return found

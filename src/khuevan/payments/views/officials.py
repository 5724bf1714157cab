"""Officials' pages: orders of their bodies, refunds to do, days compared with the bank."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.books.public import cash_postings
from khuevan.directory.public import CityRequest
from khuevan.payments import actions, forms, words
from khuevan.payments.access import (
    may_handle,
    may_read_books,
    may_read_days,
    may_reconcile,
    may_resolve,
    works_for,
)
from khuevan.payments.book_days import apart_of, listed_on
from khuevan.payments.gateways import TRANSFER, gateways
from khuevan.payments.models import BookDay, Order, Refund, StatementLine
from khuevan.payments.queries import (
    PAGE,
    day_page,
    order_list,
    recent_days,
    refunds_to_do,
)
from khuevan.payments.rules.bank_lists import read_bank_list
from khuevan.payments.rules.reconciling import Kind, Verdict
from khuevan.payments.tasks import compare_day
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


@require_GET
def orders(request: CityRequest) -> HttpResponse:
    """Orders of one's bodies and one's own."""
    state, query = request.GET.get("state", ""), request.GET.get("words", "")[:100]
    number = _number(request.GET.get("page", "1"))
    rows, count = order_list(request.user, state=state, words=query, page=number)
    context: dict[str, Any] = {
        "rows": rows,
        "count": count,
        "page": {"number": number, "pages": max(1, ceil(count / PAGE))},
        "states": words.STATES,
        "colours": words.COLOURS,
        "state": state,
        "words": query,
        "reads_days": may_read_days(request.user),
    }
    return TemplateResponse(request, "payments/orders.html", context)


@require_GET
def refunds(request: CityRequest) -> HttpResponse:
    """Refunds that wait for somebody."""
    context = {
        "rows": refunds_to_do(request.user),
        "states": words.REFUND_STATES,
        "reasons": words.REFUND_REASONS,
        "reads_days": may_read_days(request.user),
    }
    return TemplateResponse(request, "payments/refunds.html", context)


def refund_ask(request: CityRequest, pk: UUID) -> HttpResponse:
    """Decide on a refund of a paid order."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    if not may_handle(request.user, order):
        raise PermissionDenied
    form = forms.RefundForm(request.POST or None, initial={"amount": order.amount})
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_refund(order=order, **form.cleaned_data, by=request.user)
        except RuleBroken as refused:
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, _(refused.sentence) % refused.params)
        else:
            messages.success(request, _("The refund waits to be sent."))
            return redirect("payments-refunds")
    status = 422 if form.errors else 200
    context = {"order": order, "form": form}
    return TemplateResponse(request, "payments/refund.html", context, status=status)


@require_POST
def refund_move(request: CityRequest, pk: UUID) -> HttpResponse:
    """Send a refund, say that cash was handed out or that it failed, or try it again."""
    refund = get_object_or_404(Refund.objects.visible_to(request.user), pk=pk)
    how = request.POST.get("how")
    if how == "send":
        actions.send_refund(refund=refund, by=request.user)
    elif how == "retry":
        actions.retry_refund(refund=refund, by=request.user)
    elif how in {"done", "failed"}:
        actions.settle_refund(refund=refund, done=how == "done", by=request.user)
    else:
        raise Http404
    messages.success(request, _("The refund was moved on."))
    return redirect("payments-refunds")


@require_POST
def cash(request: CityRequest, pk: UUID) -> HttpResponse:
    """Take what is missing in cash."""
    order = get_object_or_404(Order, pk=pk)
    actions.take_cash(order=order, by=request.user)
    messages.success(request, _("The money was entered; the receipt is ready."))
    return redirect("payments-pay", token=order.token)


def _readers_only(request: CityRequest) -> None:
    if not may_read_days(request.user):
        raise PermissionDenied


@require_GET
def days(request: CityRequest) -> HttpResponse:
    """The last compared days, with what waits."""
    _readers_only(request)
    context = {
        "rows": recent_days(request.user),
        "yesterday": clock.today() - timedelta(days=1),
        "may_reconcile": may_reconcile(request.user),
    }
    return TemplateResponse(request, "payments/days.html", context)


def bank_list(request: CityRequest) -> HttpResponse:
    """Take in a bank's list of an account and compare every day it holds."""
    if not may_reconcile(request.user):
        raise PermissionDenied
    form = forms.BankListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = read_bank_list(form.cleaned_data["file"].read())
        except InputRefused as refused:
            for problem in refused.problems:
                form.add_error("file", f"{_(problem.what) % problem.params} {_(problem.mend)}" if problem.mend else _(problem.what) % problem.params)  # fmt: skip
        else:
            for one, movements in sorted(found.items()):
                actions.reconcile_day(day=one, gateway=TRANSFER, listed=movements, by=request.user)  # fmt: skip
                actions.compare_books(day=one, by=request.user)
            messages.success(request, _("The list was compared with the books."))
            return redirect("payments-day", day=max(found).isoformat())
    status = 422 if form.errors else 200
    return TemplateResponse(request, "payments/bank_list.html", {"form": form}, status=status)  # fmt: skip


def day(request: CityRequest, day: str) -> HttpResponse:
    """One day compared with the bank's lists; operators compare it again."""
    _readers_only(request)
    try:
        wanted = date.fromisoformat(day)
    except ValueError as wrong:
        raise Http404 from wrong
    if request.method == "POST":
        if not may_reconcile(request.user):
            raise PermissionDenied
        for name in gateways():
            compare_day(wanted, name, request.user)
        actions.compare_books(day=wanted, by=request.user)
        messages.success(request, _("The day was compared again."))
        return redirect("payments-day", day=day)
    context = {
        "page": day_page(request.user, wanted),
        "verdicts": words.VERDICTS,
        "mends": words.MENDS,
        "kinds": words.KINDS,
        "gateways": words.GATEWAYS,
        "may_reconcile": may_reconcile(request.user),
    }
    return TemplateResponse(request, "payments/day.html", context)


def book_day(request: CityRequest, pk: UUID) -> HttpResponse:
    """A body's books against the bank on a day: both sums, what stands on one side only."""
    found = BookDay.objects.visible_to(request.user).select_related("owner", "resolved_by")  # fmt: skip
    row = get_object_or_404(found, pk=pk)
    may = row.is_open and works_for(request.user, row.owner_id)
    form = forms.ResolveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.resolve_book_day(row=row, **form.cleaned_data, by=request.user)
        except RuleBroken as refused:
            form.add_error("note" if refused.field else None, _(refused.sentence))
        else:
            return redirect("payments-day", day=row.day.isoformat())
    context = {
        "row": row, "form": form, "may": may, "apart": apart_of(row),
        "listed": listed_on(row.day, row.owner_id),
        "posted": cash_postings(row.day, row.owner_id),
        "reads_books": may_read_books(request.user, row.owner_id),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "payments/book_day.html", context, status=status)


def difference(request: CityRequest, pk: UUID) -> HttpResponse:
    """One difference: enter the money for its order, or say how it was settled."""
    found = StatementLine.objects.visible_to(request.user).select_related(
        "statement", "order", "owner", "resolved_by"
    )
    line = get_object_or_404(found, pk=pk)
    may = may_resolve(request.user, line) and line.is_open
    form = forms.ResolveForm(request.POST or None)
    back = line.statement.day.isoformat()
    if request.method == "POST" and "take" in request.POST:
        actions.take_from_statement(line=line, by=request.user)
        messages.success(request, _("The money was entered for its order."))
        return redirect("payments-day", day=back)
    if request.method == "POST" and form.is_valid():
        try:
            actions.resolve_difference(line=line, **form.cleaned_data, by=request.user)
        except RuleBroken as refused:
            form.add_error("note" if refused.field else None, _(refused.sentence))
        else:
            return redirect("payments-day", day=back)
    context = {
        "line": line,
        "form": form,
        "may": may,
        "verdicts": words.VERDICTS,
        "mends": words.MENDS,
        "kinds": words.KINDS,
        "takeable": may
        and line.verdict == Verdict.MISSING_HERE
        and line.kind == Kind.PAYMENT
        and line.order_id is not None,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "payments/difference.html", context, status=status)

"""The payer's pages: what is asked for and how to pay it, receipts, the gateways' door."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import Person
from khuevan.payments import actions, words
from khuevan.payments.access import may_cancel, may_handle
from khuevan.payments.documents.receipt import receipt_pdf
from khuevan.payments.gateways import Asked, gateway_named, gateways
from khuevan.payments.models import Order, Receipt
from khuevan.payments.payables import describe
from khuevan.payments.queries import check_receipt, transfer_payload, view_of
from khuevan.payments.receiving import receive
from khuevan.platform.official.qr import qr_svg


def order_at(token: str) -> Order:
    """Return the order whose address this is: who holds it may see that page."""
    found = Order.objects.select_related("beneficiary", "payer", "receipt")
    return get_object_or_404(found, token=token)


def _person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


@require_GET
@never_cache
@login_not_required
def pay_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked for, who bears it, and the ways to pay it."""
    order, person = order_at(token), _person(request)
    view = view_of(order)
    by_transfer = transfer_payload(order, view.missing)
    handles = person is not None and may_handle(person, order)
    context: dict[str, Any] = {
        "order": order,
        "view": view,
        "about": describe(order.subject),
        "states": words.STATES,
        "colours": words.COLOURS,
        "account": by_transfer[0] if by_transfer else None,
        "qr": qr_svg(by_transfer[1]) if by_transfer else "",
        "gateways": [(name, words.GATEWAYS.get(name, name)) for name in gateways()],
        "refunds": order.refunds.order_by("asked_at"),
        "refund_states": words.REFUND_STATES,
        "refund_reasons": words.REFUND_REASONS,
        "handles": handles,
        "may_cancel": person is not None and may_cancel(person, order),
        "is_payer": person is not None and order.payer_id == person.pk,
    }
    return TemplateResponse(request, "payments/pay.html", context)


@require_POST
@login_not_required
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Go to a gateway: the attempt is noted first, the gateway asked after."""
    order = order_at(token)
    name = request.POST.get("gateway", "")
    gateway = gateway_named(name)
    if gateway is None:
        raise Http404
    attempt = actions.start_attempt(order=order, gateway=name, by=_person(request))
    asked = Asked(order.token, order.pay_reference, attempt.amount)
    address = gateway.start(asked)
    if address.startswith("/"):
        return redirect(address)
    # A form may lead nowhere else (Content-Security-Policy): a link does.
    return TemplateResponse(
        request, "payments/leave.html", {"order": order, "address": address}
    )


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    order = order_at(token)
    actions.cancel_order(order=order, by=_person(request))
    messages.success(request, _("The order was cancelled."))
    return redirect("payments-pay", token=token)


@require_GET
@never_cache
@login_not_required
def receipt_file(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt as PDF, for whoever holds the order's address."""
    receipt = get_object_or_404(
        Receipt.objects.select_related("organisation", "order__payer"),
        order__token=token,
    )
    content = receipt_pdf(receipt, describe(receipt.order.subject))
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"bien-lai-{receipt.year}-{receipt.number:07d}"
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@require_GET
@login_not_required
def receipt_check(request: HttpRequest, code: str) -> HttpResponse:
    """Tell anybody whether a receipt is ours; names nobody."""
    found = check_receipt(code)
    status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
    context = {"receipt": found, "code": code, "site": settings.SITE_URL}
    return TemplateResponse(request, "payments/receipt.html", context, status=status)


@csrf_exempt
@require_POST
@login_not_required
def callback(request: HttpRequest, gateway: str) -> HttpResponse:
    """The door for gateways: what counts is their signature."""
    status = receive(gateway, request.headers, request.body)
    answer = JsonResponse({"taken": status is HTTPStatus.OK}, status=status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "60"
    return answer

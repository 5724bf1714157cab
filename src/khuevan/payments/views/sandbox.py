"""The page that plays the bank: closed unless settings open the sandbox."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from khuevan.payments import sandbox
from khuevan.payments.forms import SandboxForm
from khuevan.payments.gateways import SANDBOX, sandbox_is_open
from khuevan.payments.models import Order, SandboxMovement
from khuevan.payments.queries import view_of
from khuevan.payments.receiving import receive
from khuevan.payments.sandbox import Behaviour, event_of, remember_payment, telling
from khuevan.platform import clock

from .paying import order_at


@login_not_required
def bank(request: HttpRequest, token: str) -> HttpResponse:
    """Pay an order in the invented bank, which behaves as one chooses."""
    if not sandbox_is_open():
        raise Http404
    order = order_at(token)
    view = view_of(order)
    form = SandboxForm(request.POST or None)
    if "late" in request.POST:
        _tell_late_ones(order)
        return redirect("payments-pay", token=token)
    if request.method == "POST" and form.is_valid() and view.missing:
        _pay(order, view.missing, Behaviour(form.cleaned_data["behaviour"]))
        messages.info(request, _("The trial bank has moved the money."))
        return redirect("payments-pay", token=token)
    late = SandboxMovement.objects.filter(reference=order.pay_reference, told_at=None)
    context = {"order": order, "view": view, "form": form, "late": late.count()}
    return TemplateResponse(request, "payments/sandbox.html", context)


def _pay(order: Order, missing: int, behaviour: Behaviour) -> None:
    moved = {Behaviour.SHORT: max(1, missing // 2), Behaviour.OVER: missing + 10_000}
    movement = remember_payment(order.pay_reference, moved.get(behaviour, missing))
    if behaviour in {Behaviour.LATE, Behaviour.SILENT}:
        return
    told = telling(event_of(movement), forged=behaviour is Behaviour.FORGED)
    _tell(movement, told, 2 if behaviour is Behaviour.TWICE else 1)


def _tell(movement: SandboxMovement, told: sandbox.Telling, times: int) -> None:
    answers = [receive(SANDBOX, told.headers, told.body) for _time in range(times)]
    if HTTPStatus.OK in answers:
        movement.told_at = clock.now()
        movement.save(update_fields=["told_at"])


def _tell_late_ones(order: Order) -> None:
    rows = SandboxMovement.objects.filter(reference=order.pay_reference, told_at=None)
    for movement in rows:
        _tell(movement, telling(event_of(movement)), 1)

"""Points and their queues: for people who come, for who serves, for who manages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import CityRequest, Organisation, Person
from khuevan.platform import clock
from khuevan.platform.callers import address_of
from khuevan.platform.errors import RuleBroken
from khuevan.platform.idempotency import idempotent

from . import actions, queries, words
from .access import POINTS, may_count_party, may_manage, may_serve
from .forms import BookingForm, DeskForm, PartyForm, TicketForm
from .hours import check_open
from .models import Booking, Desk, Ticket
from .rules import OVER, Priority, TicketState


@require_GET
@login_not_required
def points(request: HttpRequest) -> HttpResponse:
    """Every point with how long somebody who comes now will wait."""
    text = request.GET.get("q", "")[:200]
    context = {
        "loads": queries.loads(text),
        "text": text,
        "now": clock.now(),
        "kinds": words.POINTS,
    }
    return TemplateResponse(request, "centre/points.html", context)


@require_GET
@login_not_required
def point(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One point: how busy it is, whom it calls, quieter ones, appointments."""
    found = _point(pk)
    load = queries.load_of(found.pk)
    everything = queries.loads()
    context = {
        "point": found,
        "load": load,
        "called": queries.being_called(found.pk),
        "quieter": queries.quieter(load, everything) if load else [],
        "days": queries.free_days(found, queries.places_at(found)),
        "form": TicketForm(),
        "closed": _closed(),
        "may_serve": isinstance(request.user, Person) and may_serve(request.user, found),
    }  # fmt: skip
    return TemplateResponse(request, "centre/point.html", context)


@require_POST
@login_not_required
@idempotent
def ticket_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a number: at the entrance, or on the way."""
    found = _point(pk)
    form = TicketForm(request.POST)
    if not form.is_valid():
        return redirect("centre-point", pk=found.pk)
    try:
        made = actions.take_ticket(
            point=found, priority=Priority(form.cleaned_data["priority"]),
            address=address_of(request), by=_who(request),
        )  # fmt: skip
    except RuleBroken as broken:
        messages.error(request, _(broken.sentence) % broken.params)
        return redirect("centre-point", pk=found.pk)
    return redirect("centre-ticket", token=made.token)


@login_not_required
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """A ticket's own page, for whoever holds its address: place, wait, give up."""
    found = get_object_or_404(Ticket.objects.select_related("point", "desk"), token=token)  # fmt: skip
    if request.method == "POST":
        _try(request, lambda: actions.give_up(ticket=found, by=_who(request)))
        return redirect("centre-ticket", token=token)
    load = queries.load_of(found.point_id)
    ahead = queries.ahead_of(found)
    context = {
        "ticket": found,
        "ahead": ahead,
        "load": load,
        "states": words.TICKETS,
        "may_leave": found.state == TicketState.WAITING,
        "over": found.state in OVER,
    }
    return TemplateResponse(request, "centre/ticket.html", context)


@login_not_required
def booking_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Book an appointment at a point."""
    found = _point(pk)
    days = queries.free_days(found, queries.places_at(found))
    form = BookingForm([s for d in days for s in d.free], request.POST or None, initial=_known(request))  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.book(
                point=found, starts_at=datetime.fromisoformat(data["starts_at"]),
                name=data["name"], phone=data["phone"], address=address_of(request),
                by=_who(request),
            )  # fmt: skip
        except RuleBroken as broken:
            _add(form, broken)
        else:
            return redirect("centre-booking", token=made.token)
    answer = TemplateResponse(request, "centre/book.html", {"point": found, "form": form})  # fmt: skip
    answer.status_code = 422 if form.errors else 200
    return answer


@login_not_required
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """An appointment's own page: come, or give it back."""
    found = get_object_or_404(Booking.objects.select_related("point"), token=token)
    if request.method == "POST":
        if request.POST.get("does") == "arrive":
            made: list[Ticket] = []
            if _try(request, lambda: made.append(actions.take_ticket(point=found.point, booking=found, by=_who(request)))):  # fmt: skip
                return redirect("centre-ticket", token=made[0].token)
        else:
            _try(
                request, lambda: actions.cancel_booking(booking=found, by=_who(request))
            )
        return redirect("centre-booking", token=token)
    context = {
        "booking": found,
        "states": words.BOOKINGS,
        "today": clock.local_day(found.starts_at) == clock.today(),
        "ticket": getattr(found, "ticket", None),
    }
    return TemplateResponse(request, "centre/booking.html", context)


@require_GET
def desk(request: CityRequest, pk: UUID) -> HttpResponse:
    """The desk of an official: call, serve, finish, and who waits."""
    found = _point(pk)
    if not may_serve(request.user, found):
        raise PermissionDenied
    own = Desk.objects.filter(point=found, official=request.user).first()
    here = (
        Ticket.objects.filter(desk=own, state__in=[TicketState.CALLED, TicketState.SERVING]).first()
        if own
        else None
    )  # fmt: skip
    waiting = Ticket.objects.visible_to(request.user).waiting().filter(point=found, day=clock.today())  # fmt: skip
    context = {
        "point": found,
        "own": own,
        "here": here,
        "form": DeskForm(),
        "waiting": waiting.order_by("number").select_related("booking"),
        "missed": Ticket.objects.visible_to(request.user).filter(point=found, day=clock.today(), state=TicketState.NO_SHOW),
        "states": words.TICKETS,
        "priorities": words.PRIORITIES,
    }  # fmt: skip
    return TemplateResponse(request, "centre/desk.html", context)


@require_POST
@idempotent
def desk_action(request: CityRequest, pk: UUID) -> HttpResponse:
    """One thing done at a desk."""
    found = _point(pk)
    if not may_serve(request.user, found):
        raise PermissionDenied
    does = request.POST.get("does", "")
    _try(request, lambda: _at_desk(does, request, found))
    return redirect("centre-desk", pk=found.pk)


@require_GET
def load(request: CityRequest) -> HttpResponse:
    """Every point's load by branch, the longest wait first: for who manages the centre."""
    if not may_manage(request.user):
        raise PermissionDenied
    context = {"branches": queries.by_branch(queries.loads()), "now": clock.now()}
    return TemplateResponse(request, "centre/load.html", context)


def party(request: CityRequest) -> HttpResponse:
    """Counts and times of the Party's procedures: entered by Party bodies, read by few."""
    if not may_count_party(request.user):
        raise PermissionDenied
    form = PartyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.count_party_month(**form.cleaned_data, by=request.user)
        except RuleBroken as broken:
            _add(form, broken)
        else:
            messages.success(request, _("The month was entered."))
            return redirect("centre-party")
    since = date(clock.today().year - 1, 1, 1)
    context = {"form": form, "rows": queries.party_counts(since), "titles": words.PARTY}
    answer = TemplateResponse(request, "centre/party.html", context)
    answer.status_code = 422 if form.errors else 200
    return answer


def _at_desk(does: str, request: CityRequest, point: Organisation) -> None:
    by = request.user
    if does == "open":
        form = DeskForm(request.POST)
        if form.is_valid():
            actions.open_desk(point=point, number=form.cleaned_data["number"], by=by)
        return
    if does == "recall":
        key = request.POST.get("ticket", "")
        actions.recall(ticket=get_object_or_404(Ticket, token=key, point=point), by=by)
        return
    own = get_object_or_404(Desk, point=point, official=by)
    if does == "close":
        actions.close_desk(desk=own, by=by)
    elif does == "call":
        if actions.call_next(desk=own, by=by) is None:
            messages.info(request, _("Nobody is waiting."))
    elif does in _WITH_TICKET:
        current = get_object_or_404(Ticket, desk=own, state__in=[TicketState.CALLED, TicketState.SERVING])  # fmt: skip
        _WITH_TICKET[does](ticket=current, by=by)


_WITH_TICKET: dict[str, Callable[..., object]] = {
    "start": actions.start_serving,
    "finish": actions.finish_ticket,
    "missed": actions.mark_no_show,
    "back": actions.recall,
}


def _point(pk: UUID) -> Organisation:
    return get_object_or_404(Organisation.objects.in_force(), pk=pk, kind__in=POINTS)


def _who(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _closed() -> str:
    """Return why no number can be taken now; nothing where one can."""
    try:
        check_open(clock.now())
    except RuleBroken as broken:
        return _(broken.sentence) % broken.params
    return ""


def _known(request: HttpRequest) -> dict[str, str]:
    person = _who(request)
    return {"name": person.full_name, "phone": person.phone} if person else {}


def _try(request: HttpRequest, does: Callable[[], object]) -> bool:
    try:
        does()
    except RuleBroken as broken:
        messages.error(request, _(broken.sentence) % broken.params)
        return False
    return True


def _add(form: Form, broken: RuleBroken) -> None:
    field = broken.field if broken.field in form.fields else None
    form.add_error(field, _(broken.sentence) % broken.params)

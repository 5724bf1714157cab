"""Bookings: asking, one's list, a booking with what may be done, its file for calendars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.http import require_GET

from khuevan.directory.public import CityRequest, Organisation, Person
from khuevan.experts import actions, forms
from khuevan.experts.access import houses_of, is_asker, keeps_the_pool, may_settle
from khuevan.experts.dated import declaration_named, declaration_on
from khuevan.experts.matters import Matter, matter_of
from khuevan.experts.models import Booking, Consultation, Expert, MinutesPaper
from khuevan.experts.money import keeper
from khuevan.experts.queries.conflicts import conflicts_among
from khuevan.experts.queries.pool import rows_of, taken
from khuevan.experts.rules.bookings import (
    CHASED_TWICE,
    MOVES,
    OWNERS,
    Move,
    State,
    Turn,
    span_of,
)
from khuevan.experts.words import TOLD_TIES, labels
from khuevan.feedback.public import issue_rating_link
from khuevan.payments.public import orders_of
from khuevan.platform import clock
from khuevan.platform.calendars import Entry, calendar_answer
from khuevan.platform.http import download_of
from khuevan.platform.refusals import carried_out

from .common import form_page, given, seen_booking


LATEST = 200
"""Bookings on one's list."""


# ---------------------------------------------------------------------------- asking


def book(request: CityRequest) -> HttpResponse:
    """Put a question to experts; who is tied to a side is named with the tie, not offered."""
    subject = request.GET.get("matter", "")[:150]
    matter = matter_of(subject, request.user) if subject else None
    if subject and matter is None:
        raise Http404
    owners = _owners(request.user)
    free, tied = _choice(request, matter, owners)
    form = forms.BookForm(given(request), rows=rows_of(free), owners=owners, initial=_first(request, matter, owners))  # fmt: skip
    made: list[Consultation] = []

    def ask() -> None:
        told = form.told()
        told["experts"] = list(Expert.objects.filter(pk__in=told["experts"]))
        made.append(actions.ask_experts(**told, matter=subject, by=request.user))

    if request.method == "POST" and form.is_valid() and carried_out(form, ask):
        messages.success(request, _("Asked. You are told when they answer."))
        first = made[0].bookings.order_by("code")[0]
        return redirect("expert-booking", code=first.code)
    back = (_("Adviser pool"), reverse("experts"))
    return form_page(request, form, _("Ask experts"), _("Ask"), back=back, lead=matter.title if matter else "", notes=tied)  # fmt: skip


def _owners(person: Person) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk__in=houses_of(person)).order_by("sort_key")


def _first(request: CityRequest, matter: Matter | None, owners: QuerySet[Organisation]) -> dict[str, Any]:  # fmt: skip
    return {
        "experts": request.GET.getlist("expert"), "organisation": owners.first(),
        "title": matter.title[:200] if matter else "", "minutes": 60,
    }  # fmt: skip


def _choice(request: CityRequest, matter: Matter | None, owners: QuerySet[Organisation]) -> tuple[list[Expert], tuple[str, ...]]:  # fmt: skip
    """Return who may be asked, and of the others the sentences that say why not."""
    rows = Expert.objects.admitted().filter(paused=False).exclude(person=request.user)
    field = request.GET.get("field", "")
    if field:
        rows = rows.filter(fields__contains=[field])
    rows = rows.exclude(person__in=matter.people if matter else ())
    found = list(rows.select_related("person").order_by("person__sort_key"))
    sides = {owner.pk for owner in owners} | set(matter.sides if matter else ())
    tied = conflicts_among(found, sides, clock.today())
    why = tuple(
        _("%(name)s is not offered: %(tie)s (%(organisation)s).") % {
            "name": one.person.full_name, "tie": TOLD_TIES[tied[one.pk][0].tie],
            "organisation": tied[one.pk][0].name,
        }
        for one in found if one.pk in tied
    )  # fmt: skip
    return [one for one in found if one.pk not in tied], why


# ------------------------------------------------------------------------------ lists


@require_GET
def bookings(request: CityRequest) -> HttpResponse:
    """List what one asked and what one is asked, what waits for oneself first."""
    rows = Booking.objects.visible_to(request.user)
    rows = rows.select_related("expert__person", "consultation__organisation", "consultation__asked_by")  # fmt: skip
    latest = rows.order_by("-consultation__asked_at", "code")[:LATEST]
    found = [(booking, _waits_for(booking, request.user)) for booking in latest]
    context = {
        "rows": sorted(found, key=lambda each: not each[1]), "owners": OWNERS,
        "now": clock.now(), **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "experts/bookings.html", context)


def _waits_for(booking: Booking, person: Person) -> bool:
    turn = OWNERS.get(State(booking.state))
    if turn is Turn.EXPERT:
        return booking.expert.person_id == person.pk
    return turn is Turn.ASKER and is_asker(person, booking)


# ---------------------------------------------------------------------------- a booking


@require_GET
def booking(request: CityRequest, code: str) -> HttpResponse:
    """Show a booking: who has it until when, what comes next, minutes, money, what was done."""
    found = seen_booking(request, code)
    asks = is_asker(request.user, found)
    orders = orders_of(found.ref) if found.order else ()
    declaration = declaration_named(found.declared)
    context = {
        "booking": found, "asked": found.consultation, "asks": asks,
        "turn": OWNERS.get(State(found.state), Turn.NOBODY),
        "mine": _waits_for(found, request.user), "now": clock.now(),
        "offers": offers_for(found, request.user),
        "declaration": declaration.words(get_language() or "vi") if declaration else "",
        "versions": found.versions.prefetch_related("papers__file"),
        "others": found.consultation.bookings.exclude(pk=found.pk).select_related("expert__person"),
        "sides": found.consultation.sides.order_by("sort_key"),
        "order": orders[0] if orders and asks else None,
        "may_rate": asks and found.state == State.CLOSED,
        "steps": found.steps.select_related("by").order_by("-at", "-pk"), **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "experts/booking.html", context)


@require_GET
def calendar(request: CityRequest, code: str) -> HttpResponse:
    """The booking for one's calendar."""
    found = seen_booking(request, code)
    if found.time is None:
        raise Http404
    asked = found.consultation
    entry = Entry(
        found.pk, found.time.lower, found.time.upper, f"{found.code}: {asked.title}",
        about=found.expert.person.full_name, place=found.place,
        page=reverse("expert-booking", args=[found.code]),
        called_off=found.state == State.CALLED_OFF,
    )  # fmt: skip
    return calendar_answer([entry], found.code)


@require_GET
def minutes_paper(request: CityRequest, code: str, pk: UUID) -> HttpResponse:
    """Hand a paper of the minutes to who may read them."""
    found = seen_booking(request, code)
    rows = MinutesPaper.objects.select_related("file")
    kept = get_object_or_404(rows, pk=pk, minutes__booking=found).file
    return download_of(kept)


@require_GET
def rate(request: CityRequest, code: str) -> HttpResponse:
    """Lead who asked to the rating of a closed booking; nobody is told who rated."""
    found = seen_booking(request, code)
    if found.state != State.CLOSED or not is_asker(request.user, found):
        raise Http404
    return redirect(issue_rating_link(subject=found.ref, organisation=keeper(), procedure="", by=None))  # fmt: skip


# ------------------------------------------------------------------- what is done


@dataclass(frozen=True)
class Offer:
    """Something to be done with a booking; `when` says more than its state."""

    label: str | Promise
    move: Move
    form: type[django_forms.Form]
    perform: Callable[..., Any]
    when: Callable[[Booking, Person], bool] = lambda booking, person: True
    main: bool = False


def _begun(booking: Booking, person: Person) -> bool:
    return booking.time is not None and booking.time.lower <= clock.now()


def _either(booking: Booking, person: Person) -> bool:
    side = person.pk == booking.expert.person_id or is_asker(person, booking)
    return side and not _begun(booking, person)


def _stuck(booking: Booking, person: Person) -> bool:
    again = booking.state == State.DISPUTED and booking.versions.count() > 1
    return may_settle(person, booking) and (booking.chased >= CHASED_TWICE or again)


OFFERS: Mapping[str, Offer] = {
    "accept": Offer(gettext_lazy("Accept the booking"), Move.ACCEPT, forms.AcceptForm, actions.accept, main=True),
    "propose": Offer(gettext_lazy("Name another time"), Move.PROPOSE, forms.TimeForm, actions.propose_time),
    "take": Offer(gettext_lazy("Take this time"), Move.TAKE, forms.NothingForm, actions.take_time, main=True),
    "report": Offer(gettext_lazy("Write the minutes"), Move.REPORT, forms.MinutesForm, actions.write_minutes, _begun, main=True),
    "amend": Offer(gettext_lazy("Write the minutes anew"), Move.AMEND, forms.MinutesForm, actions.write_minutes, main=True),
    "confirm": Offer(gettext_lazy("Confirm minutes and hours"), Move.CONFIRM, forms.ConfirmForm, actions.confirm, main=True),
    "dispute": Offer(gettext_lazy("Something is not so"), Move.DISPUTE, forms.WordsForm, actions.dispute),
    "settle": Offer(gettext_lazy("Settle how many hours count"), Move.SETTLE, forms.SettleForm, actions.settle, _stuck, main=True),
    "decline": Offer(gettext_lazy("Decline"), Move.DECLINE, forms.WordsForm, actions.decline),
    "call-off": Offer(gettext_lazy("Call off"), Move.CALL_OFF, forms.WordsForm, actions.call_off, _either),
}  # fmt: skip


def offers_for(found: Booking, person: Person) -> dict[str, Offer]:
    """Return what somebody may do with a booking as it stands."""
    return {slug: offer for slug, offer in OFFERS.items() if _may(offer, found, person)}


def _may(offer: Offer, found: Booking, person: Person) -> bool:
    states, turn = MOVES[offer.move]
    if found.state not in states or not offer.when(found, person):
        return False
    if turn is Turn.EXPERT:
        return found.expert.person_id == person.pk
    return turn is None or is_asker(person, found)


def _still_free(found: Booking) -> list[datetime]:
    """Return the times asked for that the expert still has; all where none is left."""
    free = [
        start for start in found.starts
        if start > clock.now() and not taken(found.expert, span_of(start, found.minutes))
    ]  # fmt: skip
    return free or found.starts


def _more(slug: str, found: Booking) -> dict[str, Any]:
    """Return what a form lets choose, and what it shows at first."""
    declaration = declaration_on(clock.today())
    sentence = declaration.words(get_language() or "vi")
    if slug == "accept":
        return {"starts": _still_free(found), "version": declaration.version, "sentence": sentence}  # fmt: skip
    if slug == "propose":
        return {"version": declaration.version, "sentence": sentence}
    last = found.versions.last()
    if slug == "confirm" and last:
        return {"initial": {"version": last.number}}
    if slug == "amend" and last:
        return {"initial": {"asked": last.asked, "found": last.found, "advised": last.advised, "worked": last.worked}}  # fmt: skip
    return {"initial": {"worked": found.minutes}} if slug == "report" else {}


def booking_action(request: CityRequest, code: str, slug: str) -> HttpResponse:
    """One small form for one thing to do."""
    found = seen_booking(request, code)
    offer = OFFERS.get(slug)
    if offer is None:
        raise Http404
    if slug not in offers_for(found, request.user):
        if request.method == "POST":
            raise PermissionDenied
        return redirect("expert-booking", code=code)
    form = offer.form(given(request), request.FILES or None, **_more(slug, found))
    if request.method == "POST" and form.is_valid():
        told = form.told() if hasattr(form, "told") else form.cleaned_data
        if carried_out(form, lambda: offer.perform(booking=found, **told, by=request.user)):  # fmt: skip
            messages.success(request, _("Done."))
            return redirect("expert-booking", code=code)
    back = (found.code, reverse("expert-booking", args=[code]))
    return form_page(request, form, offer.label, offer.label, back=back, lead=found.consultation.title)  # fmt: skip


def pay_out(request: CityRequest, code: str) -> HttpResponse:
    """Note that a fee left for the expert's bank."""
    found = seen_booking(request, code)
    if not keeps_the_pool(request.user):
        raise PermissionDenied
    form = forms.PayOutForm(given(request))
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.pay_out(booking=found, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        return redirect("expert-booking", code=code)
    back = (found.code, reverse("expert-booking", args=[code]))
    return form_page(request, form, _("Note a payment to the expert"), _("Note it"), back=back)  # fmt: skip

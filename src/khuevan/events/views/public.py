"""What everybody meets: the list, an event, registering, one's ticket, questions."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from khuevan.events import actions, forms
from khuevan.events.access import may_run, may_use
from khuevan.events.dated import notice_on
from khuevan.events.models import Event, Question, Registration
from khuevan.events.queries import (
    Figures,
    figures_of,
    organisers_of,
    own_registration,
    questions_of,
    stars_of,
)
from khuevan.events.rules.events import Audience, Standing, State
from khuevan.events.words import labels
from khuevan.feedback.public import issue_rating_link
from khuevan.platform import clock
from khuevan.platform.calendars import calendar_answer
from khuevan.platform.callers import address_of
from khuevan.platform.errors import RuleBroken
from khuevan.platform.official.qr import qr_svg
from khuevan.platform.refusals import carried_out, refusal

from .common import entry_of, given, held_by_token, reader, seen


LATEST = 100
"""Events ahead, and events over, on the list."""
FEED_BACK = timedelta(days=90)
"""How far back the feed for calendars reaches."""


@require_GET
@login_not_required
def events(request: HttpRequest) -> HttpResponse:
    """List events ahead, then those that are over with who came."""
    rows = Event.objects.visible_to(request.user).select_related("organiser")
    now, person = clock.now(), reader(request)
    ahead = list(rows.filter(ends_at__gte=now).exclude(state=State.HELD).order_by("starts_at")[:LATEST])  # fmt: skip
    known = {event.pk for event in ahead}
    over = [e for e in rows.order_by("-starts_at")[: 2 * LATEST] if e.pk not in known]
    context = {
        "ahead": ahead, "over": over[:LATEST], "figures": figures_of([*ahead, *over[:LATEST]]),
        "nobody": Figures(), "runs": person is not None and organisers_of(person).exists(),
        "now": now, **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "events/events.html", context)


@require_GET
@login_not_required
def feed(request: HttpRequest) -> HttpResponse:
    """The events open to everybody, to subscribe to."""
    rows = Event.objects.filter(published_at__isnull=False, audience=Audience.EVERYBODY)
    rows = rows.filter(ends_at__gte=clock.now() - FEED_BACK).order_by("starts_at")
    return calendar_answer([entry_of(event) for event in rows[: 2 * LATEST]], "events", name=_("Events"))  # fmt: skip


@require_GET
@login_not_required
def event(request: HttpRequest, code: str) -> HttpResponse:
    """Show an event: when, where, agenda, how many seats are left, what came of it."""
    found, person = seen(request, code), reader(request)
    figures = figures_of([found]).get(found.pk, Figures())
    answered = questions_of(found).filter(answered_at__isnull=False)
    context = {
        "event": found, "items": found.items.all(), "figures": figures,
        "left": max(found.seats - figures.registered, 0), "now": clock.now(),
        "open": found.state == State.PUBLISHED and found.opens_at <= clock.now() < found.closes_at,
        "own": own_registration(found, request.user), "answered": answered,
        "runs": person is not None and may_run(person, found),
        "stars": stars_of(found) if found.state == State.HELD else None, **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "events/event.html", context)


@require_GET
@login_not_required
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """One event for one's calendar."""
    return calendar_answer([entry_of(seen(request, code))], code)


@login_not_required
def register(request: HttpRequest, code: str) -> HttpResponse:
    """Register: with one's account in one click, or with name and e-mail."""
    found, person = seen(request, code), reader(request)
    form = forms.GuestForm(given(request)) if person is None else forms.NothingForm(given(request))  # fmt: skip
    made: list[Registration] = []

    def act() -> None:
        told = {} if person else form.cleaned_data
        made.append(actions.register(event=found, **told, address=address_of(request), by=person))  # fmt: skip

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        return redirect("event-ticket", token=made[0].token)
    context = {
        "event": found, "form": form,
        "notice": "" if person else notice_on(clock.today(), get_language() or "vi"),
        **labels(),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "events/register.html", context, status=status)


# ---------------------------------------------------------------------- one's ticket


@require_GET
@never_cache
@login_not_required
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """One's own page: the ticket with its QR, where one stands, questions, withdrawing."""
    row = held_by_token(token)
    door = reverse("event-door-ticket", args=[row.event.code, row.ticket])
    waiting = row.event.registrations.filter(standing=Standing.WAITING)
    context = {
        "row": row, "event": row.event, "now": clock.now(),
        "qr": qr_svg(urljoin(settings.SITE_URL, door)) if row.standing == Standing.REGISTERED else "",
        "ahead": waiting.filter(made_at__lt=row.made_at).count(),
        "may_use": may_use(reader(request), row),
        "may_rate": row.event.state == State.HELD and row.attended_at is not None,
        **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "events/ticket.html", context)


@require_POST
@login_not_required
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Withdraw one's registration."""
    try:
        actions.withdraw(registration=held_by_token(token), by=reader(request))
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
    return redirect("event-ticket", token=token)


@require_GET
@login_not_required
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Lead who came to the rating of an event; nobody is told who rated."""
    row = held_by_token(token)
    if row.event.state != State.HELD or row.attended_at is None:
        raise Http404
    return redirect(issue_rating_link(subject=row.ref, organisation=row.event.organiser, procedure="", by=None))  # fmt: skip


# ------------------------------------------------------------------------- questions


@never_cache
@login_not_required
def questions(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, see what others ask, and say what one would like to hear, too."""
    row = held_by_token(token)
    form = forms.QuestionForm(given(request))
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.ask_question(registration=row, **form.cleaned_data, by=reader(request))
    ):  # fmt: skip
        return redirect("event-questions", token=token)
    context = {
        "row": row, "event": row.event, "form": form, "rows": questions_of(row.event, row),
        "takes": row.event.state == State.PUBLISHED and row.standing == Standing.REGISTERED and clock.now() <= row.event.ends_at,
        **labels(),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "events/questions.html", context, status=status)


@require_GET
@never_cache
@login_not_required
def wall(request: HttpRequest, token: str) -> HttpResponse:
    """The questions alone: the page asks for them again and again."""
    row = held_by_token(token)
    takes = row.event.state == State.PUBLISHED and row.standing == Standing.REGISTERED
    context = {"row": row, "event": row.event, "rows": questions_of(row.event, row), "takes": takes}  # fmt: skip
    return TemplateResponse(request, "events/wall.html", context)


@require_POST
@login_not_required
def vote(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Say that one would like to hear an answer, too, or take it back."""
    row = held_by_token(token)
    question = get_object_or_404(Question, pk=pk, event=row.event_id, hidden_at=None)
    try:
        actions.vote(question=question, registration=row, by=reader(request))
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
    return redirect("event-questions", token=token)

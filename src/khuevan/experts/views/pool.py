"""The pool: its list, an expert's page, coming in, what an expert says of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET

from khuevan.directory.public import CityRequest, Person
from khuevan.experts import actions, forms
from khuevan.experts.access import keeps_the_pool, may_decide
from khuevan.experts.dated import cooling_on
from khuevan.experts.models import ACTING, Booking, Evidence, Expert, Interest
from khuevan.experts.queries.conflicts import conflicts_of
from khuevan.experts.queries.pool import find, rows_of
from khuevan.experts.rules.bookings import CHASED_TWICE, State
from khuevan.experts.rules.pool import WAITING, Standing
from khuevan.experts.words import labels
from khuevan.platform import clock
from khuevan.platform.http import download_of
from khuevan.platform.refusals import carried_out
from khuevan.valuation.public import field_names

from .common import form_page, given, reader, seen_expert


MOST = 200
"""Experts on the list; words and fields lead to the others."""


@require_GET
@login_not_required
def experts(request: HttpRequest) -> HttpResponse:
    """List who may be asked: names, fields, languages, rates; no contact details."""
    field, language = request.GET.get("field", ""), request.GET.get("language", "")
    words = request.GET.get("words", "").strip()[:100]
    rows = Expert.objects.admitted().select_related("person").order_by("person__sort_key")  # fmt: skip
    if field in field_names():
        rows = rows.filter(fields__contains=[field])
    if language:
        rows = rows.filter(languages__contains=[language])
    person = reader(request)
    context = {
        "rows": find(rows_of(list(rows)), words)[:MOST], "words": words, "field": field,
        "language_wanted": language, "keeps": person is not None and keeps_the_pool(person),
        "own": Expert.objects.filter(person=person).first() if person else None, **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "experts/experts.html", context)


@require_GET
@login_not_required
def expert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an expert: what they advise on, what they ask, whom they are tied to if that is you."""
    found, person = seen_expert(request, pk), reader(request)
    own = person is not None and person.pk == found.person_id
    keeps = person is not None and keeps_the_pool(person)
    context = {
        "expert": found, "row": rows_of([found])[0], "own": own, "keeps": keeps,
        "rates": found.rates.all(), "evidence": found.evidence.select_related("file"),
        "interests": found.interests.select_related("organisation") if own or keeps else [],
        "absences": found.absences.filter(last__gte=clock.today()),
        "conflicts": _conflicts(found, person), "offers": offers_for(found, person),
        "bookable": found.standing == Standing.ADMITTED and not found.paused and not own,
        "today": clock.today(), "cooling": cooling_on(clock.today()), **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "experts/expert.html", context)


def _conflicts(found: Expert, person: Person | None) -> list[Any]:
    """Return the expert's ties to the organisations the reader acts for."""
    if person is None or person.pk == found.person_id:
        return []
    posts = [h.organisation_id for h in person.authority.holdings if h.role in ACTING]
    return conflicts_of(found, posts, clock.today())


@require_GET
def paper(request: CityRequest, pk: UUID, paper_pk: UUID) -> HttpResponse:
    """Hand a paper to its expert and to the keeper; others read its title and digest."""
    found = seen_expert(request, pk)
    if request.user.pk != found.person_id and not keeps_the_pool(request.user):
        raise PermissionDenied
    rows = Evidence.objects.select_related("file")
    kept = get_object_or_404(rows, pk=paper_pk, expert=found).file
    return download_of(kept)


# ------------------------------------------------------------------------ coming in


def _pool() -> tuple[str, str]:
    return (_("Adviser pool"), reverse("experts"))


def apply(request: CityRequest) -> HttpResponse:
    """Apply to the pool."""
    found = Expert.objects.filter(person=request.user).first()
    form = forms.ApplyForm(given(request), initial=_profile(found) if found else None)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.apply(person=request.user, **form.told(), by=request.user)
    ):  # fmt: skip
        messages.success(request, _("Your application is with the keeper of the pool."))
        return redirect("expert", pk=Expert.objects.get(person=request.user).pk)
    return form_page(request, form, _("Apply to the adviser pool"), _("Apply"), back=_pool())  # fmt: skip


def propose(request: CityRequest) -> HttpResponse:
    """Propose somebody else."""
    form = forms.ProposeForm(given(request))
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.propose_expert(**form.told(), by=request.user)
    ):  # fmt: skip
        messages.success(request, _("They were told. Nothing is shown of them before they agree."))  # fmt: skip
        return redirect("experts")
    return form_page(request, form, _("Propose somebody for the pool"), _("Propose"), back=_pool())  # fmt: skip


def _profile(found: Expert) -> dict[str, Any]:
    return {
        "headline": found.headline, "experience": found.experience, "paused": found.paused,
        "fields_of": found.fields, "languages": found.languages,
    }  # fmt: skip


# ------------------------------------------------------------------- what is done


@dataclass(frozen=True)
class Offer:
    """Something to be done with an expert: by the expert, or by who decides."""

    label: str | Promise
    form: type[django_forms.Form]
    perform: Callable[..., Any]
    standings: tuple[Standing, ...]
    by_expert: bool = True
    main: bool = False


def _evidence(*, expert: Expert, title: str, file: Any, by: Person) -> None:
    actions.put_evidence(expert=expert, title=title, content=file.read(), name=file.name, by=by)  # fmt: skip


_IN = (Standing.ADMITTED,)
_WAITS = (Standing.APPLIED,)
OFFERS: Mapping[str, Offer] = {
    "agree": Offer(gettext_lazy("Agree and apply"), forms.ApplyForm, actions.agree_to_apply, (Standing.PROPOSED,), main=True),
    "profile": Offer(gettext_lazy("Change my profile"), forms.ChangeForm, actions.change_profile, (*_WAITS, *_IN)),
    "rate": Offer(gettext_lazy("Set another rate"), forms.RateForm, actions.set_rate, _IN),
    "tie": Offer(gettext_lazy("Declare a tie"), forms.TieForm, actions.declare_interest, (*_WAITS, *_IN)),
    "absence": Offer(gettext_lazy("Note days without bookings"), forms.AbsenceForm, actions.note_absence, _IN),
    "evidence": Offer(gettext_lazy("Put in a paper"), forms.EvidenceForm, _evidence, (*_WAITS, *_IN)),
    "leave": Offer(gettext_lazy("Leave the pool"), forms.ReasonForm, actions.withdraw_expert, (*WAITING, *_IN)),
    "admit": Offer(gettext_lazy("Admit to the pool"), forms.ReasonForm, actions.admit, _WAITS, by_expert=False, main=True),
    "refuse": Offer(gettext_lazy("Refuse"), forms.ReasonForm, actions.refuse, _WAITS, by_expert=False),
    "remove": Offer(gettext_lazy("Take out of the pool"), forms.ReasonForm, actions.withdraw_expert, _IN, by_expert=False),
}  # fmt: skip


def offers_for(found: Expert, person: Person | None) -> dict[str, Offer]:
    """Return what somebody may do with an expert as they stand."""
    if person is None:
        return {}
    own, decides = person.pk == found.person_id, may_decide(person, found)
    return {
        slug: offer
        for slug, offer in OFFERS.items()
        if found.standing in offer.standings and (own if offer.by_expert else decides)
    }


def expert_action(request: CityRequest, pk: UUID, slug: str) -> HttpResponse:
    """One small form for one thing to do."""
    found = seen_expert(request, pk)
    offer = OFFERS.get(slug)
    if offer is None:
        raise Http404
    if slug not in offers_for(found, request.user):
        raise PermissionDenied
    initial = _profile(found) if slug in {"profile", "agree"} else None
    form = offer.form(given(request), request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.told() if isinstance(form, forms.ProfileForm) else form.cleaned_data
        if carried_out(form, lambda: offer.perform(expert=found, **told, by=request.user)):  # fmt: skip
            messages.success(request, _("Done."))
            return redirect("expert", pk=pk) if _stays(request, pk) else redirect("experts")  # fmt: skip
    back = (found.person.full_name, reverse("expert", args=[pk]))
    return form_page(request, form, offer.label, offer.label, back=back)


def _stays(request: CityRequest, pk: UUID) -> bool:
    rows = Expert.objects.visible_to(request.user, keeps=keeps_the_pool(request.user))
    return rows.filter(pk=pk).exists()


def end_tie(request: CityRequest, pk: UUID) -> HttpResponse:
    """Say since when a tie is over."""
    rows = Interest.objects.select_related("expert__person", "organisation")
    tie = get_object_or_404(rows, pk=pk, expert__person=request.user)
    form = forms.EndTieForm(given(request))
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.end_interest(interest=tie, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        return redirect("expert", pk=tie.expert_id)
    back = (tie.expert.person.full_name, reverse("expert", args=[tie.expert_id]))
    return form_page(request, form, _("This tie is over"), _("Keep"), back=back, lead=tie.organisation.name)  # fmt: skip


# ---------------------------------------------------------------------------- keeper


@require_GET
def desk(request: CityRequest) -> HttpResponse:
    """Show what waits for the keeper: applications, stuck bookings, money to pass on."""
    if not keeps_the_pool(request.user):
        raise PermissionDenied
    bookings = Booking.objects.select_related("expert__person", "consultation")
    waiting = Expert.objects.filter(standing__in=WAITING).select_related("person", "proposed_by")  # fmt: skip
    context = {
        "waiting": waiting.order_by("due_at")[:MOST],
        "stuck": bookings.live().filter(chased__gte=CHASED_TWICE).order_by("due_at")[:MOST],
        "disputed": bookings.filter(state=State.DISPUTED, chased__lt=CHASED_TWICE).order_by("due_at")[:MOST],
        "to_pay": bookings.filter(paid_at__isnull=False, paid_out="").order_by("paid_at")[:MOST],
        "now": clock.now(), **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "experts/desk.html", context)

"""Officials' pages: the inbox by due time, one petition, what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.directory.public import CityRequest, Person
from khuevan.feedback import actions, forms, words
from khuevan.feedback.access import may_handle, may_publish, may_read_inbox
from khuevan.feedback.models import Petition, PetitionFile
from khuevan.feedback.queries.petitions import PAGE, Wanted, inbox, limits_of
from khuevan.feedback.rules.codes import read_code
from khuevan.feedback.rules.petitions import (
    MOVES,
    Cause,
    Channel,
    Move,
    Refusal,
    Severity,
    State,
)
from khuevan.feedback.tokens import follow_token
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.http import download_of, page_number
from khuevan.platform.refusals import carried_out

from .citizens import sent_from


Perform = Callable[[Petition, Any, Person], object]


@dataclass(frozen=True)
class Offer:
    """One thing somebody may do to a petition: its form and its action."""

    label: str | Promise
    form: type[Form]
    perform: Perform
    may: Callable[[Person, Petition], bool] = may_handle
    main: bool = False


def _accept(petition: Petition, data: Any, by: Person) -> object:
    return actions.accept_petition(
        petition=petition,
        severity=Severity(data["severity"]),
        handler=data["handler"],
        by=by,
    )


def _refuse(petition: Petition, data: Any, by: Person) -> object:
    return actions.refuse_petition(
        petition=petition, reason=Refusal(data["reason"]), words=data["words"], by=by
    )


def _answer(petition: Petition, data: Any, by: Person) -> object:
    return actions.answer_petition(
        petition=petition, answer=data["answer"], cause=Cause(data["cause"]), by=by
    )


def _merge(petition: Petition, data: Any, by: Person) -> object:
    code = read_code(data["into"])
    into = Petition.objects.visible_to(by).filter(code=code).first() if code else None
    if into is None:
        raise RuleBroken(N_("You see no petition with this code."), field="into")
    return actions.merge_petition(petition=petition, into=into, by=by)


def _with_data(action: Callable[..., object]) -> Perform:
    """Call an action whose parameters are named like the form's fields."""
    return lambda petition, data, by: action(petition=petition, **data, by=by)


OFFERS: dict[Move, Offer] = {
    Move.ACCEPT: Offer(words.MOVES[Move.ACCEPT], forms.AcceptForm, _accept, main=True),
    Move.ANSWER: Offer(words.MOVES[Move.ANSWER], forms.AnswerForm, _answer, main=True),
    Move.PUBLISH: Offer(
        words.MOVES[Move.PUBLISH],
        forms.PublishForm,
        _with_data(actions.publish_petition),
        may_publish,
        main=True,
    ),
    Move.ASK: Offer(
        words.MOVES[Move.ASK], forms.WordsForm, _with_data(actions.ask_more)
    ),
    Move.FORWARD: Offer(
        words.MOVES[Move.FORWARD],
        forms.ForwardForm,
        _with_data(actions.forward_petition),
    ),
    Move.MERGE: Offer(words.MOVES[Move.MERGE], forms.MergeForm, _merge),
    Move.REFUSE: Offer(words.MOVES[Move.REFUSE], forms.RefuseForm, _refuse),
}


def _offers(petition: Petition, person: Person) -> dict[Move, Offer]:
    state = State(petition.state)
    return {
        move: offer
        for move, offer in OFFERS.items()
        if state in MOVES[move][0] and offer.may(person, petition)
    }


@require_GET
def inbox_page(request: CityRequest) -> HttpResponse:
    """Petitions of one's bodies, by due time."""
    if not may_read_inbox(request.user):
        raise PermissionDenied
    query = request.GET
    wanted = Wanted(
        state=query.get("state", "open"),
        category=query.get("category", "")[:10],
        mine="mine" in query,
        late="late" in query,
        words=query.get("words", "")[:100],
    )
    number = page_number(query)
    rows, count = inbox(request.user, wanted, number)
    kept = query.copy()
    kept.pop("page", None)
    context = {
        "rows": rows,
        "count": count,
        "wanted": wanted,
        "page": {"number": number, "pages": max(1, ceil(count / PAGE))},
        "query": kept.urlencode(),
        "now": clock.now(),
        "states": words.STATES,
        "colours": words.COLOURS,
        "categories": words.CATEGORIES,
        "severities": words.SEVERITIES,
    }
    return TemplateResponse(request, "feedback/inbox.html", context)


def _visible(request: CityRequest, pk: UUID) -> Petition:
    found = Petition.objects.visible_to(request.user).select_related(
        "organisation", "handler", "merged_into", "reporter"
    )
    return get_object_or_404(found, pk=pk)


@require_GET
def petition_page(request: CityRequest, pk: UUID) -> HttpResponse:
    """One petition with its limits, its steps and what can be done."""
    joined = Petition.objects.filter(merged_into=pk, reporter=request.user).first()
    if joined and not Petition.objects.visible_to(request.user).filter(pk=pk).exists():
        return redirect("feedback-petition", pk=joined.pk)
    petition = _visible(request, pk)
    inside = (
        may_handle(request.user, petition) or request.user.authority.reads_everything
    )
    if not inside:
        return redirect("feedback-followed", token=follow_token(petition))
    context = {
        "petition": petition,
        "offers": _offers(petition, request.user),
        "steps": petition.steps.select_related("organisation", "by"),
        "files": petition.files.select_related("file"),
        "target": petition.merged_into,
        "joined": petition.merged.order_by("filed_at"),
        "limits": limits_of(petition),
        "kinds": words.KINDS,
        "categories": words.CATEGORIES,
        "states": words.STATES,
        "colours": words.COLOURS,
        "moves": words.MOVES,
        "limit_words": words.LIMITS,
        "severities": words.SEVERITIES,
        "channels": words.CHANNELS,
        "causes": words.CAUSES,
    }
    return TemplateResponse(request, "feedback/petition.html", context)


def petition_action(request: CityRequest, pk: UUID, slug: str) -> HttpResponse:
    """One small form for one thing to do."""
    petition = _visible(request, pk)
    if slug not in {move.value for move in OFFERS}:
        raise Http404
    move = Move(slug)
    offer = OFFERS[move]
    if not offer.may(request.user, petition):
        raise PermissionDenied
    more: dict[str, Any] = {"petition": petition} if move is Move.ACCEPT else {}
    initial = {"public_text": petition.text, "public_answer": petition.answer}
    form = offer.form(request.POST or None, initial=initial, **more)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: offer.perform(petition, form.cleaned_data, request.user)
    ):  # fmt: skip
        messages.success(request, _("Done. The sender has been told."))
        if Petition.objects.visible_to(request.user).filter(pk=pk).exists():
            return redirect("feedback-petition", pk=pk)
        return redirect("feedback")
    context = {"petition": petition, "offer": offer, "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "feedback/action.html", context, status=status)


def enter(request: CityRequest) -> HttpResponse:
    """Enter a petition that came by telephone, on paper or at the counter."""
    if not may_read_inbox(request.user):
        raise PermissionDenied
    form = forms.ChannelForm(request.POST or None, request.FILES or None)
    made: list[Petition] = []
    if request.method == "POST" and form.is_valid():
        told = sent_from(
            form.cleaned_data, channel=Channel(form.cleaned_data["channel"])
        )
        if carried_out(
            form,
            lambda: made.append(actions.send_petition(sent=told, by=request.user)),
        ):
            messages.success(
                request,
                _("Tell the sender this code: %(code)s") % {"code": made[0].code},
            )
            return redirect("feedback")
    status = 422 if form.errors else 200
    return TemplateResponse(
        request, "feedback/send.html", {"form": form}, status=status
    )


@require_GET
def petition_file(request: CityRequest, pk: UUID) -> HttpResponse:
    """Something attached, for those who handle the petition."""
    found = PetitionFile.objects.select_related("file", "petition")
    attached = get_object_or_404(
        found, pk=pk, petition__in=Petition.objects.visible_to(request.user)
    )
    return download_of(attached.file)

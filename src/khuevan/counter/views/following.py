"""Following one's dossiers: the list, what was asked, withdrawing, rating, by code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from khuevan.counter import actions, words
from khuevan.counter.access import may_ask_back
from khuevan.counter.citizen_forms import FollowCodeForm, WithdrawForm
from khuevan.counter.definitions import definition_of
from khuevan.counter.models import Dossier, Supplement, SupplementItem
from khuevan.counter.photos import acceptable
from khuevan.counter.queries import mine, page
from khuevan.counter.rules.states import Business
from khuevan.counter.rules.supplements import FORM
from khuevan.counter.schema_forms import controls, faults, typed
from khuevan.directory.public import CityRequest
from khuevan.feedback.public import issue_rating_link
from khuevan.platform.callers import address_of
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.idempotency import idempotent
from khuevan.platform.passes import make_pass, read_pass
from khuevan.platform.refusals import carried_out

from .common import own_dossier, refusal


PAGE = 25
FOLLOWING_LASTS = timedelta(hours=1)


@require_GET
def my_dossiers(request: CityRequest) -> HttpResponse:
    """One's own dossiers: drafts to go on with, what waits for one, the rest."""
    pages = Paginator(mine.my_dossiers(request.user), PAGE)
    shown = pages.get_page(request.GET.get("page", "1"))
    rows = mine.my_rows(shown)
    context = {
        "drafts": [r for r in rows if r.dossier.business == Business.DRAFT],
        "rows": [r for r in rows if r.dossier.business != Business.DRAFT],
        "page": {"number": shown.number, "pages": pages.num_pages},
        "statuses": words.STATUSES,
        "colours": words.COLOURS,
        "timeliness": words.TIMELINESS,
    }
    return TemplateResponse(request, "counter/my_dossiers.html", context)


@idempotent
def supplement(request: CityRequest, pk: UUID) -> HttpResponse:
    """Everything that was asked for on one page: answer, keep, send."""
    dossier = own_dossier(request, pk, received=True)
    asked = mine.open_request(dossier)
    if asked is None:
        return redirect("dossier", pk=dossier.pk)
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _answer(request, dossier, asked)
        sent = "send" in request.POST and not errors
        if sent and (said := _send(request, dossier)):
            errors["all"] = said
        elif sent:
            messages.success(request, _("Sent. The clock goes on; you hear of the next step."))  # fmt: skip
            return redirect("dossier", pk=dossier.pk)
        elif not errors:
            messages.success(request, _("Kept. Send it when everything is there."))
            return redirect(request.path)
    context = {
        "dossier": dossier, "asked": mine.open_request(dossier), "errors": errors,
        "items": _items(dossier, asked, errors), "sources": words.SOURCES,
    }  # fmt: skip
    status = 422 if errors else 200
    return TemplateResponse(request, "counter/supplement.html", context, status=status)


def _items(
    dossier: Dossier, asked: Supplement, errors: dict[str, str]
) -> list[dict[str, Any]]:
    """Return what was asked, each with its control or with the paper that came."""
    definition, application = definition_of(dossier), dossier.application
    names = {c.code: c.name for c in definition.components}
    held = {p.component: p for p in dossier.papers.filter(replaced_at=None).select_related("file")}  # fmt: skip
    shown = []
    for item in asked.items.order_by("pk"):
        known = item.field in definition.form.get("properties", {})
        control = (
            controls(definition.form, [item.field], application.answers, {}, {item.field: errors.get(str(item.pk), "")})[0]
            if item.component == FORM and known
            else None
        )  # fmt: skip
        shown.append(
            {
                "item": item,
                "name": control.title if control else names.get(item.component, item.component),
                "control": control,
                "paper": held.get(item.component) if item.answered_at else None,
                "error": errors.get(str(item.pk), ""),
            }
        )  # fmt: skip
    return shown


def _answer(request: CityRequest, dossier: Dossier, asked: Supplement) -> dict[str, str]:  # fmt: skip
    """Take every answer that came; return what is wrong with the others, by item."""
    errors = {}
    for item in asked.items.select_related("request__dossier"):
        try:
            _answer_one(request, dossier, item)
        except (RuleBroken, InputRefused) as fault:
            errors[str(item.pk)] = refusal(fault)
    dossier.application.refresh_from_db()
    return errors


def _answer_one(request: CityRequest, dossier: Dossier, item: SupplementItem) -> None:
    if item.component == FORM:
        form = definition_of(dossier).form
        if item.field not in request.POST and form["properties"][item.field].get("type") != "boolean":  # fmt: skip
            return
        value = typed(form, [item.field], request.POST)[item.field]
        wrong = faults(form, dossier.application.answers | {item.field: value}, [item.field])  # fmt: skip
        if wrong:
            raise RuleBroken(wrong[item.field])
        actions.answer_item(item=item, value=value, by=request.user)
        return
    upload = request.FILES.get(f"file:{item.pk}")
    if upload is None or not upload.name:
        return
    content, name = acceptable(upload.read(), upload.name)
    actions.answer_item(item=item, content=content, name=name, by=request.user)


def _send(request: CityRequest, dossier: Dossier) -> str:
    try:
        actions.complete_supplement(dossier=dossier, by=request.user)
    except RuleBroken as broken:
        return refusal(broken)
    return ""


@idempotent
def withdraw(request: CityRequest, pk: UUID) -> HttpResponse:
    """Take one's dossier back: at once before acceptance, else by decision."""
    dossier = own_dossier(request, pk)
    if not mine.may_withdraw(dossier) or not may_ask_back(request.user, dossier):
        return redirect("dossier", pk=dossier.pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(
        form,
        lambda: actions.ask_withdrawal(
            dossier=dossier, reason=form.cleaned_data["reason"], by=request.user
        ),
    ):  # fmt: skip
        messages.success(request, _("Recorded. What you paid goes back if nobody had accepted it."))  # fmt: skip
        return redirect("dossier", pk=dossier.pk)
    context = {"dossier": dossier, "form": form, "accepted": dossier.accepted_at}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "counter/withdraw.html", context, status=status)


@require_POST
@idempotent
def keep(request: CityRequest, pk: UUID) -> HttpResponse:
    """Take one's own request to withdraw back, soon after one made it."""
    dossier = own_dossier(request, pk)
    try:
        actions.take_back_withdrawal(dossier=dossier, by=request.user)
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
    else:
        messages.success(request, _("Taken back: the agency goes on with your dossier."))  # fmt: skip
    return redirect("dossier", pk=dossier.pk)


@require_POST
def rate(request: CityRequest, pk: UUID) -> HttpResponse:
    """Lead to the rating of one's own decided dossier; nobody is told who rated."""
    dossier = own_dossier(request, pk)
    if dossier.business != Business.DECIDED or dossier.agency is None:
        raise Http404
    return redirect(
        issue_rating_link(
            subject=dossier.ref, organisation=dossier.agency,
            procedure=dossier.procedure, by=None,
        )
    )  # fmt: skip


@never_cache
@login_not_required
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for code and second factor; wrong code and wrong factor are answered alike."""
    form = FollowCodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:60]})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.prove_follower(
                **form.cleaned_data, address=address_of(request)
            )
        except RuleBroken as refused:
            form.add_error(None, refusal(refused))
        else:
            if found is not None:
                return redirect("dossier-followed", token=_token(found))
            form.add_error(None, _("Code and digits do not belong together. Look at both again."))  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "counter/follow.html", {"form": form}, status=status)  # fmt: skip


@never_cache
@require_GET
@login_not_required
def followed_page(request: HttpRequest, token: str) -> HttpResponse:
    """Status, dates, the next step and who handles it; nothing of the applicant.

    Decree 224/2026 Art. 15(1)(g): the agency and the person who receive and handle it.
    """
    dossier = _followed(token)
    if dossier is None:
        messages.info(request, _("Please give the code and the digits again."))
        return redirect("dossier-follow")
    context = {
        "dossier": dossier,
        "clock": page.clock_of(dossier),
        "holders": page.holders(dossier),
        "next": mine.next_words(dossier),
        "owes": mine.open_request(dossier),
        "timeline": page.timeline(dossier, unnamed=dossier.applicant_id),
        "statuses": words.STATUSES,
        "timeliness": words.TIMELINESS,
        "late": mine.late_days(dossier),
        "send_address": mine.petition_address(dossier),
    }
    return TemplateResponse(request, "counter/followed.html", context)


def _token(dossier: Dossier) -> str:
    return make_pass("dossier", dossier.pk, FOLLOWING_LASTS)


def _followed(token: str) -> Dossier | None:
    """Return what a token follows; None where it is false or an hour old."""
    key = read_pass("dossier", token)
    found = Dossier.objects.exclude(business=Business.DRAFT).select_related("agency")
    return found.filter(pk=key).first() if key else None

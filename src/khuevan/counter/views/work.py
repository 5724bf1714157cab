"""The official's day: the inbox, acting on many at once, signing in batches."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from khuevan.counter import actions, words
from khuevan.counter.access import WORKERS, may_give_opinion, may_keep_sync
from khuevan.counter.forms import OpinionForm
from khuevan.counter.models import Dossier, Opinion, Step
from khuevan.counter.queries.inbox import (
    Wanted,
    inbox,
    opinions_for,
    proposals_for,
    stuck_for,
    waiting_for,
)
from khuevan.directory.public import CityRequest, Person
from khuevan.platform.errors import KhuevanError
from khuevan.platform.idempotency import idempotent
from khuevan.process.public import Duty

from .offers import carried_out


MOST_AT_ONCE = 200
BULK = {
    "take": gettext_lazy("Take them"),
    "accept": gettext_lazy("Accept them"),
    "sign": gettext_lazy("Sign them"),
    "seal": gettext_lazy("Number and seal them"),
}


def works_here(person: Person) -> bool:
    """Tell whether somebody has an inbox at all."""
    return person.authority.has(*WORKERS)


@require_GET
def inbox_page(request: CityRequest) -> HttpResponse:
    if not works_here(request.user):
        raise PermissionDenied
    wanted = wanted_from(request.GET)
    number = request.GET.get("page", "1")
    shown = inbox(request.user, wanted, int(number) if number.isdigit() else 1)
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {
        "inbox": shown,
        "wanted": wanted,
        "opinions": opinions_for(request.user),
        "proposals": proposals_for(request.user),
        "stuck": stuck_for(request.user),
        "duties": words.DUTIES,
        "base": "?" + (rest.urlencode() + "&" if rest else ""),
        "may_sign": Duty.SIGN in shown.by_duty,
        "keeps_sync": may_keep_sync(request.user),
    }
    return TemplateResponse(request, "counter/inbox.html", context)


def wanted_from(query: QueryDict) -> Wanted:
    """Read what somebody wants to see from an address; nonsense counts as nothing."""
    return Wanted(
        duty=query.get("duty", "")[:12],
        whose=query.get("whose", "")[:6],
        late=query.get("late") == "yes",
        text=query.get("q", "")[:200],
        procedure=query.get("procedure", "")[:20],
        sort=query.get("sort", "due")[:8],
    )


@require_POST
@idempotent
def bulk(request: CityRequest) -> HttpResponse:
    """Show what an action on many would do; do it when it was confirmed."""
    does = request.POST.get("does", "")
    steps = _chosen(request)
    if does not in BULK or not steps:
        messages.error(request, _("Tick some dossiers and choose what to do."))
        return redirect("counter-inbox")
    if request.POST.get("confirmed") != "yes":
        context = {"does": does, "label": str(BULK[does]), "steps": steps, "outcomes": words.OUTCOMES}  # fmt: skip
        return TemplateResponse(request, "counter/bulk.html", context)
    done, failed = _do(does, steps, request.user)
    if done:
        messages.success(request, ngettext("%(n)s dossier done.", "%(n)s dossiers done.", done) % {"n": done})  # fmt: skip
    for sentence in failed[:10]:
        messages.error(request, sentence)
    return redirect("counter-inbox")


@require_GET
def step(request: CityRequest, pk: UUID) -> HttpResponse:
    """Lead from a row of the inbox to its dossier."""
    found = get_object_or_404(Step.objects.visible_to(request.user), pk=pk)
    return redirect("dossier", pk=found.dossier_id)


def opinion(request: CityRequest, pk: UUID) -> HttpResponse:
    """Answer what one's agency was asked."""
    visible = Step.objects.visible_to(request.user)
    asked = get_object_or_404(
        Opinion.objects.select_related("step__dossier__application", "organisation"),
        pk=pk, step__in=visible,
    )  # fmt: skip
    if not may_give_opinion(request.user, asked):
        raise PermissionDenied
    form = OpinionForm(request.POST or None)
    sent = request.method == "POST" and form.is_valid()
    if sent and carried_out(
        form,
        lambda: actions.give_opinion(
            opinion=asked, **form.cleaned_data, by=request.user
        ),
    ):
        messages.success(request, _("The opinion was given."))
        return redirect("counter-inbox")
    context = {"opinion": asked, "dossier": asked.step.dossier, "form": form}
    answer = TemplateResponse(request, "counter/opinion.html", context)
    answer.status_code = 422 if form.errors else 200
    return answer


def _chosen(request: HttpRequest) -> list[Step]:
    keys = []
    for text in request.POST.getlist("step")[:MOST_AT_ONCE]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    assert isinstance(request.user, Person)
    found = waiting_for(request.user).filter(pk__in=keys)
    return list(
        found.select_related("dossier__result").order_by("dossier__due_at", "pk")
    )


def _do(does: str, steps: list[Step], by: Person) -> tuple[int, list[str]]:
    """Carry an action out; signatures all together, the rest one by one."""
    if does == "sign":
        return _sign([step.dossier for step in steps if step.duty == Duty.SIGN], by)
    done, failed = 0, []
    for step in steps:
        try:
            _one(does, step, by)
            done += 1
        except KhuevanError as refused:
            failed.append(
                f"{step.dossier.code}: {_(refused.sentence) % refused.params}"
            )
    return done, failed


def _one(does: str, step: Step, by: Person) -> None:
    if does == "accept":
        actions.accept_dossier(dossier=step.dossier, by=by)
    elif does == "seal":
        actions.seal_result(dossier=step.dossier, by=by)
    else:
        actions.take_step(step=step, by=by)


def _sign(dossiers: list[Dossier], by: Person) -> tuple[int, list[str]]:
    try:
        return len(actions.sign_results(dossiers=dossiers, by=by)), []
    except KhuevanError as refused:
        return 0, [_(refused.sentence) % refused.params]

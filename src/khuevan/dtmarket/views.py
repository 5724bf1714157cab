"""Pages of DTMarket: the market, one problem, and what each side does with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode, urljoin
from uuid import UUID

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET

from khuevan.clients.public import rationed
from khuevan.directory.public import CityRequest, Organisation, Person
from khuevan.platform import clock, refusals
from khuevan.platform.errors import N_, RuleBroken

from . import actions, forms, queries, words
from .access import may_answer, may_decide, may_score, may_work_on
from .dated import limits_on
from .models import SUPPLYING, WORKING, Answer, Problem, Trial
from .rules.ocds import package
from .rules.problems import Standing, State
from .rules.trials import TrialState


PUBLISHER = "Khuê Văn – DTMarket"


carried_out = partial(refusals.carried_out, names=words.place)
"""Do it; a refusal becomes errors of the form, in the words of the page."""


def _seen(request: HttpRequest, code: str) -> Problem:
    rows = Problem.objects.visible_to(request.user).select_related("agency")
    return get_object_or_404(rows, code=code)


def _answer_seen(request: CityRequest, code: str, pk: UUID) -> Answer:
    rows = Answer.objects.visible_to(request.user).select_related(
        "problem__agency", "supplier"
    )
    return get_object_or_404(rows, pk=pk, problem__code=code)


def _form(request: HttpRequest, form: django_forms.Form, title: str, button: str, found: Problem | None, about: str = "") -> HttpResponse:  # fmt: skip
    context = {
        "form": form,
        "title": title,
        "button": button,
        "problem": found,
        "about": about,
    }
    return TemplateResponse(
        request, "dtmarket/form.html", context, status=422 if form.errors else 200
    )


def _labels() -> dict[str, Any]:
    return {
        "states": words.STATES, "colours": words.COLOURS, "standings": words.STANDINGS,
        "trial_states": words.TRIAL_STATES, "trial_colours": words.TRIAL_COLOURS, "happened": words.COURSE, "next": words.NEXT, "today": clock.today(),
    }  # fmt: skip


def _houses(request: HttpRequest, roles: tuple[Any, ...]) -> Any:
    if not isinstance(request.user, Person):
        return Organisation.objects.none()
    posts = [
        h.organisation_id for h in request.user.authority.holdings if h.role in roles
    ]
    return Organisation.objects.filter(pk__in=posts).order_by("name")


# ------------------------------------------------------------------- reading


@require_GET
@login_not_required
def market(request: HttpRequest) -> HttpResponse:
    """List problems, those that take answers first."""
    state = request.GET.get("state", "")
    told = state if state in set(State) else ""
    text = request.GET.get("q", "")[:100]
    context = {
        "rows": queries.problems(state=told, words=text), "state": told, "q": text,
        "may_put_out": _houses(request, WORKING).exists(), **_labels(),
    }  # fmt: skip
    return TemplateResponse(request, "dtmarket/market.html", context)


@require_GET
@login_not_required
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """Show a problem: what must get better, who answered, what a trial showed."""
    found = _seen(request, code)
    person = request.user if isinstance(request.user, Person) else None
    works = person is not None and may_work_on(person, found)
    houses = _houses(request, SUPPLYING).exclude(pk=found.agency_id)
    context = {
        "problem": found, "criteria": queries.criteria_of(found), "metrics": queries.metrics_of(found),
        "answers": queries.answers_to(found, request.user), "trials": queries.trials_of(found),
        "order": queries.order_of(found), "works": works, "limits": limits_on(clock.today()),
        "decides": person is not None and may_decide(person, found),
        "open": found.state == State.OPEN and clock.now() < found.closes_at,
        "over": found.state == State.OPEN and clock.now() >= found.closes_at,
        "papers": queries.papers_of(found, request.user), "steps": words.STEPS,
        "course": queries.course_lines(found),
        "traced": person is not None and (works or person.authority.reads_everything),
        "may_answer": houses.exists(), "today": clock.today(), **_labels(),
    }  # fmt: skip
    return TemplateResponse(request, "dtmarket/problem.html", context)


@require_GET
@login_not_required
@rationed
def ocds(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out a problem's course as an OCDS release package."""
    found = _seen(request, code)
    return _package([found], reverse("dtmarket-ocds", args=[code]), {})


@require_GET
@login_not_required
@rationed
def all_ocds(request: HttpRequest) -> HttpResponse:
    """Hand out all courses as OCDS release packages, a page each, led on by its links."""
    path = reverse("dtmarket-ocds-all")
    after = request.GET.get("after", "")
    told = queries.with_public_money(after) if "\0" not in after else None
    if told is None or not told.problems:
        raise Http404

    def page(after: str) -> str:
        asked = f"?{urlencode({'after': after})}" if after else ""
        return urljoin(settings.SITE_URL, path + asked)

    places = {"next": told.after, "prev": told.before}
    links = {name: page(place) for name, place in places.items() if place is not None}
    return _package(told.problems, page(after), links)


def _package(rows: list[Problem], path: str, links: dict[str, str]) -> HttpResponse:
    pages = [urljoin(settings.SITE_URL, reverse("dtmarket-problem", args=[row.code])) for row in rows]  # fmt: skip
    told = package(
        list(zip(queries.courses_of(rows), pages, strict=True)),
        uri=urljoin(settings.SITE_URL, path), publisher=PUBLISHER, published=clock.now(), links=links,
    )  # fmt: skip
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})


# -------------------------------------------------------------------- acting


def put_out(request: CityRequest) -> HttpResponse:
    """Put a need out for trials."""
    if not _houses(request, WORKING).exists():
        raise PermissionDenied
    form = forms.PutOutForm(
        request.POST or None, initial={"need": request.GET.get("need", "")}
    )
    made: list[Problem] = []
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: made.append(actions.put_out(**form.told(), by=request.user))
    ):  # fmt: skip
        messages.success(
            request, _("The problem is out. Suppliers answer until the time you gave.")
        )
        return redirect("dtmarket-problem", code=made[0].code)
    return _form(request, form, _("Put a problem out"), _("Put it out"), None)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done from a problem's page: to the problem, or to one of its trials."""

    title: Any
    button: Any
    may: Callable[[Person, Problem], bool]
    form: Callable[[CityRequest, Problem], django_forms.Form]
    do: Callable[[CityRequest, Any, Any], object]


def _answer_form(request: CityRequest, found: Problem) -> django_forms.Form:
    houses = _houses(request, SUPPLYING).exclude(pk=found.agency_id)
    kept = Answer.objects.filter(problem=found, supplier__in=houses).first()
    told = {"supplier": kept.supplier_id, "offer": kept.offer, "solution": kept.solution,
            "price": kept.price, "trial_days": kept.trial_days} if kept else {"supplier": houses.first()}  # fmt: skip
    return forms.AnswerForm(request.POST or None, suppliers=houses, initial=told)


def _shortlist_form(request: CityRequest, found: Problem) -> django_forms.Form:
    rows = Answer.objects.visible_to(request.user).filter(
        problem=found, standing=Standing.SENT
    )
    return forms.ShortlistForm(
        request.POST or None, answers=rows.select_related("supplier")
    )


def _supplies(person: Person, found: Problem) -> bool:
    return any(
        h.role in SUPPLYING and h.organisation_id != found.agency_id
        for h in person.authority.holdings
    )


ACTS: dict[str, Act] = {
    "answer": Act(
        gettext_lazy("Answer the problem"), gettext_lazy("Send the answer"), _supplies, _answer_form,
        lambda r, p, f: actions.answer(problem=p, **f.cleaned_data, by=r.user),
    ),
    "scoring": Act(
        gettext_lazy("Open the answers"), gettext_lazy("Open the answers"), may_work_on,
        lambda r, p: forms.NothingForm(r.POST or None),
        lambda r, p, f: actions.begin_scoring(problem=p, by=r.user),
    ),
    "shortlist": Act(
        gettext_lazy("Make the short list"), gettext_lazy("Make the short list"), may_decide, _shortlist_form,
        lambda r, p, f: actions.make_shortlist(problem=p, chosen=list(f.cleaned_data["chosen"]), why=f.cleaned_data["why"], by=r.user),
    ),
    "order": Act(
        gettext_lazy("Order the solution"), gettext_lazy("Order"), may_decide,
        lambda r, p: forms.OrderForm(r.POST or None, initial={"signed_on": clock.today()}),
        lambda r, p, f: actions.order(problem=p, **f.cleaned_data, by=r.user),
    ),
    "end": Act(
        gettext_lazy("End without an order"), gettext_lazy("End"), may_decide,
        lambda r, p: forms.WhyForm(r.POST or None),
        lambda r, p, f: actions.end_problem(problem=p, **f.cleaned_data, by=r.user),
    ),
}  # fmt: skip


def problem_action(request: CityRequest, code: str, slug: str) -> HttpResponse:
    """Do one thing to a problem."""
    found, act = _seen(request, code), ACTS.get(slug)
    if act is None:
        raise Http404
    if not act.may(request.user, found):
        raise PermissionDenied
    form = act.form(request, found)
    sent = request.method == "POST" and (form.is_valid() or not form.fields)
    if sent and carried_out(form, lambda: act.do(request, found, form)):
        return redirect("dtmarket-problem", code=code)
    return _form(request, form, str(act.title), str(act.button), found)


def score(request: CityRequest, code: str, pk: UUID) -> HttpResponse:
    """Score an answer."""
    found = _answer_seen(request, code, pk)
    if not may_score(request.user, found):
        raise PermissionDenied
    form = forms.ScoreForm(
        request.POST or None, criteria=queries.criteria_of(found.problem)
    )
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.score(answer=found, given=form.told(), by=request.user)
    ):  # fmt: skip
        return redirect("dtmarket-problem", code=code)
    return _form(
        request,
        form,
        found.supplier.name,
        _("Keep the points"),
        found.problem,
        found.solution,
    )


def begin_trial(request: CityRequest, code: str, pk: UUID) -> HttpResponse:
    """Begin the trial of a solution on the short list."""
    found = _answer_seen(request, code, pk)
    if not may_decide(request.user, found.problem):
        raise PermissionDenied
    form = forms.TrialForm(request.POST or None, initial={"starts_on": clock.today()})
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.begin_trial(answer=found, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        return redirect("dtmarket-problem", code=code)
    title = _("Trial: %(supplier)s") % {"supplier": found.supplier.name}
    return _form(request, form, title, _("Begin the trial"), found.problem)


def withdraw(request: CityRequest, code: str, pk: UUID) -> HttpResponse:
    """Take one's answer back."""
    found = _answer_seen(request, code, pk)
    if not may_answer(request.user, found.supplier):
        raise PermissionDenied
    form = forms.NothingForm(request.POST or None)
    if request.method == "POST" and carried_out(
        form, lambda: actions.withdraw_answer(answer=found, by=request.user)
    ):
        return redirect("dtmarket-problem", code=code)
    return _form(
        request, form, _("Take the answer back"), _("Take it back"), found.problem
    )


def _audit(request: CityRequest, found: Trial, form: Any) -> object:
    told = dict(form.cleaned_data)
    house = Organisation.objects.filter(code=told.pop("auditor").strip()).first()
    if house is None:
        raise RuleBroken(N_("No organisation has this code."), field="auditor")
    return actions.audit_trial(trial=found, auditor=house, **told, by=request.user)


TRIAL_ACTS: dict[str, Act] = {
    "readings": Act(
        gettext_lazy("Keep readings"), gettext_lazy("Keep"), may_work_on,
        lambda r, p: forms.ReadingsForm(r.POST or None),
        lambda r, t, f: actions.keep_readings(trial=t, **f.cleaned_data, by=r.user),
    ),
    "end": Act(
        gettext_lazy("End the trial"), gettext_lazy("End the trial"), may_decide,
        lambda r, p: forms.EndForm(r.POST or None),
        lambda r, t, f: actions.end_trial(trial=t, **f.cleaned_data, by=r.user),
    ),
    "stop": Act(
        gettext_lazy("Stop the trial"), gettext_lazy("Stop the trial"), may_decide,
        lambda r, p: forms.WhyForm(r.POST or None),
        lambda r, t, f: actions.stop_trial(trial=t, **f.cleaned_data, by=r.user),
    ),
    "audit": Act(
        gettext_lazy("Keep the audit of its cost"), gettext_lazy("Keep"), may_work_on,
        lambda r, p: forms.AuditForm(r.POST or None), _audit,
    ),
    "support": Act(
        gettext_lazy("Note the support paid"), gettext_lazy("It was paid"), may_decide,
        lambda r, p: forms.NothingForm(r.POST or None),
        lambda r, t, f: actions.pay_support(trial=t, by=r.user),
    ),
    "false": Act(
        gettext_lazy("A report was false"), gettext_lazy("Ask the support back"), may_decide,
        lambda r, p: forms.WhyForm(r.POST or None),
        lambda r, t, f: actions.find_false(trial=t, **f.cleaned_data, by=r.user),
    ),
    "repaid": Act(
        gettext_lazy("The support was paid back"), gettext_lazy("It was paid back"), may_work_on,
        lambda r, p: forms.NothingForm(r.POST or None),
        lambda r, t, f: actions.note_repaid(trial=t, by=r.user),
    ),
}  # fmt: skip


def trial_action(request: CityRequest, code: str, pk: UUID, slug: str) -> HttpResponse:
    """Do one thing to a trial."""
    found, act = _seen(request, code), TRIAL_ACTS.get(slug)
    rows = Trial.objects.select_related("answer__problem__agency", "answer__supplier")
    trial = get_object_or_404(rows, pk=pk, answer__problem=found)
    if act is None:
        raise Http404
    if not act.may(request.user, found):
        raise PermissionDenied
    form = act.form(request, found)
    sent = request.method == "POST" and (form.is_valid() or not form.fields)
    if sent and carried_out(form, lambda: act.do(request, trial, form)):
        return redirect("dtmarket-problem", code=code)
    about = trial.answer.supplier.name
    if trial.state == TrialState.RUNNING:
        about += f" · {trial.starts_on:%d/%m/%Y} – {trial.ends_on:%d/%m/%Y}"
    return _form(request, form, str(act.title), str(act.button), found, about)

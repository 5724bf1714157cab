"""Pages of valuations: for who asks, who values, and everybody who wants to know prices."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.clients.public import rationed
from khuevan.directory.public import CityRequest, Organisation, Person
from khuevan.platform import clock, refusals
from khuevan.platform.errors import RuleBroken

from . import actions, forms, queries, words
from .access import keeps_the_list, may_lead, may_value
from .charts import bars
from .dated import disclosure_on
from .documents.report import report_pdf
from .funding import paid_by_state
from .models import ACTING, Appraisal, Appraiser, Valuation
from .names import field_names, kind_names
from .rules.concluding import State
from .rules.prices import Group, band, last_quarter_end
from .rules.sheets import Method, Sheet


LATEST = 200
"""Valuations on the list, and open prices on theirs."""


carried_out = partial(
    refusals.carried_out, names=lambda where: words.INPUTS.get(where, where)
)
"""Do it; a refusal becomes errors of the form, in the words of the page."""


def _seen(request: CityRequest, code: str) -> Valuation:
    rows = Valuation.objects.visible_to(
        request.user, keeps=keeps_the_list(request.user)
    )
    return get_object_or_404(rows.select_related("owner"), code=code)


def _own(request: CityRequest, valuation: Valuation) -> Appraisal:
    """Return the reader's opinion that may still be worked on, else refuse."""
    rows = valuation.appraisals.select_related("appraiser")
    found = rows.filter(appraiser__person=request.user, signed_at=None).first()
    if (
        found is None
        or not may_value(request.user, found)
        or valuation.state != State.WORKING
    ):
        raise PermissionDenied
    return found


def _answer(request: HttpRequest, form: django_forms.Form, title: str, button: str, trail: list[Any]) -> HttpResponse:  # fmt: skip
    context = {"form": form, "title": title, "button": button, "trail": trail}
    return TemplateResponse(request, "valuation/form.html", context, status=422 if form.errors else 200)  # fmt: skip


def _labels() -> dict[str, Any]:
    return {
        "states": words.STATES, "colours": words.COLOURS, "rights": words.RIGHTS,
        "purposes": words.PURPOSES, "methods": words.METHODS, "short": words.SHORT_METHODS,
        "lines": words.LINES, "sources": words.SOURCES, "fields_of": field_names(),
        "kinds": kind_names(), "in_short": words.in_short,
    }  # fmt: skip


# -------------------------------------------------------------------- asking


@require_GET
def valuations(request: CityRequest) -> HttpResponse:
    """List the valuations somebody asked for, gives or settles."""
    keeps = keeps_the_list(request.user)
    rows = Valuation.objects.visible_to(request.user, keeps=keeps).select_related(
        "owner"
    )
    context = {
        "rows": rows.order_by("-asked_at")[:LATEST], "keeps": keeps,
        "may_ask": _owners(request.user).exists(), **_labels(),
    }  # fmt: skip
    return TemplateResponse(request, "valuation/valuations.html", context)


def _owners(person: Person) -> Any:
    posts = [h.organisation_id for h in person.authority.holdings if h.role in ACTING]
    return Organisation.objects.filter(pk__in=posts).order_by("name")


def ask(request: CityRequest) -> HttpResponse:
    """Ask what something is worth."""
    given = ("title", "subject", "field", "kind", "right", "trl", "protected_until")
    told = {name: request.GET[name] for name in given if name in request.GET}
    owners = _owners(request.user)
    initial = {"base_day": clock.today(), "owner": owners.first(), **told}
    known = paid_by_state(request.POST.get("subject") or told.get("subject", ""))
    form = forms.AskForm(request.POST or None, owners=owners, initial=initial, paid=known)  # fmt: skip
    made: list[Valuation] = []
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: made.append(actions.ask_valuation(**form.told(), by=request.user))
    ):  # fmt: skip
        return redirect("valuation-appoint", code=made[0].code)
    return _answer(request, form, _("Ask for a valuation"), _("Ask"), [])


def appoint(request: CityRequest, code: str) -> HttpResponse:
    """Appoint who values."""
    found = _seen(request, code)
    if not may_lead(request.user, found) or found.state != State.ASKED:
        raise PermissionDenied
    listed = Appraiser.objects.visible_to(request.user).select_related(
        "person", "organisation"
    )
    listed = listed.filter(ended_at=None, until__gte=clock.today()).order_by(
        "organisation__name"
    )
    form = forms.AppointForm(
        request.POST or None, appraisers=listed.exclude(organisation=found.owner_id)
    )
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.appoint(valuation=found, appraisers=form.told(), by=request.user)
    ):  # fmt: skip
        messages.success(request, _("The appraisers were appointed."))
        return redirect("valuation", code=code)
    return _answer(request, form, _("Who values %(title)s?") % {"title": found.title}, _("Appoint"), [found])  # fmt: skip


def cancel(request: CityRequest, code: str) -> HttpResponse:
    """Call a valuation off."""
    found = _seen(request, code)
    if not may_lead(request.user, found):
        raise PermissionDenied
    form = forms.CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.cancel_valuation(valuation=found, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        return redirect("valuation", code=code)
    return _answer(request, form, _("Call the valuation off"), _("Call off"), [found])


@require_GET
def valuation(request: CityRequest, code: str) -> HttpResponse:
    """Show a valuation: what is asked, the opinions one may read, what they came to."""
    found = _seen(request, code)
    opinions = queries.opinions_of(found, request.user)
    own = next((each for each in opinions if each.own and not each.signed), None)
    working = found.state == State.WORKING and own is not None
    context = {
        "valuation": found, "opinions": opinions, "own": own if working else None,
        "spread": queries.spread_of(opinions),
        "bars": bars,
        "left": [m for m in Method if own and m not in {s.method for s in own.sheets}],
        "may_lead": may_lead(request.user, found),
        "may_settle": found.state == State.DIFFERING and keeps_the_list(request.user)
        and not any(each.own for each in opinions),
        **_labels(),
    }  # fmt: skip
    return TemplateResponse(request, "valuation/valuation.html", context)


@require_GET
@rationed
def report(request: CityRequest, code: str) -> HttpResponse:
    """Hand out the report of a valuation that has its value."""
    found = _seen(request, code)
    if found.state != State.CONCLUDED:
        raise Http404
    made = report_pdf(found, queries.opinions_of(found, request.user))
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}.pdf"'
    return answer


# ------------------------------------------------------------------- valuing


def sheet(request: CityRequest, code: str, slug: str) -> HttpResponse:
    """Fill in a worksheet."""
    found = _seen(request, code)
    opinion = _own(request, found)
    method = _method(slug)
    kept = opinion.worksheets.filter(method=method).first()
    alikes = queries.comparables_for(found) if method is Method.MARKET else []
    form = forms.SheetForm(
        request.POST or None, method=method, weight=kept.weight if kept else None,
        sheet=Sheet.from_json(kept.sheet) if kept else None,
        chosen=forms.used(alikes, request.GET.getlist("use")),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and carried_out(
        form,
        lambda: actions.keep_worksheet(appraisal=opinion, sheet=form.sheet(), weight=form.cleaned_data["weight"], by=request.user),
    ):  # fmt: skip
        messages.success(request, _("The worksheet was kept and worked through."))
        return redirect("valuation", code=code)
    context = {
        "valuation": found, "form": form, "method": method, "alikes": alikes, "band": band,
        "used": request.GET.getlist("use"), **_labels(),
    }  # fmt: skip
    return TemplateResponse(request, "valuation/sheet.html", context, status=422 if form.errors else 200)  # fmt: skip


@require_POST
def drop(request: CityRequest, code: str, slug: str) -> HttpResponse:
    """Take a worksheet out of one's opinion."""
    opinion = _own(request, _seen(request, code))
    try:
        actions.drop_worksheet(appraisal=opinion, method=_method(slug), by=request.user)
    except RuleBroken as refused:
        messages.error(request, gettext(refused.sentence) % refused.params)
    return redirect("valuation", code=code)


def _method(slug: str) -> Method:
    if slug not in set(Method):
        raise Http404
    return Method(slug)


def sign(request: CityRequest, code: str) -> HttpResponse:
    """Sign one's opinion."""
    found = _seen(request, code)
    opinion = _own(request, found)
    form = forms.SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.sign(appraisal=opinion, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        messages.success(
            request, _("Your opinion is signed. Nothing of it changes any more.")
        )
        return redirect("valuation", code=code)
    return _answer(request, form, _("Sign your opinion"), _("Sign"), [found])


def settle(request: CityRequest, code: str) -> HttpResponse:
    """Settle what two opinions left open."""
    found = _seen(request, code)
    if not keeps_the_list(request.user) or found.state != State.DIFFERING:
        raise PermissionDenied
    form = forms.SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.settle(valuation=found, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        return redirect("valuation", code=code)
    return _answer(request, form, _("Settle the value"), _("Settle"), [found])


# -------------------------------------------------------------------- prices


@require_GET
@login_not_required
def prices(request: HttpRequest) -> HttpResponse:
    """Show what may be told of prices people agreed on: the same to everybody."""
    today = clock.today()
    groups: dict[str, list[Group]] = {}
    for each in queries.price_groups(today):
        groups.setdefault(each.field, []).append(each)
    rule = disclosure_on(today)
    context = {
        "groups": groups, "rows": queries.open_prices(LATEST), "until": last_quarter_end(today),
        "rule": rule, "why": lambda g: _(g.why) % {"prices": rule.prices, "sellers": rule.sellers, "most": rule.most_of_one},
        **_labels(),
    }  # fmt: skip
    return TemplateResponse(request, "valuation/prices.html", context)


# ---------------------------------------------------------------- appraisers


@require_GET
@login_not_required
def appraisers(request: HttpRequest) -> HttpResponse:
    """List who may value: the list is public."""
    rows = Appraiser.objects.visible_to(request.user).select_related(
        "person", "organisation"
    )
    keeps = isinstance(request.user, Person) and keeps_the_list(request.user)
    context = {
        "rows": rows.filter(ended_at=None).order_by("organisation__name", "person__full_name"),
        "today": clock.today(), "keeps": keeps, **_labels(),
    }  # fmt: skip
    return TemplateResponse(request, "valuation/appraisers.html", context)


def register(request: CityRequest) -> HttpResponse:
    """Put somebody on the list."""
    if not keeps_the_list(request.user):
        raise PermissionDenied
    form = forms.RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        person = Person.objects.filter(username=told.pop("username")).first()
        house = Organisation.objects.filter(code=told.pop("organisation")).first()
        if person is None:
            form.add_error("username", _("Nobody has this account name."))
        elif house is None:
            form.add_error("organisation", _("No organisation has this code."))
        elif carried_out(
            form,
            lambda: actions.register_appraiser(person=person, organisation=house, fields=told.pop("fields_of"), **told, by=request.user),
        ):  # fmt: skip
            return redirect("valuation-appraisers")
    return _answer(request, form, _("Put an appraiser on the list"), _("Register"), [])


@require_POST
def end(request: CityRequest, pk: UUID) -> HttpResponse:
    """Take somebody off the list."""
    found = get_object_or_404(Appraiser.objects.visible_to(request.user), pk=pk)
    try:
        actions.end_appraiser(appraiser=found, by=request.user)
    except RuleBroken as refused:
        messages.error(request, gettext(refused.sentence) % refused.params)
    return redirect("valuation-appraisers")

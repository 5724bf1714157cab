"""Pages of indicators: strangers see the public ones, everybody signed in sees all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from khuevan.directory.public import Person
from khuevan.law.public import cite, cite_all
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from . import actions, queries
from .access import may_set_target
from .charts import chart_svg, sparkline_svg
from .declaration import DENOMINATOR, NUMERATOR, Indicator, declared
from .exports import FORMATS
from .forms import DIMENSIONS, PERIODS, SpanForm, TargetForm
from .rules import Period, Rule, Shape, Span, rate
from .words import RATINGS


RULES = {
    Rule.BEYOND: _("beyond its limits"),
    Rule.ONE_SIDE: _("nine in a row on one side of the middle"),
    Rule.ONE_WAY: _("six in a row in one direction"),
    Rule.ALTERNATING: _("fourteen in a row up and down by turns"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator with the days, step and keys a page was asked for."""

    indicator: Indicator
    form: SpanForm
    series: queries.Series
    dims: dict[str, str]


@login_not_required
@require_GET
def indicator_list(request: HttpRequest) -> HttpResponse:
    cards = queries.cards(_person(request))
    context = {
        "cards": [(card, sparkline_svg(card.series)) for card in cards],
        "ratings": RATINGS,
        "periods": PERIODS,
        "words": gettext,
    }
    return render(request, "indicators/list.html", context)


@login_not_required
@require_GET
def indicator_detail(request: HttpRequest, code: str) -> HttpResponse:
    indicator = _visible(request, code)
    if indicator is None:
        return redirect_to_login(request.get_full_path())
    asked = _asked(request, indicator)
    export = FORMATS.get(request.GET.get("format", ""))
    if export:
        return export(indicator, asked.series, asked.form.cleaned_data["until"])
    return render(request, "indicators/indicator.html", _context(request, asked))


@login_not_required
@require_GET
def indicator_records(request: HttpRequest, code: str) -> HttpResponse:
    indicator = _visible(request, code)
    if indicator is None:
        return redirect_to_login(request.get_full_path())
    part = request.GET.get("part", NUMERATOR)
    if indicator.records is None or part not in {NUMERATOR, DENOMINATOR}:
        raise Http404
    asked = _asked(request, indicator)
    day = asked.form.cleaned_data["until"]
    span = queries.value(code, on=day, dims=asked.dims).span
    found = indicator.records(asked.dims, Span(span.start, day), part)
    if isinstance(found, str):
        return redirect(found)
    context = {"indicator": indicator, "records": list(found), "part": part}
    return render(request, "indicators/records.html", context | {"words": gettext})


@require_http_methods(["GET", "POST"])
def target_set(request: HttpRequest, code: str) -> HttpResponse:
    indicator = _visible(request, code)
    person = _person(request)
    if indicator is None or not may_set_target(person):
        raise PermissionDenied
    form = TargetForm(request.POST or None)
    if form.is_valid() and _set(form, code, person):
        return redirect("indicator", code)
    context = {"indicator": indicator, "form": form, "words": gettext}
    return render(request, "indicators/target.html", context)


def _set(form: TargetForm, code: str, person: Person | None) -> bool:
    data = form.cleaned_data
    try:
        actions.set_target(
            indicator=code,
            points=data["points"],
            document=data["document"],
            article=data["article"],
            shape=Shape(data["shape"]),
            margin=data["margin"],
            by=person,
        )
    except RuleBroken as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, gettext(refusal.sentence) % refusal.params)
        return False
    return True


def _person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _visible(request: HttpRequest, code: str) -> Indicator | None:
    """Return the indicator; None where a stranger has to sign in first."""
    indicator = next((i for i in declared() if i.code == code), None)
    person = _person(request)
    if indicator is None or (person and not indicator.visible_to(person)):
        raise Http404
    return indicator if indicator.visible_to(person) else None


def _asked(request: HttpRequest, indicator: Indicator) -> Asked:
    usual = SpanForm.usual()
    form = SpanForm(indicator, usual | {k: v for k, v in request.GET.items() if v})
    if not form.is_valid():
        # What was asked makes no sense: say so, and show the usual span.
        plain = SpanForm(indicator, usual)
        plain.is_valid()
        form.cleaned_data = plain.cleaned_data
    data, dims = form.cleaned_data, form.dims()
    step = Period(data["step"]) if data.get("step") else None
    course = queries.series(
        indicator.code,
        since=data["since"],
        until=data["until"],
        period=step,
        dims=dims,
    )
    return Asked(indicator, form, course, dims)


def _query(asked: Asked, without: str = "") -> str:
    """Return what was asked as the query of an address, one dimension left out."""
    data = asked.form.cleaned_data
    kept = {name: key for name, key in asked.dims.items() if name != without}
    days = {"since": data["since"].isoformat(), "until": data["until"].isoformat()}
    return urlencode(days | {"step": data.get("step") or ""} | kept)


def _context(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    indicator, day = asked.indicator, asked.form.cleaned_data["until"]
    figure = queries.value(indicator.code, on=day, dims=asked.dims)
    chart = queries.control(indicator.code, asked.series.points)
    aim = queries.aims([indicator.code], asked.dims).get(indicator.code)
    trajectory = aim.trajectory if aim else None
    return {
        "asked": asked,
        "indicator": indicator,
        "value": figure,
        "rating": rate(figure.value, trajectory, day, indicator.better),
        "expected": trajectory.expected(day) if trajectory else None,
        "aim": cite(aim.document, aim.article, on=day) if aim else None,
        "legal": cite_all([indicator.legal], on=day)[0] if indicator.legal else None,
        "svg": chart_svg(asked.series, gettext(indicator.title), chart),
        "control": chart,
        "filters": [
            (
                DIMENSIONS.get(name, name),
                indicator.labels(name, [key]).get(key, key),
                _query(asked, without=name),
            )
            for name, key in asked.dims.items()
        ],
        "address": _query(asked),
        "breakdowns": [
            (
                DIMENSIONS.get(name, name),
                name,
                queries.breakdown(indicator.code, name, on=day, dims=asked.dims),
            )
            for name in indicator.dimensions
            if name not in asked.dims
        ],
        "ratings": RATINGS,
        "periods": PERIODS,
        "rules": RULES,
        "may_set_target": (person := _person(request)) and may_set_target(person),
        "today": clock.today(),
        "words": gettext,
    }

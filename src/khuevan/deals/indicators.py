"""What the exchange is judged by: how far deals come, for how much, and how they are served."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.exchange.public import FIELDS, KINDS
from khuevan.indicators.public import (
    Better,
    Delta,
    Indicator,
    Period,
    Share,
    Span,
    declare,
)
from khuevan.journal.public import Fact
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .access import oversees
from .models import Deal, Rating, Step, Survey, Version
from .queries.statistics import said_elsewhere
from .rules.states import Move, State
from .rules.steps import MADE_BY, Reached


DIMENSIONS = ("field", "kind")
PREFIX = "deals."
_AFTER_DELIVERY = {State.REPORTING, State.CLOSED}


def _cell(field: str, kind: str) -> dict[str, str]:
    return {"field": field, "kind": kind}


def _cell_of(fact: Fact) -> dict[str, str]:
    return _cell(fact.figures.get("field", ""), fact.figures.get("listed", ""))


def _comes_to(step: Reached) -> Callable[[Fact], bool]:
    """Return what tells whether a fact takes its deal to a step."""
    if step is Reached.CONTACT:
        return lambda fact: fact.kind == "deals.contact_asked"
    if step is Reached.DELIVERED:
        return lambda fact: fact.figures.get("state") in _AFTER_DELIVERY
    _move, kind = MADE_BY[step]
    return lambda fact: fact.kind == kind


def _standing(step: Reached) -> Callable[[Fact], Share | None]:
    comes = _comes_to(step)
    return lambda fact: Share(1, 0, _cell_of(fact)) if comes(fact) else None


def _steps_to(step: Reached) -> Any:
    """Return the steps in the history of deals that took them to a step of the funnel."""
    if step is Reached.CONTACT:
        return Step.objects.filter(move="")
    if step is Reached.DELIVERED:
        return Step.objects.filter(state__in=_AFTER_DELIVERY)
    return Step.objects.filter(move=MADE_BY[step][0])


def _recompute(step: Reached) -> Callable[[date], Iterable[Delta]]:
    def recompute(until: date) -> Iterable[Delta]:
        rows = _steps_to(step).filter(at__lte=clock.end_of_day(until)).order_by("deal", "at")  # fmt: skip
        first = rows.distinct("deal").values_list("at", "deal__field", "deal__listing_kind")  # fmt: skip
        for at, field, kind in first:
            yield Delta(1, 0, _cell(field, kind), clock.local_day(at))

    return recompute


def _value_standing(fact: Fact) -> Share | None:
    price = fact.figures.get("price")
    if fact.kind != "deals.contract_signed" or price is None:
        return None
    return Share(price, 0, _cell_of(fact))


def _value_recompute(until: date) -> Iterable[Delta]:
    steps = Step.objects.filter(move=Move.NOTE_SIGNED, at__lte=clock.end_of_day(until))
    signed = dict(steps.values_list("deal", "at"))
    rows = Version.objects.filter(
        agreed_at__isnull=False, reopened_at=None, amends=None, deal__in=signed
    )
    for row in rows.select_related("deal"):
        cell = _cell(row.deal.field, row.deal.listing_kind)
        yield Delta(row.told.price, 0, cell, clock.local_day(signed[row.deal_id]))


def _elsewhere_standing(fact: Fact) -> Share | None:
    if fact.kind != "deals.survey_answered":
        return None
    return Share(int(fact.figures["elsewhere"]), 1, _cell_of(fact))


def _elsewhere_recompute(until: date) -> Iterable[Delta]:
    answered = Survey.objects.filter(answered_at__lte=clock.end_of_day(until))
    for deal in Deal.objects.filter(pk__in=answered.values("deal")):
        elsewhere = said_elsewhere(deal, until)
        yield Delta(int(elsewhere), 1, _cell(deal.field, deal.listing_kind), until)


def _rated(fact: Fact) -> Iterable[Delta]:
    if fact.kind == "deals.deal_rated":
        yield Delta(fact.figures["points"], 1, _cell_of(fact))


def _ratings(until: date) -> Iterable[Delta]:
    rows = Rating.objects.filter(at__lte=clock.end_of_day(until))
    for at, points, field, kind in rows.values_list("at", "points", "deal__field", "deal__listing_kind"):  # fmt: skip
        yield Delta(points, 1, _cell(field, kind), clock.local_day(at))


def _records(step: Reached | None) -> Callable[[Mapping[str, str], Span, str], str]:
    def address(dims: Mapping[str, str], span: Span, part: str) -> str:
        wanted = {"scope": "exchange", "state": "", **dims}
        if step is not None:
            wanted["step"] = step.value
        return f"{reverse('deals')}?{urlencode(wanted)}"

    return address


def _labels(dimension: str, keys: Iterable[str]) -> Mapping[str, str]:
    words: Mapping[Any, Any] = FIELDS if dimension == "field" else KINDS
    return {key: str(words.get(key, key or gettext("no field given"))) for key in keys}


def _declare(name: str, **told: Any) -> None:
    declare(
        Indicator(
            code=f"{PREFIX}{name}", source=N_("the journal's facts about deals"),
            dimensions=DIMENSIONS, kinds=(PREFIX,), labels=_labels,
            legal=("459/NQ-HĐND", ""), **({"public": True} | told),
        )
    )  # fmt: skip


def _reads_few(person: Person) -> bool:
    """Tell whether somebody reads figures however few deals they are of."""
    return oversees(person) or person.authority.reads_everything


def _declare_step(
    step: Reached, name: str, title: str, formula: str, numerator: str
) -> None:
    _declare(
        name, title=title, formula=formula, numerator=numerator, unit=N_("deals"),
        standing=_standing(step), recompute=_recompute(step), records=_records(step),
    )  # fmt: skip


_declare_step(
    Reached.CONTACT, "contacts", N_("Contacts asked for"),
    N_("Deals begun since the exchange opened: contact was asked for over a listing"),
    N_("contacts asked for"),
)  # fmt: skip
_declare_step(
    Reached.INTRODUCED, "connections", N_("Connections made"),
    N_("Pairs introduced to each other since the exchange opened"),
    N_("pairs introduced"),
)  # fmt: skip
_declare_step(
    Reached.NDA, "ndas", N_("NDAs agreed"),
    N_("Deals in which both sides agreed to the NDA since the exchange opened"),
    N_("NDAs agreed"),
)  # fmt: skip
_declare_step(
    Reached.NEGOTIATING, "negotiations", N_("Negotiations begun"),
    N_("Deals with an agreed memorandum since the exchange opened"),
    N_("negotiations begun"),
)  # fmt: skip
_declare_step(
    Reached.SIGNED, "contracts", N_("Contracts signed"),
    N_("Deals whose contract both sides signed since the exchange opened"),
    N_("contracts signed"),
)  # fmt: skip
_declare_step(
    Reached.DELIVERED, "transfers", N_("Transfers completed"),
    N_("Deals whose every milestone was accepted since the exchange opened"),
    N_("deals delivered"),
)  # fmt: skip
_declare(
    "value", title=N_("Value of contracts"), unit=N_("đồng"),
    formula=N_("Sum of the agreed prices of contracts signed since the exchange opened"),
    numerator=N_("agreed prices"), standing=_value_standing, recompute=_value_recompute,
    records=_records(Reached.SIGNED), public=False, readers=_reads_few,
)  # fmt: skip
_declare(
    "off_platform", title=N_("Closed elsewhere"), unit="%", better=Better.LOWER,
    formula=N_("Introduced pairs of which one side says that they closed elsewhere, divided by pairs that answered"),
    numerator=N_("pairs that closed elsewhere"), denominator=N_("pairs that answered"),
    standing=_elsewhere_standing, recompute=_elsewhere_recompute, records=_records(None),
)  # fmt: skip
_declare(
    "satisfaction", title=N_("Satisfaction of both sides"), unit=N_("points of five"),
    formula=N_("Mean of the points sides gave the exchange at the end of a deal in the month"),
    numerator=N_("points"), denominator=N_("sides that answered"), period=Period.MONTH,
    contributions=_rated, recompute=_ratings, records=_records(None),
    public=False, readers=_reads_few,
)  # fmt: skip

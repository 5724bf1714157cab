"""The exchange's monthly report as an administrative document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from khuevan.directory.public import Organisation, head_of, letterhead, signature_of
from khuevan.exchange.public import operator_on
from khuevan.indicators.public import RATINGS
from khuevan.platform import clock
from khuevan.platform.errors import N_
from khuevan.platform.official.form import (
    Block,
    Document,
    Heading,
    Item,
    Paragraph,
    Runs,
    sentence,
    text,
)
from khuevan.platform.official.pieces import day, rows_or_words
from khuevan.platform.text import grouped
from khuevan.results.periods import Time
from khuevan.results.queries import VIEWED, Statistics, Target, statistics, targets
from khuevan.results.rules.funnel import Step
from khuevan.results.sides import SHOWN as SHOWN_SIDES
from khuevan.results.words import (
    COSTS,
    NAMES,
    field_name,
    kind_name,
    listed_name,
    region_name,
)


OFFICIAL_LANGUAGE = "vi"
SMALL = 10
SHOWN = ("contact", "introduced", "signed", "delivered")
"""The steps the table of fields shows."""


def report(month: Time) -> Document:
    """Compose the report of a month in the language in force.

    Its figures are those everybody reads on the page of results for the same days, sums of
    prices included only where whole groups of contracts stand behind them: the paper is
    passed on.
    """
    told = statistics(month.since, month.until)
    today = clock.today()
    body = Organisation.objects.select_related("parent").get(code=operator_on(today))
    return Document(
        letterhead=letterhead(body), number="", type_code="BC", type_name="BÁO CÁO",
        about=_("on the results of the technology exchange in %(month)s") % {"month": month.words},
        dated=today,
        blocks=(*_opening(month), *_targets(targets(month.until)), *_funnel(told), *_fields(told), *_kinds(told), *_regions(told), *_contracts(told), *_costs(told), *_words(told)),
        signature=signature_of(head_of(body), body, _("Director")),
        recipients=(
            _("The Steering Committee of Resolution 57-NQ/TW (to report)"),
            _("The People's Committee of the City (to report)"), _("Archive"),
        ),
    )  # fmt: skip


def official_report(month: Time) -> Document:
    """Compose the report in the language of official papers."""
    with translation.override(OFFICIAL_LANGUAGE):
        return report(month)


def _opening(month: Time) -> Iterable[Block]:
    yield Paragraph(
        sentence(
            N_("All figures are computed from the records of the platform from %(since)s to %(until)s; deals are followed up to today."),
            since=day(month.since), until=day(month.until),
        )
    )  # fmt: skip


def _targets(rows: list[Target]) -> Iterable[Block]:
    yield Heading(_("I. TARGETS OF THE SCHEME"))
    head = (
        _("Target"),
        _("Reached"),
        _("Expected by then"),
        _("By the end"),
        _("Standing"),
    )
    yield rows_or_words(
        head, (36, 16, 16, 18, 14), [_target(row) for row in rows],
        _("No targets are in force."), frozenset({1, 2, 3}),
    )  # fmt: skip


def _target(row: Target) -> tuple[Runs, ...]:
    card = row.card
    name = _(card.indicator.title)
    if kind := row.aim.dims.get("kind"):
        name = f"{name}: {kind_name(kind)}"
    if not row.whole:
        name = f"{name} ({_('of contracts in groups that show no single price')})"
    last, most = row.aim.points[-1]
    return (
        text(name, reverse("indicator", args=[row.aim.indicator])),
        text(_number(card.value.value)), text(_expected(card.expected)),
        text(f"{_number(most)} ({last.year})"), text(RATINGS[card.rating][1] if row.whole else "–"),
    )  # fmt: skip


def _funnel(told: Statistics) -> Iterable[Block]:
    yield Heading(_("II. FROM A LOOK TO A DELIVERED DEAL"))
    head = (
        _("Step"),
        _("Came to it"),
        _("Of the step before"),
        _("Ended here"),
        _("Still here"),
    )
    yield rows_or_words(
        head, (36, 16, 18, 14, 16), [_step(step) for step in told.funnel.steps],
        _("Nothing happened in this time."), frozenset({1, 2, 3, 4}),
    )  # fmt: skip
    worst = told.funnel.worst
    if worst:
        yield Item(
            sentence(
                N_("Most deals ended after “%(step)s”: %(lost)s of the %(count)s that came to it."),
                step=NAMES[worst.name], lost=worst.lost, count=worst.count,
            )
        )  # fmt: skip


def _step(step: Step) -> tuple[Runs, ...]:
    return (
        text(NAMES[step.name]), text(_number(step.count)), text(percent(step.share)),
        text("–" if step.name == VIEWED else _number(step.lost)),
        text("–" if step.name == VIEWED else _number(step.open)),
    )  # fmt: skip


def _fields(told: Statistics) -> Iterable[Block]:
    yield Heading(_("III. BY FIELD AND KIND OF LISTING"))
    head = (_("Field"), *(str(NAMES[name]) for name in SHOWN))
    rows = [
        (text(field_name(part.key)), *(text(_number(_count(part.funnel.steps, name))) for name in SHOWN))
        for part in told.fields
    ]  # fmt: skip
    yield rows_or_words(head, (40, 15, 15, 15, 15), rows, _("Nothing happened in this time."), frozenset({1, 2, 3, 4}))  # fmt: skip


def _kinds(told: Statistics) -> Iterable[Block]:
    head = (_("Kind of listing"), *(str(NAMES[name]) for name in SHOWN))
    rows = [
        (text(listed_name(part.key)), *(text(_number(_count(part.funnel.steps, name))) for name in SHOWN))
        for part in told.kinds
    ]  # fmt: skip
    yield rows_or_words(head, (40, 15, 15, 15, 15), rows, _("Nothing happened in this time."), frozenset({1, 2, 3, 4}))  # fmt: skip


def _regions(told: Statistics) -> Iterable[Block]:
    head = (_("Region"), _("Contacts of providers"), _("of these delivered"), _("Contacts of recipients"), _("of these delivered"))  # fmt: skip
    rows = [
        (text(region_name(r.code)), *(text(_number(side[step])) for side in (r.provided, r.received) for step in (SHOWN_SIDES[0], SHOWN_SIDES[-1])))
        for r in told.regions
    ]  # fmt: skip
    yield rows_or_words(head, (40, 15, 15, 15, 15), rows, _("Nothing happened in this time."), frozenset({1, 2, 3, 4}))  # fmt: skip


def _costs(told: Statistics) -> Iterable[Block]:
    costs = told.costs
    if costs is None:
        if told.signed is not None:
            yield Item(text(_("What the contracts cost is told in groups whose deals have all ended; there is none yet.")))  # fmt: skip
        return
    parts = ", ".join(f"{str(words).lower()} {grouped(getattr(costs, name))} đồng" for name, words in COSTS.items())  # fmt: skip
    yield Item(
        sentence(
            N_("Costs of %(count)s contracts whose deals have ended: %(parts)s; together %(share)s of their value."),
            count=costs.contracts, parts=parts, share=percent(costs.share),
        )
    )  # fmt: skip


def _contracts(told: Statistics) -> Iterable[Block]:
    yield Heading(_("IV. CONTRACTS SIGNED"))
    signed = told.signed
    if signed is None:
        yield Paragraph(text(_("No contract was signed in this time.")))
        return
    yield Item(sentence(N_("Contracts signed: %(count)s."), count=signed.contracts))
    if told.worth:
        yield Item(
            sentence(
                N_("Sum of agreed prices of %(count)s of them: %(value)s đồng. Prices are told in groups of contracts of one field."),
                count=told.worth.contracts, value=grouped(told.worth.value),
            )
        )  # fmt: skip
    else:
        yield Item(text(_("The sum of prices is not told: so few contracts would show what one pair agreed.")))  # fmt: skip
    yield Item(
        sentence(
            N_("Days from introduction to signature: %(median)s for half of them, %(most)s for nine of ten."),
            median=_number(signed.median_days), most=_number(signed.most_days),
        )
    )  # fmt: skip


def _words(told: Statistics) -> Iterable[Block]:
    yield Heading(_("V. WHAT BOTH SIDES SAY"))
    given, elsewhere = told.satisfaction, told.elsewhere
    if given.points is None:
        yield Item(
            text(_("Too few sides said how the exchange served them to tell the mean."))
            if given.answers
            else text(_("No side said how the exchange served it."))
        )
    else:
        yield Item(
            sentence(
                N_("Satisfaction: %(points)s of 5 points, by %(answers)s sides."),
                points=number_format(round(given.points, 1), 1), answers=given.answers,
            )
        )  # fmt: skip
    yield Item(
        sentence(
            N_("Of %(introduced)s introduced pairs %(answered)s said whether they closed elsewhere; %(elsewhere)s did."),
            introduced=elsewhere.introduced, answered=elsewhere.answered, elsewhere=elsewhere.elsewhere,
        )
    )  # fmt: skip


def _count(steps: Iterable[Step], name: str) -> int:
    return next(step.count for step in steps if step.name == name)


def _number(value: float | None) -> str:
    return "–" if value is None else number_format(value, 0, use_l10n=True, force_grouping=True)  # fmt: skip


def _expected(value: float | None) -> str:
    """Return what is expected; of a few it matters which part of one."""
    if value is None or value >= SMALL:
        return _number(value)
    return number_format(round(value, 1), 1)


def percent(share: float | None) -> Any:
    """Return a share as per cent with one place, “–” for none."""
    return "–" if share is None else f"{number_format(round(100 * share, 1), 1)} %"

"""The exchange's statistics as a workbook: one sheet for each table of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _

from khuevan.results.documents.report import OFFICIAL_LANGUAGE
from khuevan.results.queries import ORDER, Part, Statistics, targets
from khuevan.results.sides import SHOWN, Costs
from khuevan.results.words import (
    COSTS,
    NAMES,
    SIDES,
    field_name,
    kind_name,
    listed_name,
    region_name,
)


def workbook(told: Statistics) -> bytes:
    """Return the figures as XLSX; sums of prices stand where the page tells them."""
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False}) as book:  # fmt: skip
        heading = book.add_format({"bold": True, "text_wrap": True})
        for name, head, rows in _sheets(told):
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 0, 34)
            sheet.set_column(1, len(head), 15)
            sheet.write_row(0, 0, head, heading)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, row)
    return data.getvalue()


def official_workbook(told: Statistics) -> bytes:
    """Return the figures as XLSX in the language of official papers."""
    with translation.override(OFFICIAL_LANGUAGE):
        return workbook(told)


def _sheets(
    told: Statistics,
) -> Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]:
    head = [_("Step"), _("Came to it"), _("Of the step before"), _("Ended here"), _("Still here")]  # fmt: skip
    yield _("Funnel"), head, [
        (str(NAMES[s.name]), s.count, s.share, s.lost, s.open) for s in told.funnel.steps
    ]  # fmt: skip
    steps = [str(NAMES[name]) for name in ORDER]
    prices = [_("Contracts signed"), _("Sum of prices (đồng)"), _("Contracts in the sum"), _("Days, half of them"), _("Days, nine of ten")]  # fmt: skip
    yield _("By field"), [_("Field"), *steps, *prices], [
        (str(field_name(part.key)), *_counts(part), *_signed(part)) for part in told.fields
    ]  # fmt: skip
    yield _("By kind of listing"), [_("Kind of listing"), *steps[1:]], [
        (str(listed_name(part.key)), *list(_counts(part))[1:]) for part in told.kinds
    ]  # fmt: skip
    sides = [f"{names}: {NAMES[step]}" for names in SIDES for step in SHOWN]  # fmt: skip
    yield _("By region"), [_("Region"), *sides], [
        (str(region_name(r.code)), *r.provided.values(), *r.received.values()) for r in told.regions
    ]  # fmt: skip
    yield _("Costs"), [_("Costs of contracts"), _("Sum (đồng)"), _("Share of the value")], list(_costs(told.costs))  # fmt: skip
    yield _("By month"), [_("Month of the request"), *steps], [
        (part.key[:7], *_counts(part)) for part in told.months
    ]  # fmt: skip
    yield _("Targets"), [_("Target"), _("Reached"), _("Expected now"), _("Target value"), _("By the day"), _("Document")], [
        (_title(row), row.card.value.value, row.card.expected, row.aim.points[-1][1], row.aim.points[-1][0].isoformat(), row.aim.document)
        for row in targets(told.until, inside=told.inside)
    ]  # fmt: skip
    yield _("Source"), [_("From"), _("To"), _("Field"), _("How it is counted")], [
        (told.since.isoformat(), told.until.isoformat(), str(field_name(told.field)) if told.field else _("all"), _("Deals by the month in which contact was asked for, followed up to today; contracts by the day of signature. Computed from the records of the deals."))
    ]  # fmt: skip


def _costs(costs: Costs | None) -> Iterable[tuple[Any, ...]]:
    if costs is None:
        return
    yield _("Value of these contracts"), costs.value, None
    for name, words in COSTS.items():
        amount = getattr(costs, name)
        yield str(words), amount, amount / costs.value if costs.value else None
    yield _("Together"), costs.total, costs.share


def _title(row: Any) -> str:
    kind = row.aim.dims.get("kind")
    title = _(row.card.indicator.title)
    return f"{title}: {kind_name(kind)}" if kind else title


def _counts(part: Part) -> Iterable[int]:
    return (step.count for step in part.funnel.steps)


def _signed(part: Part) -> tuple[Any, ...]:
    if part.signed is None:
        return (0, None, 0, None, None)
    worth = part.worth
    return (
        part.signed.contracts,
        worth.value if worth else None,
        worth.contracts if worth else 0,
        part.signed.median_days,
        part.signed.most_days,
    )

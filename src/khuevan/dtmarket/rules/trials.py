"""Trials before procurement: how long, what shows success, what the State bears.

Decree 224/2026/ND-CP, Article 39: at most a year with one firm that bears the cost; after
success support of at most 30 % of the audited cost and 15 billion dong for one firm; data
belong to the body, software and equipment to the firm; a direct order may follow; what
was got by a false report is paid back within 30 days with interest.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from khuevan.platform.errors import N_, InputRefused, Problem, RuleBroken


MOST_METRICS = 10


class Step(StrEnum):
    """What a paper of a problem is the paper of."""

    DECISION = "decision"
    READINGS = "readings"
    AUDIT = "audit"
    ORDER = "order"
    OTHER = "other"


class TrialState(StrEnum):
    """How a trial stands."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the decree sets; money in đồng."""

    longest_months: int
    support_percent: int
    support_most: int
    repay_days: int
    basis: str
    """The document and article, as they are cited."""


@dataclass(frozen=True, slots=True)
class Metric:
    """What a trial is judged by: how it is today, what it must reach, in which direction."""

    name: str
    unit: str
    baseline: Decimal
    target: Decimal
    source: str

    @property
    def upward(self) -> bool:
        """Tell whether more is better."""
        return self.target > self.baseline


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure measured on a day over so many cases."""

    metric: str
    on: date
    value: Decimal
    cases: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the readings of a metric say; `mean` weighs each by its cases, None without any."""

    metric: Metric
    mean: Decimal | None
    readings: int
    cases: int
    enough: bool
    met: bool


def check_metrics(metrics: Sequence[Metric]) -> None:
    """Refuse metrics by which nothing can be judged; InputRefused names each fault."""
    problems = []
    if not 1 <= len(metrics) <= MOST_METRICS:
        problems.append(
            Problem(
                "metrics",
                N_("A problem has 1 to %(most)s figures to judge by"),
                params={"most": MOST_METRICS},
            )
        )
    for each in metrics:
        where = each.name or "metrics"
        if not each.name.strip() or not each.unit.strip():
            problems.append(Problem(where, N_("A figure has a name and a unit")))
        if each.target == each.baseline:
            problems.append(
                Problem(
                    where,
                    N_("The target is what there is already"),
                    N_("Say what has to get better."),
                )
            )
        if len(each.source.strip()) < 5:
            problems.append(
                Problem(
                    where,
                    N_("Nobody can tell where today's figure comes from"),
                    N_("Name the register or system it is read from."),
                )
            )
    if len({each.name.casefold() for each in metrics}) < len(metrics):
        problems.append(Problem("metrics", N_("Two figures have one name")))
    if problems:
        raise InputRefused(problems)


def last_day(start: date, limits: Limits) -> date:
    """Return the last day a trial that starts on a day may have."""
    month = start.month - 1 + limits.longest_months
    year, month = start.year + month // 12, month % 12 + 1
    same = min(start.day, calendar.monthrange(year, month)[1])
    return date(year, month, same) - timedelta(days=1)


def longest(start: date, limits: Limits) -> int:
    """Return how many days a trial that starts on a day may last."""
    return (last_day(start, limits) - start).days + 1


def check_period(start: date, end: date, limits: Limits) -> None:
    """Refuse a trial that ends before it starts or lasts longer than the law lets it."""
    if end <= start:
        raise RuleBroken(N_("A trial ends after it starts."), field="ends_on")
    if end > last_day(start, limits):
        raise RuleBroken(
            N_("A trial lasts at most %(months)s months: until %(day)s."),
            field="ends_on", months=limits.longest_months, day=last_day(start, limits).strftime("%d/%m/%Y"),
        )  # fmt: skip


def verdicts(
    metrics: Sequence[Metric], readings: Sequence[Reading], least: int
) -> list[Verdict]:
    """Return what the readings say of every metric; `least` is how many it takes."""
    return [
        _verdict(metric, [r for r in readings if r.metric == metric.name], least)
        for metric in metrics
    ]


def _verdict(metric: Metric, readings: Sequence[Reading], least: int) -> Verdict:
    cases = sum(reading.cases for reading in readings)
    if not cases:
        return Verdict(metric, None, len(readings), 0, False, False)
    mean = sum((r.value * r.cases for r in readings), Decimal(0)) / cases
    met = mean >= metric.target if metric.upward else mean <= metric.target
    shown = mean.quantize(Decimal("0.01"))
    return Verdict(metric, shown, len(readings), cases, len(readings) >= least, met)


def check_success(found: Sequence[Verdict]) -> None:
    """Refuse to call a trial a success when its figures do not say so."""
    if short := [v.metric.name for v in found if not v.enough]:
        raise RuleBroken(
            N_("Not measured often enough yet: %(names)s."), names=", ".join(short)
        )
    if missed := [v.metric.name for v in found if not v.met]:
        raise RuleBroken(
            N_("The target was not reached: %(names)s."), names=", ".join(missed)
        )


def support(audited: int, already: int, limits: Limits) -> int:
    """Return the support a firm may get for a trial, in đồng.

    `audited` is the trial's audited cost, `already` what the firm got for other trials.
    """
    share = audited * limits.support_percent // 100
    return max(0, min(share, limits.support_most - already))


def readings_from(
    text: str, metrics: Sequence[Metric], start: date, end: date
) -> list[Reading]:
    """Return readings from lines of metric; day; value; cases, or refuse all of them.

    InputRefused names every line that cannot be read, that names no metric of the trial
    or a day outside it, and days told twice.
    """
    names = {metric.name.casefold(): metric.name for metric in metrics}
    found: list[Reading] = []
    problems: list[Problem] = []
    seen: set[tuple[str, date]] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            reading = _reading(line, names, start, end)
        except RuleBroken as fault:
            problems.append(
                Problem(f"line {number}", fault.sentence, params=fault.params)
            )
            continue
        if (reading.metric, reading.on) in seen:
            problems.append(Problem(f"line {number}", N_("This day stands here twice")))
        seen.add((reading.metric, reading.on))
        found.append(reading)
    if not found and not problems:
        problems.append(
            Problem(
                "line 1",
                N_("There is no reading"),
                N_("Write one a line: figure; day; value; cases."),
            )
        )
    if problems:
        raise InputRefused(problems)
    return found


def _reading(line: str, names: dict[str, str], start: date, end: date) -> Reading:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 4:
        raise RuleBroken(N_("A reading has four parts: figure; day; value; cases"))
    name = names.get(parts[0].casefold())
    if name is None:
        raise RuleBroken(N_("The trial has no figure “%(name)s”"), name=parts[0][:60])
    on = _day(parts[1])
    if not start <= on <= end:
        raise RuleBroken(N_("%(day)s lies outside the trial"), day=parts[1])
    try:
        value, cases = (
            Decimal(parts[2].replace(",", ".")),
            int(parts[3].replace(".", "")),
        )
    except (InvalidOperation, ValueError) as fault:
        raise RuleBroken(N_("The value or the number of cases is no number")) from fault
    if not value.is_finite() or abs(value) > 10**9 or not 0 < cases <= 10**9:
        raise RuleBroken(N_("The value or the number of cases cannot be"))
    return Reading(name, on, value, cases)


def _day(text: str) -> date:
    day, _slash, rest = text.partition("/")
    try:
        if rest:
            month, _slash, year = rest.partition("/")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(text)
    except ValueError as fault:
        raise RuleBroken(
            N_("“%(text)s” is not a day: write 05/03/2026"), text=text[:20]
        ) from fault

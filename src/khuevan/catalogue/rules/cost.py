"""The cost of complying with a procedure (Circular 02/2017/TT-VPCP, Article 27).

Once = the tasks that must be done (hours × income per hour, services bought, other
payments) + fees, charges and other payments. A year = once × times a year × subjects.
The benefit is the present cost less the cost after simplification. Low average figures
are used and opportunity costs left out; all amounts are đồng, hours are of work.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from khuevan.platform.errors import N_, RuleBroken


KINDS = {
    "prepare": N_("Preparing papers"),
    "travel": N_("Travelling"),
    "file": N_("Filing"),
    "wait": N_("Waiting, meeting those who check"),
    "pay": N_("Paying"),
    "receive": N_("Receiving the result"),
    "advice": N_("Advice"),
    "other": N_("Other"),
}
"""The tasks a cost sheet lists."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task somebody has to do: its hours, and what it costs beside them."""

    kind: str
    name: str = ""
    hours: Decimal = Decimal(0)
    service: int = 0
    other: int = 0

    def cost(self, income_per_hour: int) -> Decimal:
        """Return what this task costs once, in đồng."""
        return self.hours * income_per_hour + self.service + self.other


@dataclass(frozen=True, slots=True)
class Way:
    """One way of doing a procedure: its tasks and what must be paid."""

    tasks: tuple[Task, ...] = ()
    fee: int = 0
    charge: int = 0
    other: int = 0

    def once(self, income_per_hour: int) -> int:
        """Return the cost of doing it one time, in đồng."""
        exact = sum((t.cost(income_per_hour) for t in self.tasks), Decimal(0))
        return _round(exact) + self.fee + self.charge + self.other


@dataclass(frozen=True, slots=True)
class Sheet:
    """A cost sheet: the present way, the way after simplification, and how often."""

    income_per_hour: int
    before: Way
    after: Way | None = None
    times_per_year: int = 1
    subjects_per_year: int = 1
    source: str = ""  # where the income comes from


@dataclass(frozen=True, slots=True)
class Cost:
    """What a sheet comes to, in đồng; `saved_percent` has two decimals."""

    once: int
    year: int
    once_after: int | None = None
    year_after: int | None = None
    saved: int | None = None
    saved_percent: Decimal | None = None


def cost(sheet: Sheet) -> Cost:
    """Return the cost of one time and of a year, before and after."""
    _check(sheet)
    often = sheet.times_per_year * sheet.subjects_per_year
    once = sheet.before.once(sheet.income_per_hour)
    if sheet.after is None:
        return Cost(once, once * often)
    after = sheet.after.once(sheet.income_per_hour)
    saved = (once - after) * often
    percent = _percent(once - after, once) if once else None
    return Cost(once, once * often, after, after * often, saved, percent)


def sheet_to_json(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as plain JSON; hours are decimal texts."""
    return {
        "income_per_hour": sheet.income_per_hour,
        "times_per_year": sheet.times_per_year,
        "subjects_per_year": sheet.subjects_per_year,
        "source": sheet.source,
        "before": _way_to_json(sheet.before),
        "after": _way_to_json(sheet.after) if sheet.after else None,
    }


def sheet_from_json(told: dict[str, Any]) -> Sheet:
    """Return the sheet stored as JSON."""
    return Sheet(
        told["income_per_hour"],
        _way_from_json(told["before"]),
        _way_from_json(told["after"]) if told.get("after") else None,
        told["times_per_year"],
        told["subjects_per_year"],
        told.get("source", ""),
    )


def _way_to_json(way: Way) -> dict[str, Any]:
    tasks = [
        {"kind": t.kind, "name": t.name, "hours": str(t.hours), "service": t.service, "other": t.other}
        for t in way.tasks
    ]  # fmt: skip
    return {"tasks": tasks, "fee": way.fee, "charge": way.charge, "other": way.other}


def _way_from_json(told: dict[str, Any]) -> Way:
    tasks = tuple(
        Task(t["kind"], t["name"], Decimal(t["hours"]), t["service"], t["other"])
        for t in told["tasks"]
    )
    return Way(tasks, told["fee"], told["charge"], told["other"])


def _check(sheet: Sheet) -> None:
    if sheet.income_per_hour <= 0:
        raise RuleBroken(
            N_("The income per hour must be above zero."), field="income_per_hour"
        )
    if sheet.times_per_year < 0 or sheet.subjects_per_year < 0:
        raise RuleBroken(N_("How often and how many cannot be below zero."))
    for way in (sheet.before, sheet.after):
        if way is not None:
            _check_way(way)


def _check_way(way: Way) -> None:
    if any(t.kind not in KINDS for t in way.tasks):
        raise RuleBroken(N_("A task of a cost sheet needs one of the known kinds."))
    amounts = [way.fee, way.charge, way.other]
    for task in way.tasks:
        amounts += [task.service, task.other]
        if task.hours < 0:
            raise RuleBroken(N_("Hours cannot be below zero."))
    if any(amount < 0 for amount in amounts):
        raise RuleBroken(N_("An amount cannot be below zero."))


def _round(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def _percent(part: int, whole: int) -> Decimal:
    exact = Decimal(100 * part) / Decimal(whole)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)

"""The flows every measure of the service is made of: what a fact adds, and the same
sums from the records.

One table says both, so they cannot drift apart unnoticed; `khuevan indicators audit`
compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from typing import Any

from django.db import connection

from khuevan.counter.public import CASES, IN_TIME
from khuevan.indicators.public import Delta, Together
from khuevan.journal.public import Fact
from khuevan.platform import clock


PREFIX, BY_PROCEDURE = "measures.", "_by_procedure"
"""An indicator's code is its flow's name between these; the second is there or not."""
ENDINGS = frozenset({"counter.dossier_decided", "counter.dossier_stopped", "counter.dossier_withdrawn"})  # fmt: skip
ONLINE = frozenset({"portal", "vneid", "assisted"})
_DAY = "(({column} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)"
_MONTH = "date_trunc('month', {day})::date"
_SUMS = "SELECT {day}, {key}, {figures} FROM {cases} WHERE {on} <= %s GROUP BY 1, 2"
_DECIDED = "business = 'decided'"


@dataclass(frozen=True, slots=True)
class Flow:
    """One share: on which facts it counts, and where it stands in the records.

    `reads` returns numerator and denominator of a fact, or None where it counts
    nothing. `on` is the instant that gives the day, `where` the records that count,
    `hits` those in the numerator. `dated` names the figure of a later fact that tells
    the day of that instant.
    """

    kinds: tuple[str, ...]
    reads: Callable[[Fact], tuple[int, int] | None]
    on: str
    where: str
    hits: str
    counts: bool = False  # no denominator: a count
    sums: tuple[str, str] | None = None  # columns summed instead of rows counted
    dated: str = ""


def _decided(figure: str) -> Callable[[Fact], tuple[int, int] | None]:
    def reads(fact: Fact) -> tuple[int, int] | None:
        if fact.kind != "counter.dossier_decided":
            return None
        return int(bool(fact.figures.get(figure))), 1

    return reads


def _ended_on_time(fact: Fact) -> tuple[int, int] | None:
    if fact.kind not in ENDINGS or not fact.figures.get("accepted"):
        return None
    return int(bool(fact.figures.get("on_time"))), 1


def _paid_online(fact: Fact) -> tuple[int, int] | None:
    if fact.kind == "counter.fee_waived":
        return _late_waiver(fact)
    if not fact.figures.get("fee"):
        return None
    if fact.kind == "counter.fee_paid":
        return _late_payment(fact)[0], 0
    return int(bool(fact.figures.get("paid_online"))), 1


def _took(fact: Fact) -> tuple[int, int] | None:
    hours = fact.figures.get("hours")
    if fact.kind not in ENDINGS or hours is None:
        return None
    return hours, 1


def _paid(fact: Fact) -> tuple[int, int] | None:
    if fact.kind == "counter.fee_paid":
        return _late_payment(fact)
    if not fact.figures.get("paid"):
        return None
    return int(bool(fact.figures.get("paid_online"))), 1


def _late_waiver(fact: Fact) -> tuple[int, int] | None:
    """Take a dossier off its day that was decided, and owes no fee any more."""
    figures = fact.figures
    if not figures.get("ended_on") or figures.get("left"):
        return None
    return -int(bool(figures.get("paid_online"))), -1


def _late_payment(fact: Fact) -> tuple[int, int]:
    """Return what a payment adds to the day its dossier had ended on; before, nothing."""
    figures = fact.figures
    return int(bool(figures.get("first_online"))), int(bool(figures.get("first")))


def _online(fact: Fact) -> tuple[int, int] | None:
    return int(fact.figures.get("channel") in ONLINE), 1


def _served_online(fact: Fact) -> tuple[int, int] | None:
    """Count a dossier filed online; take it out where its result came on paper only."""
    if fact.kind == "counter.dossier_filed":
        return _online(fact)
    figures = fact.figures
    if figures.get("channel") not in ONLINE or not figures.get("filed_on"):
        return None
    on_paper = figures.get("result_due", True) and not figures.get("electronic")
    return (-1, 0) if on_paper else None


def _e_result(fact: Fact) -> tuple[int, int] | None:
    if fact.kind != "counter.dossier_decided":
        return None
    if not fact.figures.get("result_due", True):
        return None
    return int(bool(fact.figures.get("electronic"))), 1


def _assisted(fact: Fact) -> tuple[int, int] | None:
    channel = fact.figures.get("channel")
    return (int(channel == "assisted"), 1) if channel in ONLINE else None


def _synced(fact: Fact) -> tuple[int, int] | None:
    """Count a dossier when it is accepted; its copy when the portal has it.

    A dossier other systems handed over comes with its copy already made.
    """
    if fact.kind == "counter.dossier_accepted":
        return int(bool(fact.figures.get("synced"))), 1
    return (1, 0) if fact.figures.get("accepted_on") else None


def _papers(fact: Fact) -> tuple[int, int] | None:
    if fact.kind != "counter.dossier_decided":
        return None
    return fact.figures.get("papers_digitised", 0), fact.figures.get("papers", 0)


def _stored(fact: Fact) -> tuple[int, int] | None:
    if fact.kind != "counter.dossier_decided":
        return None
    figures = fact.figures
    return int(bool(figures.get("electronic") or figures.get("reused"))), 1


def _sent_back(fact: Fact) -> tuple[int, int] | None:
    if fact.kind != "counter.dossier_decided":
        return None
    return int(fact.figures.get("rounds", 0) > 0), 1


def _once(fact: Fact) -> tuple[int, int] | None:
    return 1, 0


_FILED = ("counter.dossier_filed",)
_DECISIONS = ("counter.dossier_decided",)
_PAYMENTS = ("counter.dossier_decided", "counter.fee_paid")
FLOWS: dict[str, Flow] = {
    "filed": Flow(_FILED, _once, "filed_at", "TRUE", "TRUE", counts=True),
    "accepted": Flow(
        ("counter.dossier_accepted",), _once, "accepted_at", "accepted_at IS NOT NULL",
        "TRUE", counts=True,
    ),
    "online": Flow(_FILED, _online, "filed_at", "TRUE", "is_online"),
    "served_online": Flow(
        (*_FILED, *_DECISIONS), _served_online, "filed_at", "TRUE",
        f"is_online AND NOT ({_DECIDED} AND result_due AND NOT e_result)", dated="filed_on",
    ),
    "assisted": Flow(_FILED, _assisted, "filed_at", "is_online", "channel = 'assisted'"),
    "refused": Flow(
        ("counter.dossier_refused",), _once, "ended_at", "business = 'refused'", "TRUE",
        counts=True,
    ),
    "on_time": Flow(
        tuple(sorted(ENDINGS)), _ended_on_time, "ended_at",
        "ended_at IS NOT NULL AND accepted_at IS NOT NULL", IN_TIME,
    ),
    "hours": Flow(
        tuple(sorted(ENDINGS)), _took, "ended_at",
        "ended_at IS NOT NULL AND accepted_at IS NOT NULL", "",
        sums=("floor(extract(epoch FROM ended_at - accepted_at) / 3600)::int", "1"),
    ),
    "digitised": Flow(
        _DECISIONS, _decided("digitised"), "ended_at", _DECIDED,
        "papers_due = papers_digitised",
    ),
    "e_results": Flow(
        _DECISIONS, _e_result, "ended_at", f"{_DECIDED} AND result_due", "e_result"
    ),
    "papers": Flow(
        _DECISIONS, _papers, "ended_at", _DECIDED, "", sums=("papers_digitised", "papers_due")
    ),
    "stored": Flow(_DECISIONS, _stored, "ended_at", _DECIDED, "reused OR e_result"),
    "reused": Flow(_DECISIONS, _decided("reused"), "ended_at", _DECIDED, "reused"),
    "population": Flow(
        _DECISIONS, _decided("population"), "ended_at", _DECIDED, "population_data"
    ),
    "paid_online": Flow(
        ("counter.fee_waived", *_PAYMENTS), _paid_online, "ended_at",
        f"{_DECIDED} AND fee_due > 0", "paid_online", dated="ended_on",
    ),
    "paid": Flow(
        _PAYMENTS, _paid, "ended_at", f"{_DECIDED} AND paid", "paid_online",
        dated="ended_on",
    ),
    "synced": Flow(
        ("counter.dossier_accepted", "counter.dossier_synced"), _synced, "accepted_at",
        "accepted_at IS NOT NULL", "synced_at IS NOT NULL", dated="accepted_on",
    ),
    "sent_back": Flow(_DECISIONS, _sent_back, "ended_at", _DECIDED, "supplements > 0"),
}  # fmt: skip
"""Every flow by its name."""


BY_MONTH = frozenset({"procedure"})
"""Dimensions with so many keys that their sums are kept by month, on its first day."""


def contributions(flow: Flow, dimension: str) -> Callable[[Fact], Iterable[Delta]]:
    """Return what a fact adds to a flow, in the cell of one dimension."""

    def added(fact: Fact) -> Iterable[Delta]:
        if fact.kind not in flow.kinds:
            return
        found = flow.reads(fact)
        if found is not None:
            key = fact.figures.get(dimension) or ""
            yield Delta(*found, {dimension: key}, _day_of(fact, flow, dimension))

    return added


def _day_of(fact: Fact, flow: Flow, dimension: str) -> date:
    told = fact.figures.get(flow.dated) if flow.dated else None
    day = date.fromisoformat(told) if told else clock.local_day(fact.occurred_at)
    return day.replace(day=1) if dimension in BY_MONTH else day


def flow_of(code: str) -> Flow:
    """Return the flow behind an indicator."""
    return FLOWS[code.removeprefix(PREFIX).removesuffix(BY_PROCEDURE)]


def recomputed(code: str, dimension: str) -> Callable[[date], Iterable[Delta]]:
    """Return the same sums from the records, up to the end of a day."""
    together = read_together(flow_of(code).on, dimension)

    def sums(until: date) -> Iterable[Delta]:
        return (delta for _, delta in together([code], until))

    return sums


@cache
def read_together(on: str, dimension: str) -> Together:
    """Return what reads all indicators that count dossiers by one of their instants."""
    day = _DAY.format(column=on)
    if dimension in BY_MONTH:
        day = _MONTH.format(day=day)

    def read(codes: Sequence[str], until: date) -> Iterable[tuple[str, Delta]]:
        figures = chain.from_iterable(_figures(flow_of(code)) for code in codes)
        query = _SUMS.format(
            cases=CASES, day=day, key=dimension, on=on, figures=", ".join(figures)
        )
        with connection.cursor() as cursor:
            cursor.execute(query, [clock.end_of_day(until)])
            rows: list[Any] = cursor.fetchall()
        for on_day, key, *sums in rows:
            dimensions = {dimension: str(key)}
            for code, over, of in zip(codes, sums[::2], sums[1::2], strict=True):
                if over or of:
                    yield code, Delta(over, of, dimensions, on_day)

    return read


def _figures(flow: Flow) -> tuple[str, str]:
    """Return the aggregates of a flow's numerator and denominator."""
    if flow.sums:
        over, of = (
            f"coalesce(sum({column}) FILTER (WHERE {flow.where}), 0)"
            for column in flow.sums
        )
        return over, of
    hits = f"count(*) FILTER (WHERE {flow.where} AND ({flow.hits}))"
    return hits, "0" if flow.counts else f"count(*) FILTER (WHERE {flow.where})"

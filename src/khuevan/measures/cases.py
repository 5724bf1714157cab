"""Which dossiers every figure counts: one condition for the count and for the list.

Conditions are SQL over `counter_case`. They are asked with `since` and `until`, the first
and the last instant of a time, `most`, the requests for papers a dossier may have, and
`full`, the procedures that are fully online.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from khuevan.counter.public import IN_TIME, most_on
from khuevan.platform import clock

from .flows import FLOWS
from .guards import GUARDS, condition


@dataclass(frozen=True, slots=True)
class Cases:
    """Dossiers that count, and which of them are in the numerator.

    `on` is the instant they are listed by; `sums` are the columns of numerator and
    denominator where a dossier counts more than once.
    """

    where: str
    hits: str
    on: str
    sums: tuple[str, str] | None = None


_ENDED = "accepted_at IS NOT NULL AND ended_at BETWEEN %(since)s AND %(until)s"
RUNNING = "accepted_at <= %(until)s AND (ended_at IS NULL OR ended_at > %(until)s)"
"""Dossiers in process at the end of a time (766/QĐ-TTg, group 2; services.md 8.3)."""
RUNNING_IN_TIME = """(
    (supplements <= %(most)s OR (
        SELECT count(DISTINCT a.round) FROM counter_asked a
        WHERE a.case_id = counter_case.case_id AND a.asked_at <= %(until)s
    ) <= %(most)s)
    AND (due_at >= %(until)s OR due_at >= (
        SELECT min(coalesce(p.ends_at, p.starts_at)) FROM counter_pause p
        WHERE p.case_id = counter_case.case_id AND p.starts_at <= %(until)s
            AND (p.ends_at IS NULL OR p.ends_at > %(until)s)
    )))"""
"""Whether one of them was in time then, whatever became of its date since.

The date moves only while it is not yet reached: a pause or a new date after the end
changes nothing. So today's date tells of a past day as well: whoever has it still ahead
at that day had it ahead then. While the clock stood at that day, what counts is where it
stood: the start of a pause that is still open, or the end of one that moved the date.
"""
_COMPLAINED = """case_id IN (
    SELECT split_part(subject, ':', 2)::uuid FROM feedback_complaint
    WHERE subject LIKE 'counter.dossier:%%')"""
CONTENT = f"({IN_TIME} AND NOT {_COMPLAINED})"
"""Ended in time, and nobody complained: no petition about it, no thumb down."""
UNHAPPY_THOUGH_IN_TIME = f"{_ENDED} AND {IN_TIME} AND {_COMPLAINED}"
"""Each dossier once, however often people complained of it; see `CONTENT`."""

_OF_ITEMS = {
    "PROGRESS_ON_TIME": Cases(
        f"(({_ENDED}) OR ({RUNNING}))",
        f"CASE WHEN ended_at <= %(until)s THEN {IN_TIME} ELSE {RUNNING_IN_TIME} END",
        "accepted_at",
    ),
    "DOSSIER_RECEIVING_SATISFACTION": Cases(_ENDED, CONTENT, "ended_at"),
    "FULL_ONLINE_DOSSIER_RATIO": Cases(
        "filed_at BETWEEN %(since)s AND %(until)s AND procedure = ANY(%(full)s)",
        "is_online", "filed_at",
    ),
}  # fmt: skip
FLOW_OF = {
    "DOSSIER_SYNC": "synced",
    "ONLINE_DOSSIER_RATIO": "served_online",
    "PAY_DOSSIER": "paid_online",
    "ORIGINAL_RESULT_AVAILABLE": "e_results",
    "SO_HOA_GIAY_TO_GIAI_QUYET": "papers",
    "REUSED_DIGITIZED_DATA": "reused",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": "stored",
    "CITIZEN_DATA_CONNECTED_DOSSIER": "population",
    "PROCESSING_TIME": "hours",
    "DOSSIERS_ONLINE": "online",
    "DOSSIERS_ASSISTED": "assisted",
}
"""Items that are one flow of dossiers."""
ITEMS = frozenset({*_OF_ITEMS, *FLOW_OF})
"""Items of index 766 whose figure is made of dossiers."""


def cases_of(name: str, since: date, until: date) -> Cases | None:
    """Return the dossiers behind an item, a flow or a guard; None for another name."""
    if name in _OF_ITEMS:
        return _OF_ITEMS[name]
    if name in GUARDS:
        where = f"({condition(name, since, until)}) AND filed_at BETWEEN %(since)s AND %(until)s"  # fmt: skip
        return Cases(where, "TRUE", "filed_at")
    flow = FLOWS.get(FLOW_OF.get(name, name))
    if flow is None:
        return None
    where = f"({flow.where}) AND {flow.on} BETWEEN %(since)s AND %(until)s"
    if flow.sums:
        over, of = flow.sums
        return Cases(f"{where} AND {of} > 0", f"{over} > 0", flow.on, flow.sums)
    return Cases(where, f"({flow.hits})", flow.on)


def given(since: date, until: date) -> dict[str, Any]:
    """Return what conditions are asked with, between two days, both included.

    `full` is for who knows the catalogue to add.
    """
    return {
        "since": clock.at_local(since, time(0)),
        "until": clock.end_of_day(until),
        "most": most_on("requests", until),
    }

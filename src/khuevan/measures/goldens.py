"""Small cases with their right answers, for the indicators of the public services.

Three dossiers of one agency: A filed online, accepted, sent back once and decided on
time with an electronic result, its fee paid online; B filed at the counter, accepted,
decided late on paper, its fee paid in cash a week later; C filed with help and refused. `khuevan
indicators audit` runs every case.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from khuevan.indicators.public import Golden
from khuevan.journal.public import Fact


UNIT = "018f2f6e-0000-7000-8000-00000000000a"
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 20)
_DECIDED = {"accepted": True, "digitised": True, "papers": 2, "papers_digitised": 2,
            "reused": True, "population": True, "electronic": True, "fee": 8_000,
            "paid_online": True, "paid": True, "on_time": True, "rounds": 1, "result_due": True,
            "filed_on": "2026-03-02", "hours": 96}  # fmt: skip
_POORLY = {"accepted": True, "digitised": False, "papers": 3, "papers_digitised": 1,
           "reused": False, "population": False, "electronic": False, "fee": 8_000,
           "paid_online": False, "paid": False, "on_time": False, "rounds": 0, "result_due": True,
           "filed_on": "2026-03-02", "hours": 384}  # fmt: skip


def _fact(number: int, kind: str, name: str, day: int, channel: str, **figures: Any) -> Fact:  # fmt: skip
    # 17:30 in UTC is half past midnight of the next day in Hanoi.
    at = datetime(2026, 3, day, 17, 30, tzinfo=UTC)
    told = {"unit": UNIT, "procedure": "1.000001", "channel": channel, **figures}
    return Fact(number, f"counter.{kind}", f"counter.dossier:{name}", None, None, at, at, told)  # fmt: skip


FACTS = (
    _fact(1, "dossier_filed", "a", 1, "portal"),
    _fact(2, "dossier_accepted", "a", 1, "portal", synced=False),
    _fact(3, "dossier_filed", "b", 1, "counter"),
    _fact(4, "dossier_accepted", "b", 2, "counter", synced=False),
    _fact(5, "dossier_synced", "a", 3, "portal", accepted_on="2026-03-02"),
    _fact(6, "dossier_filed", "c", 4, "assisted"),
    _fact(7, "dossier_refused", "c", 4, "assisted"),
    _fact(8, "dossier_decided", "a", 5, "portal", **_DECIDED),
    _fact(9, "dossier_decided", "b", 18, "counter", **_POORLY),
    _fact(
        10,
        "fee_paid",
        "b",
        25,
        "counter",
        ended_on="2026-03-19",
        fee=8_000,
        first=True,
        first_online=False,
    ),
)
ANSWERS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "filed": ((2, 0), (3, 0)),
    "accepted": ((1, 0), (2, 0)),
    "online": ((1, 2), (2, 3)),
    "served_online": ((1, 2), (2, 3)),
    "assisted": ((0, 1), (1, 2)),
    "refused": ((0, 0), (1, 0)),
    "on_time": ((0, 0), (1, 2)),
    "hours": ((0, 0), (480, 2)),
    "digitised": ((0, 0), (1, 2)),
    "e_results": ((0, 0), (1, 2)),
    "papers": ((0, 0), (3, 5)),
    "stored": ((0, 0), (1, 2)),
    "reused": ((0, 0), (1, 2)),
    "population": ((0, 0), (1, 2)),
    "paid_online": ((0, 0), (1, 2)),
    "paid": ((0, 0), (1, 2)),
    "synced": ((1, 1), (1, 2)),
    "sent_back": ((0, 0), (1, 2)),
}
"""Numerator and denominator of each flow after the first day, and after the last."""


def goldens_of(flow: str, dimension: str) -> tuple[Golden, ...]:
    """Return the golden cases of a flow in one dimension."""
    cell = {"unit": UNIT} if dimension == "unit" else {"procedure": "1.000001"}
    first, last = ANSWERS[flow]
    cases = [Golden(FACTS, LAST, *last, cell), Golden(FACTS, date(2026, 3, 1), 0, 0)]
    if dimension == "unit":
        cases.append(Golden(FACTS, FIRST, *first, cell))
    else:  # kept by month, on its first day: that is before every one of these days
        cases[1] = Golden(FACTS, date(2026, 2, 28), 0, 0)
    return tuple(cases)

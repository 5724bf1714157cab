"""Ways to a good rate without good service: how each is found among the records.

Dated windows stand in `data/guards.toml`, with their source. A guard is a condition on
`counter_case`; what it counts are dossiers filed between two days.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path

from khuevan.platform import clock


FILE = Path(__file__).parent / "data" / "guards.toml"
GUARDS = {
    "assisted": "channel = 'assisted'",
    "received_late": "accepted_at > reception_due_at",
    "ended_just_before": """business IN ('stopped', 'refused')
        AND due_at - ended_at BETWEEN interval '0' AND {eve}""",
    "asked_just_before": """EXISTS (
        SELECT FROM counter_pause p WHERE p.case_id = counter_case.case_id
            AND p.why = 'supplement'
            AND original_due_at - p.starts_at BETWEEN interval '0' AND {eve})""",
    "reappointed": "due_at <> original_due_at AND reappointed_at IS NOT NULL",
    "refiled": """case_id IN (
        SELECT r.case_id FROM counter_refiling r
        WHERE r.filed_at - r.given_up_at <= {refiled}
            AND r.given_up_at >= timestamptz '{first}' - {refiled})""",
}
"""Each guard by its name, the windows and the first instant left open; see `condition`."""


@dataclass(frozen=True, slots=True)
class Windows:
    """What counts as near from a day on: hours before a date, days after an end."""

    valid_from: date
    source: str
    eve_hours: int
    refiled_days: int


@lru_cache
def windows() -> tuple[Windows, ...]:
    """Return every set of windows, the oldest first."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["guards"]
    return tuple(sorted((Windows(**row) for row in rows), key=lambda w: w.valid_from))


def windows_on(day: date) -> Windows:
    """Return the windows that hold on a day; before the first, the first."""
    known = windows()
    return next((one for one in reversed(known) if one.valid_from <= day), known[0])


def condition(name: str, since: date, until: date) -> str:
    """Return a guard as SQL over the `counter_case` filed between two days.

    The windows are those of the last day.
    """
    near = windows_on(until)
    return GUARDS[name].format(
        first=clock.at_local(since, time(0)).isoformat(),
        eve=f"interval '{near.eve_hours:d} hours'",
        refiled=f"interval '{near.refiled_days:d} days'",
    )

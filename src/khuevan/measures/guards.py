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
    "filed_by_staff": "is_online AND channel <> 'assisted' AND filed_by_staff",
    "split": """case_id IN (
        SELECT t.case_id FROM counter_twin t WHERE t.filed_at >= timestamptz '{first}'
            AND t.other_filed_at >= timestamptz '{first}' -- the same day
        GROUP BY 1 HAVING count(*) >= {others})""",
    "received_late": """coalesce(accepted_at, ended_at, timestamptz '{now}')
        > reception_due_at""",
    "decided_just_before": """business = 'decided'
        AND due_at - ended_at BETWEEN interval '0' AND {rush}""",
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
"""Each guard by its name, windows and instants left open; see `condition`."""


@dataclass(frozen=True, slots=True)
class Windows:
    """What counts as near from a day on: hours before a date, days after an end.

    `split_from` is how many dossiers of one person for one procedure on one day look like
    one that was split; `slack_days` bound the groups of how long before its date a
    dossier ended.
    """

    valid_from: date
    source: str
    eve_hours: int
    rush_hours: int
    refiled_days: int
    split_from: int
    slack_days: tuple[int, ...]


@lru_cache
def windows() -> tuple[Windows, ...]:
    """Return every set of windows, the oldest first."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["guards"]
    made = (Windows(**{**row, "slack_days": tuple(row["slack_days"])}) for row in rows)
    return tuple(sorted(made, key=lambda w: w.valid_from))


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
        rush=f"interval '{near.rush_hours:d} hours'",
        others=near.split_from - 1,
        now=min(clock.now(), clock.end_of_day(until)).isoformat(),
        refiled=f"interval '{near.refiled_days:d} days'",
    )

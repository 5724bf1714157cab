"""Working days, working hours and due dates for every other app."""

from .actions import Override, add_override
from .clocks import Moved, register_clocks
from .queries import (
    add_working_days,
    check_outage_notice,
    closing_of,
    due,
    due_at,
    hours_of_a_day,
    is_working_day,
    next_working_day,
    period,
    reception_due_at,
    step_due_at,
    working_days_between,
    working_hours_between,
)
from .rules import (
    Calendar,
    Certainty,
    CutOff,
    DayKind,
    Due,
    Pause,
    SpecialDay,
    Supplement,
    Term,
    Unit,
)
from .store import CITY, load


__all__ = [
    "CITY",
    "Calendar",
    "Certainty",
    "CutOff",
    "DayKind",
    "Due",
    "Moved",
    "Override",
    "Pause",
    "SpecialDay",
    "Supplement",
    "Term",
    "Unit",
    "add_override",
    "add_working_days",
    "check_outage_notice",
    "closing_of",
    "due",
    "due_at",
    "hours_of_a_day",
    "is_working_day",
    "load",
    "next_working_day",
    "period",
    "reception_due_at",
    "register_clocks",
    "step_due_at",
    "working_days_between",
    "working_hours_between",
]

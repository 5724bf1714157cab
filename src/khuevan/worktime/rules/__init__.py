"""Working time: which days count, and when a period ends.

Pure arithmetic over a frozen `Calendar`. Instants are aware; days are Hanoi's.
Two clocks stand side by side and are never mixed: the legal due date (whole days,
the day of reception not counted) and the step budget (working hours).
Sources: Civil Code 91/2015/QH13, Articles 147–148; Labour Code 45/2019/QH14,
Articles 111–112; the days themselves are data with their own documents.
"""

from .calendar import Calendar, Certainty, DayKind, Hours, SpecialDay
from .counting import (
    add_working_days,
    add_working_time,
    closing,
    is_working_day,
    next_working_day,
    notice_days,
    office_time,
    working_day_on_or_after,
    working_days_between,
    working_time_between,
)
from .periods import (
    CutOff,
    Due,
    Pause,
    Supplement,
    Term,
    Unit,
    due,
    reception_instant,
    step_budget,
)


__all__ = [
    "Calendar",
    "Certainty",
    "CutOff",
    "DayKind",
    "Due",
    "Hours",
    "Pause",
    "SpecialDay",
    "Supplement",
    "Term",
    "Unit",
    "add_working_days",
    "add_working_time",
    "closing",
    "due",
    "is_working_day",
    "next_working_day",
    "notice_days",
    "office_time",
    "reception_instant",
    "step_budget",
    "working_day_on_or_after",
    "working_days_between",
    "working_time_between",
]

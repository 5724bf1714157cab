"""What the web root and apps above may use from steering."""

from .queries.summary import Counts, summary
from .queries.tasks import (
    TaskRow,
    find_tasks,
    most_urgent,
    open_and_overdue_per_unit,
)
from .rules import Level, Status
from .words import COLOURS, LEVELS, STATUSES


__all__ = [
    "COLOURS",
    "LEVELS",
    "STATUSES",
    "Counts",
    "Level",
    "Status",
    "TaskRow",
    "find_tasks",
    "most_urgent",
    "open_and_overdue_per_unit",
    "summary",
]

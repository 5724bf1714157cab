"""What the web root and apps above may use from steering."""

from .queries.summary import Cell, Counts, cells_on, per_level, per_unit, summary
from .queries.tasks import (
    TaskRow,
    find_sources,
    find_tasks,
    most_urgent,
)
from .rules import Level, Status
from .words import COLOURS, LEVELS, STATUSES


__all__ = [
    "COLOURS",
    "LEVELS",
    "STATUSES",
    "Cell",
    "Counts",
    "Level",
    "Status",
    "TaskRow",
    "cells_on",
    "find_sources",
    "find_tasks",
    "most_urgent",
    "per_level",
    "per_unit",
    "summary",
]

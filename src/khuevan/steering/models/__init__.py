"""The shape of steering: sources and clauses, tasks, what proves them, what hinders them."""

from .calendar import CalendarLink
from .evidence import Evidence, Verification
from .hindrances import Difficulty, DisciplineAnswer, Exchange, Request
from .meetings import AgendaItem, Meeting
from .policy import Policy, Reminder
from .reporting import Report, ReportingPeriod
from .sources import Clause, Source
from .tasks import Coordination, Extension, SavedFilter, Task


__all__ = [
    "AgendaItem",
    "CalendarLink",
    "Clause",
    "Coordination",
    "Difficulty",
    "DisciplineAnswer",
    "Evidence",
    "Exchange",
    "Extension",
    "Meeting",
    "Policy",
    "Reminder",
    "Report",
    "ReportingPeriod",
    "Request",
    "SavedFilter",
    "Source",
    "Task",
    "Verification",
]

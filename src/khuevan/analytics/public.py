"""Process analytics for other apps: give events, get what they say."""

from .engine import Backend, Source
from .exports import write_ocel, write_xes
from .queries import (
    Activity,
    Analysis,
    Bottleneck,
    Durations,
    HandOver,
    Pair,
    PingPong,
    Repeat,
    Rework,
    Variant,
    Variants,
    analyse,
    bottlenecks,
    durations_of,
    pairs_of,
    rework_of,
    variants_of,
)
from .reading import ColumnNames, EventLog, Skipped, open_log, table_of
from .words import duration_words


__all__ = [
    "Activity",
    "Analysis",
    "Backend",
    "Bottleneck",
    "ColumnNames",
    "Durations",
    "EventLog",
    "HandOver",
    "Pair",
    "PingPong",
    "Repeat",
    "Rework",
    "Skipped",
    "Source",
    "Variant",
    "Variants",
    "analyse",
    "bottlenecks",
    "duration_words",
    "durations_of",
    "open_log",
    "pairs_of",
    "rework_of",
    "table_of",
    "variants_of",
    "write_ocel",
    "write_xes",
]

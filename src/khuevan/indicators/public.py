"""Declare indicators, read their figures, set their targets."""

from .actions import set_target
from .audit import Audit, audit
from .between import spread_between, sums_between
from .charts import sparkline_svg
from .declaration import Golden, Indicator, Record, Together, declare, declared
from .projector import catch_up
from .queries import (
    Card,
    Held,
    Point,
    Series,
    Slice,
    Value,
    breakdown,
    cards,
    cards_of,
    find_indicators,
    held,
    series,
    value,
)
from .refill import pass_by, refill
from .rules import (
    Better,
    Delta,
    Period,
    Rating,
    Shape,
    Share,
    Span,
    Sums,
    span_of,
)
from .words import RATINGS


__all__ = [
    "RATINGS",
    "Audit",
    "Better",
    "Card",
    "Delta",
    "Golden",
    "Held",
    "Indicator",
    "Period",
    "Point",
    "Rating",
    "Record",
    "Series",
    "Shape",
    "Share",
    "Slice",
    "Span",
    "Sums",
    "Together",
    "Value",
    "audit",
    "breakdown",
    "cards",
    "cards_of",
    "catch_up",
    "declare",
    "declared",
    "find_indicators",
    "held",
    "pass_by",
    "refill",
    "series",
    "set_target",
    "span_of",
    "sparkline_svg",
    "spread_between",
    "sums_between",
    "value",
]

"""What a figure is, in plain arithmetic: deltas, standings, periods, targets, charts.

Everything is integers until a value is shown. A value is numerator over denominator,
or the numerator alone where an indicator counts or sums.
"""

from khuevan.platform.control_charts import (
    ControlChart,
    ControlPoint,
    Rule,
    p_chart,
    xmr_chart,
)

from .deltas import Delta, Share, Standing, Sums, weave
from .periods import Period, Span, last_complete, span_of, spans_between
from .targets import Better, Rating, Shape, Trajectory, meets, rate, worse


__all__ = [
    "Better",
    "ControlChart",
    "ControlPoint",
    "Delta",
    "Period",
    "Rating",
    "Rule",
    "Shape",
    "Share",
    "Span",
    "Standing",
    "Sums",
    "Trajectory",
    "last_complete",
    "meets",
    "p_chart",
    "rate",
    "span_of",
    "spans_between",
    "weave",
    "worse",
    "xmr_chart",
]

"""Small logs for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from khuevan.analytics.public import table_of


BEGIN = datetime(2026, 3, 2, 1, tzinfo=UTC)


def log_of(*traces, step=timedelta(hours=1)):
    """Make a log from strings, one a case, one letter an event, an hour apart."""
    return table_of(
        (f"H26-{n}", activity, BEGIN + k * step, None, None)
        for n, trace in enumerate(traces)
        for k, activity in enumerate(trace)
    )

"""The daily comparison with the portal: asked outside a transaction, written in one."""

from __future__ import annotations

from datetime import date, timedelta

from khuevan.counter.actions.syncing import compare_day
from khuevan.counter.models import SyncDay
from khuevan.platform import clock

from .portal import NationalPortal


DAYS_BACK = 30


def compare(day: date, portal: NationalPortal) -> SyncDay:
    """Compare one day of filing; raises Unavailable where the portal does not answer."""
    return compare_day(day=day, listed=portal.listed(day), by=None)


def compare_latest(portal: NationalPortal, days: int = DAYS_BACK) -> list[SyncDay]:
    """Compare the latest days of filing: dossiers move on for weeks after they were filed."""
    today = clock.today()
    return [compare(today - timedelta(days=n), portal) for n in range(1, days + 1)]

"""Instants as logs write them: ISO 8601, with the zone or refused."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from .sentences import (
    BAD_TIME,
    NO_TIME,
    NO_ZONE,
    SAY_ZONE,
    WRITE_INSTANT,
    ZONE_ASSUMED,
)
from .writer import LogWriter


LONGEST_SHOWN = 40
EARLIEST, LATEST = 1, 9998
"""Years with a day to spare at both ends, so that no zone leads out of the calendar."""


def read_instant(
    text: str, where: str, writer: LogWriter, zone: tzinfo | None
) -> datetime | None:
    """Return the instant in UTC; None after noting the fault."""
    text = text.strip()
    if not text:
        writer.refuse(where, NO_TIME, WRITE_INSTANT)
        return None
    shown = text[:LONGEST_SHOWN]
    try:
        instant = datetime.fromisoformat(text.replace(" +", "+"))
    except ValueError:
        instant = None
    if instant is None or not EARLIEST < instant.year <= LATEST:
        writer.refuse(where, BAD_TIME, WRITE_INSTANT, value=shown)
        return None
    if instant.tzinfo is None:
        if zone is None:
            writer.refuse(where, NO_ZONE, SAY_ZONE, value=shown)
            return None
        writer.skip(ZONE_ASSUMED, about=str(zone))
        instant = instant.replace(tzinfo=zone)
    return instant.astimezone(UTC)

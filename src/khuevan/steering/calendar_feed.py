"""Due dates as a calendar (RFC 5545) that other programs subscribe to."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from khuevan.directory.public import Person
from khuevan.platform import clock

from .queries.exports import ExportRow, export_rows
from .queries.tasks import Wanted


def calendar_of(person: Person) -> bytes:
    """Return the due dates of every running task somebody may see."""
    calendar = Calendar()
    calendar.add("prodid", "-//Khuê Văn//Steering//VI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Due dates of Resolution 57"))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    for row in export_rows(person=person, wanted=Wanted(status="open")):
        if row.due_on:
            calendar.add_component(_event(row))
    return bytes(calendar.to_ical())


def _event(row: ExportRow) -> Event:
    event = Event()
    address = urljoin(settings.SITE_URL, reverse("steering-task", args=[row.code]))
    assert row.due_on is not None
    event.add("uid", f"{row.id}@khuevan")
    event.add("dtstamp", clock.now())
    event.add("dtstart", row.due_on)
    event.add("dtend", row.due_on + timedelta(days=1))
    event.add("summary", f"{row.code}: {row.title}")
    event.add("description", f"{row.lead}\n{row.output}\n{address}")
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return event

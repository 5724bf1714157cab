"""Things with a time as a file for calendars (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event

from . import clock


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a calendar; `page` is the path of its page here, "" for none."""

    key: UUID
    starts_at: datetime
    ends_at: datetime
    title: str
    about: str = ""
    place: str = ""
    page: str = ""
    called_off: bool = False


def calendar_of(entries: Iterable[Entry], *, name: str = "") -> bytes:
    """Return the entries as one calendar, called `name` where it is subscribed to."""
    calendar = Calendar()
    calendar.add("prodid", "-//Khuê Văn//VI")
    calendar.add("version", "2.0")
    if name:
        calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def calendar_answer(entries: Iterable[Entry], file: str, *, name: str = "") -> HttpResponse:  # fmt: skip
    """Return the calendar as a file to be downloaded."""
    answer = HttpResponse(calendar_of(entries, name=name), content_type="text/calendar; charset=utf-8")  # fmt: skip
    answer["Content-Disposition"] = f'attachment; filename="{file}.ics"'
    return answer


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@khuevan")
    event.add("dtstamp", clock.now())
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    address = urljoin(settings.SITE_URL, entry.page) if entry.page else ""
    about = "\n".join(part for part in (entry.about, address) if part)
    if about:
        event.add("description", about)
    if address:
        event.add("url", address)
    if entry.called_off:
        event.add("status", "CANCELLED")
    return event

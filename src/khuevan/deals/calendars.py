"""A meeting as a file for calendars (RFC 5545)."""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from khuevan.platform import clock

from .models import Meeting


def calendar_of(meeting: Meeting) -> bytes:
    """Return the one meeting, with its place or link and what it is about."""
    address = urljoin(settings.SITE_URL, reverse("deal", args=[meeting.deal.code]))
    event = Event()
    event.add("uid", f"{meeting.pk}@khuevan")
    event.add("dtstamp", clock.now())
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", f"{meeting.deal.code}: {meeting.deal.title}")
    event.add("location", "; ".join(part for part in (meeting.place, meeting.link) if part))  # fmt: skip
    event.add("description", f"{meeting.agenda}\n{address}")
    event.add("url", address)
    calendar = Calendar()
    calendar.add("prodid", "-//Khuê Văn//Deals//VI")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())

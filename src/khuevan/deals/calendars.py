"""A meeting of a deal as an entry of a calendar."""

from __future__ import annotations

from django.urls import reverse

from khuevan.platform.calendars import Entry

from .models import Meeting


def entry_of(meeting: Meeting) -> Entry:
    """Return the meeting, with its place or link and what it is about."""
    deal = meeting.deal
    return Entry(
        meeting.pk, meeting.starts_at, meeting.ends_at, f"{deal.code}: {deal.title}",
        about=meeting.agenda, page=reverse("deal", args=[deal.code]),
        place="; ".join(part for part in (meeting.place, meeting.link) if part),
    )  # fmt: skip

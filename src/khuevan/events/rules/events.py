"""Kinds and states of events, and what a registration, a ticket and a question may be."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class Kind(StrEnum):
    """What an event is."""

    DEMO_DAY = "demo_day"
    MATCHING = "matching"
    SEMINAR = "seminar"
    TRAINING = "training"
    VIEWING = "viewing"  # of what is put up for auction


class Audience(StrEnum):
    """Who may register."""

    EVERYBODY = "everybody"
    ACCOUNTS = "accounts"


class State(StrEnum):
    """Where an event stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    HELD = "held"
    CALLED_OFF = "called_off"


class Standing(StrEnum):
    """How a registration stands."""

    REGISTERED = "registered"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


TICKET_LENGTH = 6
TICKET_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What a ticket is made of: nothing that reads like something else."""
MOST_ITEMS = 60
LONGEST_QUESTION = 500
QUESTIONS_AN_HOUR = 10
REGISTRATIONS_OF_AN_ADDRESS = 20
"""From one address of the net in an hour, without an account; with a ticket, questions.
Guards, not rules of law."""


def new_ticket() -> str:
    """Draw a ticket: 31**6 of them."""
    return "".join(secrets.choice(TICKET_LETTERS) for _ in range(TICKET_LENGTH))


def check_times(starts_at: datetime, ends_at: datetime, opens_at: datetime, closes_at: datetime) -> None:  # fmt: skip
    """Refuse an event that ends before it starts, or takes registrations at no time."""
    if ends_at <= starts_at:
        raise RuleBroken(N_("The event ends after it starts."), field="ends_at")
    if closes_at <= opens_at:
        raise RuleBroken(N_("Registration closes after it opens."), field="closes_at")
    if closes_at > ends_at:
        raise RuleBroken(N_("Registration closes before the event is over."), field="closes_at")  # fmt: skip


def check_where(place: str, link: str) -> None:
    """Refuse an event that is nowhere, or a link that is none."""
    if not place.strip() and not link.strip():
        raise RuleBroken(N_("Say where it takes place, or give a link."), field="place")
    if link.strip() and not link.strip().startswith("https://"):
        raise RuleBroken(N_("A link begins with https://."), field="link")


def check_open(state: State, opens_at: datetime, closes_at: datetime, now: datetime) -> None:  # fmt: skip
    """Refuse a registration outside its time."""
    if state is not State.PUBLISHED:
        raise RuleBroken(N_("This event takes no registrations."))
    if now < opens_at:
        raise RuleBroken(N_("Registration has not opened yet."))
    if now >= closes_at:
        raise RuleBroken(N_("Registration is closed."))


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an agenda; `page` is a path on this platform, "" for none."""

    title: str
    speaker: str
    minutes: int
    page: str


def items_of(text: str) -> list[Item]:
    """Read an agenda, a line each: minutes; title; speaker; path of a page here.

    RuleBroken names the line that cannot be read.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_ITEMS:
        raise RuleBroken(N_("An agenda has at most %(most)s lines."), field="agenda", most=MOST_ITEMS)  # fmt: skip
    return [_item(number, line) for number, line in enumerate(lines, 1)]


def _item(number: int, line: str) -> Item:
    parts = [part.strip() for part in line.split(";")] + ["", "", ""]
    minutes, title, speaker, page = parts[:4]
    if not re.fullmatch(r"[1-9][0-9]{0,2}", minutes) or not title:
        raise RuleBroken(
            N_("Line %(number)s of the agenda: write minutes; title; speaker; page."),
            field="agenda", number=number,
        )  # fmt: skip
    if page and (not page.startswith("/") or page.startswith("//")):
        raise RuleBroken(
            N_("Line %(number)s of the agenda: a page is a path here, such as /exchange/."),
            field="agenda", number=number,
        )  # fmt: skip
    return Item(title[:200], speaker[:120], int(minutes), page[:250])


def text_of(items: Sequence[Item]) -> str:
    """Write an agenda as it is typed."""
    return "\n".join(
        "; ".join((str(item.minutes), item.title, item.speaker, item.page)).rstrip("; ")
        for item in items
    )


def check_words(text: str, field: str, least: int = 10) -> str:
    """Return what was said, without blanks around it; refuse what says nothing."""
    if len(text.strip()) < least:
        raise RuleBroken(N_("Say it in at least %(least)s characters."), field=field, least=least)  # fmt: skip
    return text.strip()

"""Two made-up kinds of facts, and a mail server that can misbehave."""

from __future__ import annotations

import pytest

from khuevan.notices import declaration
from khuevan.notices.public import Message, Urgency, declare

from .post_office import PostOffice


def recipients(fact, gathered):
    return gathered["people"]


def gather(facts):
    return {"people": STANDING_BY, "asked": len(facts)}


STANDING_BY: list[object] = []
"""Whoever the made-up facts are told to."""


def message(kind, urgency):
    return Message(
        kind=kind,
        subject="Thing %(code)s moved",
        body="The thing %(code)s moved by %(steps)s.",
        recipients=recipients,
        params=lambda fact, gathered: fact.figures,
        link=lambda fact, gathered: f"/city/?thing={fact.figures['code']}",
        urgency=urgency,
        gather=gather,
    )


@pytest.fixture
def messages(monkeypatch):
    """Nothing but the made-up messages: one urgent, one daily, one for the inbox."""
    monkeypatch.setattr(declaration, "_declared", {})
    for name, urgency in (
        ("toy.thing_burnt", Urgency.NOW),
        ("toy.thing_moved", Urgency.DAILY),
        ("toy.thing_seen", Urgency.INBOX_ONLY),
    ):
        declare(message(name, urgency))
    yield STANDING_BY
    STANDING_BY.clear()


@pytest.fixture
def post_office(settings):
    """A real SMTP server on this machine, connected by Django's SMTP backend."""
    office = PostOffice()
    office.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    settings.EMAIL_TIMEOUT = 5
    yield office
    office.stop()

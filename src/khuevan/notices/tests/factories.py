"""How the tests of other apps see what their facts told people."""

from __future__ import annotations

from khuevan.notices.making import take_facts
from khuevan.notices.models import Notice, Posting, SandboxMessage
from khuevan.notices.posting import deliver_posted
from khuevan.notices.rules import Channel


def notices_of(kind: str) -> list[Notice]:
    """Make the notices of what is new, and return those of one kind of fact."""
    take_facts(limit=5_000)
    return list(Notice.objects.filter(kind=kind).select_related("person"))


def posted() -> list[Posting]:
    """Make the notices of what is new, and return what goes to people without an account."""
    take_facts(limit=5_000)
    return list(Posting.objects.order_by("fact", "pk"))


def carried_out() -> int:
    """Carry out what is due to people without an account; return how many were tried."""
    return deliver_posted()


def texts_by_sms() -> list[tuple[str, str]]:
    """Return what the sandbox was given by SMS: to whom, and the text."""
    rows = SandboxMessage.objects.filter(channel=Channel.SMS).order_by("sent_at", "pk")
    return list(rows.values_list("to", "text"))

"""What is taken from a partner, and what never is. Plain Python."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from khuevan.platform.errors import N_, RuleBroken


class Trust(StrEnum):
    """How far a partner's own reviews are relied on."""

    REVIEWED = "reviewed"  # somebody here looks at each
    TRUSTED = "trusted"  # listed at once; what looks like a copy is looked at


class Side(StrEnum):
    """What is taken from a partner."""

    OFFER = "offer"
    NEED = "need"


class Standing(StrEnum):
    """What became of what came."""

    LISTED = "listed"
    HELD = "held"
    REFUSED = "refused"
    GONE = "gone"


def site_of(address: str) -> str:
    """Return the address an exchange is known by: scheme, name, port, nothing else."""
    parts = urlsplit(address.strip())
    return f"{parts.scheme}://{parts.netloc}".lower()


def check_address(address: str, own: str, *, inside: bool) -> str:
    """Return a partner's address in its own form; RuleBroken where it cannot be one.

    `inside` allows addresses without TLS, for this machine and private networks.
    """
    parts = urlsplit(address.strip())
    plain = parts.scheme == "http" and inside
    if not parts.hostname or parts.username or not (parts.scheme == "https" or plain):
        raise RuleBroken(
            N_("Give the address of the exchange, as https://name."), field="address"
        )
    if site_of(address) == site_of(own):
        raise RuleBroken(N_("That is this exchange itself."), field="address")
    return site_of(address)


def check_agreement(name: str, document: str, agreed_on: date, today: date) -> None:
    """Refuse a partner without a name, without a document, or agreed on in the future."""
    if len(name.strip()) < 4:
        raise RuleBroken(
            N_("Give the exchange a name people know it by."), field="name"
        )
    if len(document.strip()) < 4:
        raise RuleBroken(
            N_("Name the document that says what is given and taken."), field="document"
        )
    if agreed_on > today:
        raise RuleBroken(
            N_("Nothing is taken before the day it was agreed on."), field="agreed_on"
        )


def comes_from(partner: str, base: str | None) -> bool:
    """Tell whether a listing is the partner's own.

    What it had from a third, or from us, is not taken, or it would go round for ever.
    """
    return base is None or site_of(base) == partner


def is_silent(last: datetime, now: datetime, span: timedelta) -> bool:
    """Tell whether a partner was not heard of for too long."""
    return now - last > span

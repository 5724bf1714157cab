"""What a fact is, byte for byte, and how a webhook is signed and retried.

Everything here can be recomputed with a standard library: that is the point.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


GENESIS = bytes(32)
"""What stands before the first fact of every chain."""

TOLERANCE = timedelta(minutes=5)
"""How far the clocks of a caller and of the database may differ."""

RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Waits between attempts to deliver, as Standard Webhooks recommends; then it is dead."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Link:
    """One fact as it hangs in its subject's chain; `figures` is its exact JSON text."""

    number: int
    subject: str
    position: int
    kind: str
    actor: str | None
    organisation: str | None
    occurred_at: datetime
    recorded_at: datetime
    transaction: int
    previous: bytes
    figures: str
    hash: bytes


def microseconds(instant: datetime) -> int:
    """Return an instant as whole microseconds since 1970 in UTC."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def content_of(link: Link) -> str:
    """Return the text whose SHA-256 in UTF-8 is the fact's hash: twelve lines."""
    return "\n".join(
        (
            "khuevan-fact/1",
            str(link.number),
            link.subject,
            str(link.position),
            link.kind,
            link.actor or "",
            link.organisation or "",
            str(microseconds(link.occurred_at)),
            str(microseconds(link.recorded_at)),
            str(link.transaction),
            link.previous.hex(),
            link.figures,
        )
    )


def hash_of(link: Link) -> bytes:
    """Return the hash a fact with this content must carry."""
    return hashlib.sha256(content_of(link).encode()).digest()


def signature_of(secret: str, message_id: str, sent_at: int, body: bytes) -> str:
    """Return the `webhook-signature` header of a message (Standard Webhooks, v1).

    `secret` is `whsec_` and base64, `sent_at` seconds since 1970.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{sent_at}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many failed attempts; None: give up."""
    if attempts > len(RETRY_AFTER):
        return None
    return now + RETRY_AFTER[attempts - 1]

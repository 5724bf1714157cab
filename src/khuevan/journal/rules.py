"""What a fact is, byte for byte, and how a webhook is signed and retried.

Everything here can be recomputed with a standard library: that is the point.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from khuevan.platform.errors import N_, InputRefused, Problem


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

BOTH_SECRETS = timedelta(days=1)
"""So long a message is signed with the secret before the last, too."""

KIND = re.compile(r"[a-z][a-z0-9_]*\.(\*|[a-z][a-z0-9]*(_[a-z0-9]+)+)")
"""A kind of fact, or all kinds of one app: `steering.*`."""

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


def wants(kinds: list[str], kind: str) -> bool:
    """Tell whether a subscription to these kinds is told of a fact of this kind."""
    return kind in kinds or f"{kind.partition('.')[0]}.*" in kinds


def check_subscription(url: str, kinds: list[str], *, inside: bool) -> None:
    """Refuse an address or kinds that cannot be subscribed with; InputRefused.

    `inside` allows addresses without TLS, for this machine and private networks.
    """
    problems = []
    parts = urlsplit(url)
    if parts.scheme != "https" and not (inside and parts.scheme == "http"):
        problems.append(
            Problem(
                "url",
                N_("The address does not begin with https://."),
                N_("Facts are only sent encrypted: give an https address."),
            )
        )
    if not parts.hostname or parts.username or parts.fragment or len(url) > 500:
        problems.append(
            Problem(
                "url",
                N_("This is not the address of a machine."),
                N_("Write it as https://host/path, without a user name or #."),
            )
        )
    if not kinds or not all(KIND.fullmatch(kind) for kind in kinds):
        problems.append(
            Problem(
                "kinds",
                N_("These are not kinds of facts."),
                N_(
                    "Write kinds such as steering.task_verified, or steering.* for all."
                ),
            )
        )
    if problems:
        raise InputRefused(problems)


def check_told(kinds: list[str], told: Iterable[str]) -> None:
    """Refuse kinds of facts that owners of subscriptions are not told of; InputRefused."""
    if unknown := sorted(set(kinds) - set(told)):
        raise InputRefused(
            [
                Problem(
                    "kinds",
                    N_("You cannot be told of %(kinds)s."),
                    N_("Choose from: %(told)s."),
                    {"kinds": ", ".join(unknown), "told": ", ".join(sorted(told))},
                )
            ]
        )

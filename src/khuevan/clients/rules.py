"""What a machine may ask for, and where its registration stands. Plain Python.

The one table of scopes: every operation of the API names one of these.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from khuevan.platform.errors import N_, KhuevanError, RuleBroken


class Scope(StrEnum):
    """A part of the API a client may be let into."""

    PROCEDURES_READ = "procedures:read"
    EXCHANGE_READ = "exchange:read"
    EXCHANGE_WRITE = "exchange:write"
    EXCHANGE_SUBSCRIBE = "exchange:subscribe"
    STEERING_READ = "steering:read"
    STEERING_WRITE = "steering:write"
    DOSSIERS_READ = "dossiers:read"
    DOSSIERS_WRITE = "dossiers:write"


WRITING = frozenset({Scope.EXCHANGE_WRITE, Scope.STEERING_WRITE, Scope.DOSSIERS_WRITE})  # fmt: skip
"""Scopes an operator approves before they open anything."""
TOKEN_LASTS = timedelta(hours=1)
"""A guard of ours: a token that leaks is soon worth nothing."""
SECRETS_AT_ONCE = 2
"""The old and the new one, while the machine changes over."""
SHORTEST_NAME = 4


class State(StrEnum):
    """Where a client stands."""

    WAITING = "waiting"
    ACTIVE = "active"
    REVOKED = "revoked"


class ScopeMissing(KhuevanError):
    """The token is good, and does not open this; `scope` is what it lacks."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__(
            N_("The token lacks the scope %(scope)s. Register the client with it."),
            scope=scope.value,
        )


def state_of(approved_at: datetime | None, revoked_at: datetime | None) -> State:
    """Return where a client stands by its two dates."""
    if revoked_at:
        return State.REVOKED
    return State.ACTIVE if approved_at else State.WAITING


def needs_approval(scopes: Iterable[str]) -> bool:
    """Tell whether a client that asks for these waits for an operator."""
    return not WRITING.isdisjoint(scopes)


def check_client(name: str, scopes: Iterable[Scope]) -> list[str]:
    """Return the scopes a client asks for, in the table's order.

    Raises RuleBroken for a name that says too little, or without any scope.
    """
    if len(name.strip()) < SHORTEST_NAME:
        raise RuleBroken(N_("Give the client a name people know it by."), field="name")
    wanted = set(scopes)
    if not wanted:
        raise RuleBroken(N_("Choose at least one scope."), field="scopes")
    return [scope.value for scope in Scope if scope in wanted]


def check_room(valid: int) -> None:
    """Refuse a further secret beside those that hold already."""
    if valid >= SECRETS_AT_ONCE:
        raise RuleBroken(
            N_("Two secrets hold already. End the one that is out of use first.")
        )


def new_secret(prefix: str) -> str:
    """Return 256 random bits as text that scanners of leaked secrets can recognise."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def digest_of(secret: str) -> str:
    """Return what is stored of a secret or token.

    A plain digest is enough: 256 random bits cannot be guessed, so slowing down each
    guess, as for people's passwords, would only slow down every request.
    """
    return hashlib.sha256(secret.encode()).hexdigest()

"""Addresses that open one thing for a while to whoever proved it is theirs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing

from . import clock


def make_pass(purpose: str, key: UUID, lasts: timedelta) -> str:
    """Return the secret part of an address that opens a thing until its time is over."""
    until = int((clock.now() + lasts).timestamp())
    return signing.Signer(salt=f"khuevan.pass.{purpose}").sign(f"{key.hex}-{until}")


def read_pass(purpose: str, token: str) -> UUID | None:
    """Return the key of what a pass opens; None where it is false or its time is over."""
    try:
        told = signing.Signer(salt=f"khuevan.pass.{purpose}").unsign(token)
    except signing.BadSignature:
        return None
    key, _dash, until = told.partition("-")
    return UUID(key) if clock.now().timestamp() <= int(until) else None

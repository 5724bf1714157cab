"""An invented bank inside the platform, for trying things out, that can misbehave.

It signs what it tells as a gateway would (HMAC-SHA256 over the body), forgets to tell,
tells twice, late, in the wrong order, with a wrong signature or a wrong amount: by a
plan with a seed, so that every run is the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from khuevan.platform import clock
from khuevan.platform.ids import uuid7

from .gateways import Asked, Event, RefundWanted, Unreadable, WrongSignature
from .models import SandboxMovement
from .rules.reconciling import Kind, Movement


HEADER = "X-Signature"


class Behaviour(StrEnum):
    """How the bank tells of one payment."""

    HONEST = "honest"
    TWICE = "twice"
    LATE = "late"
    SILENT = "silent"
    FORGED = "forged"
    SHORT = "short"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Telling:
    """One callback as it goes over the wire."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """How a row of events is misreported; the seed makes it the same every time."""

    seed: int = 0
    most_copies: int = 1
    shuffled: bool = False
    forged: int = 0


class Sandbox:
    """The bank; one instance per name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def start(self, asked: Asked) -> str:
        return reverse("payments-sandbox", args=[asked.token])

    def verify(self, headers: Mapping[str, str], body: bytes) -> Event:
        given = headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), signature(body).encode()):
            raise WrongSignature
        try:
            told = json.loads(body)
            event = Event(
                kind=Kind(told["kind"]),
                transaction=str(told["transaction"]),
                amount=int(told["amount"]),
                happened_at=datetime.fromisoformat(told["happened_at"]),
                reference=str(told.get("reference", "")),
                refund_of=str(told.get("refund_of", "")),
                refund_key=str(told.get("refund_key", "")),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise Unreadable from fault
        return event

    def refund(self, wanted: RefundWanted) -> str:
        movement, _ = SandboxMovement.objects.get_or_create(
            refund_key=wanted.key,
            kind=Kind.REFUND,
            defaults={"transaction": _new_transaction(), "amount": wanted.amount},
        )
        return movement.transaction

    def statement(self, day: date) -> Sequence[Movement]:
        since = clock.at_local(day, time.min)
        rows = SandboxMovement.objects.filter(
            happened_at__gte=since,
            happened_at__lt=clock.at_local(day + timedelta(days=1), time.min),
        )
        return [
            Movement(row.transaction, Kind(row.kind), row.amount, row.reference)
            for row in rows
        ]


def signature(body: bytes) -> str:
    """Return the bank's signature of a body."""
    secret = getattr(settings, "PAYMENTS_SANDBOX_SECRET", "")
    key = (
        secret or salted_hmac("payments.sandbox", "key", algorithm="sha256").hexdigest()
    )
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def telling(event: Event, *, forged: bool = False) -> Telling:
    """Return the callback that tells of an event."""
    told = {
        "kind": event.kind.value,
        "transaction": event.transaction,
        "amount": event.amount,
        "happened_at": event.happened_at.isoformat(),
        "reference": event.reference,
        "refund_of": event.refund_of,
        "refund_key": event.refund_key,
    }
    body = json.dumps(told, sort_keys=True).encode()
    signed = signature(body if not forged else body + b" ")
    return Telling({HEADER: signed}, body)


def misreport(events: Iterable[Event], plan: Plan) -> list[Telling]:
    """Return the callbacks of some events as the plan lets them go wrong.

    Every event is told at least once; forged ones come on top.
    """
    chance = Random(plan.seed)  # noqa: S311 - a plan, not a secret
    told = [
        telling(event)
        for event in events
        for _ in range(chance.randint(1, max(1, plan.most_copies)))
    ]
    lies = [telling(_invented(number), forged=True) for number in range(plan.forged)]
    found = told + lies
    if plan.shuffled:
        chance.shuffle(found)
    return found


def _invented(number: int) -> Event:
    return Event(Kind.PAYMENT, f"forged-{number}", 1_000, clock.now())


def remember_payment(reference: str, amount: int) -> SandboxMovement:
    """Move money in the invented bank and return the movement."""
    return SandboxMovement.objects.create(
        kind=Kind.PAYMENT,
        transaction=_new_transaction(),
        reference=reference,
        amount=amount,
    )


def remember_payout(reference: str, amount: int) -> SandboxMovement:
    """Move money out of the invented bank to whom it is owed, and return the movement."""
    return SandboxMovement.objects.create(
        kind=Kind.PAYOUT,
        transaction=_new_transaction(),
        reference=reference[-40:],
        amount=amount,
    )


def event_of(movement: SandboxMovement) -> Event:
    """Return what the bank would tell of a movement."""
    return Event(
        Kind(movement.kind),
        movement.transaction,
        movement.amount,
        movement.happened_at,
        movement.reference,
        movement.refund_of,
        movement.refund_key,
    )


def _new_transaction() -> str:
    return f"SB{uuid7().hex}"

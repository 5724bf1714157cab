"""What the platform asks of whoever carries money: a bank or a payment intermediary.

A city connects its own: a class as `Gateway` describes, named in PAYMENTS_GATEWAYS
({"napas": "city.gateways.Napas"}). It is made with the gateway's name, and must pass
the contract in `tests/test_gateways.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from khuevan.platform.errors import KhuevanError

from .rules.reconciling import Kind, Movement


SANDBOX = "sandbox"
CASH = "cash"
TRANSFER = "transfer"
OFFLINE = frozenset({CASH})
"""What is no gateway: money handed over at a counter."""


class WrongSignature(KhuevanError):
    """A callback was not signed by the gateway: nothing of it is believed or kept."""


class Unreadable(KhuevanError):
    """A callback is signed and says nothing we understand."""


class RefundRefused(KhuevanError):
    """The gateway will never carry out this refund."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a gateway is asked to collect; đồng."""

    token: str
    reference: str
    amount: int


@dataclass(frozen=True, slots=True)
class Event:
    """What a callback tells: one movement of money; đồng.

    A refund names the payment it undoes (`refund_of`) and, where we asked for it, the
    key we asked under.
    """

    kind: Kind
    transaction: str
    amount: int
    happened_at: datetime
    reference: str = ""
    refund_of: str = ""
    refund_key: str = ""

    def __post_init__(self) -> None:
        limits = ((self.transaction, 80), (self.reference, 40), (self.refund_of, 80), (self.refund_key, 40))  # fmt: skip
        if not self.transaction or any(len(text) > most for text, most in limits):
            raise Unreadable
        if any(re.search(r"[\x00-\x1f]", text) for text, _ in limits):
            raise Unreadable
        if not 0 < self.amount < 10**15 or self.happened_at.tzinfo is None:
            raise Unreadable


@dataclass(frozen=True, slots=True)
class RefundWanted:
    """What shall go back, and the payments it came from; the key makes it once."""

    key: str
    amount: int
    payments: tuple[Movement, ...]


class Gateway(Protocol):
    """Carries money, tells of it, and lists a day."""

    def start(self, asked: Asked) -> str:
        """Return the address at which the payer pays. May talk to the network."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> Event:
        """Return what a callback tells. Raises WrongSignature or Unreadable."""

    def refund(self, wanted: RefundWanted) -> str:
        """Give money back and return the refund's transaction; the same key once.

        Raises RefundRefused, or platform.errors.Unavailable to be tried again.
        """

    def statement(self, day: date) -> Sequence[Movement]:
        """List the movements of a day of Hanoi."""


def sandbox_is_open() -> bool:
    """Tell whether the invented bank plays along: only where it can do no harm."""
    told: bool | None = getattr(settings, "PAYMENTS_SANDBOX", None)
    return (settings.DEBUG or settings.DEMO) if told is None else told


def gateways() -> dict[str, str]:
    """Return the dotted path of every gateway in use, by name."""
    named: dict[str, str] = dict(getattr(settings, "PAYMENTS_GATEWAYS", {}))
    if sandbox_is_open():
        named[SANDBOX] = "khuevan.payments.sandbox.Sandbox"
    return named


def gateway_named(name: str) -> Gateway | None:
    """Return a gateway in use; None where there is none of that name."""
    path = gateways().get(name)
    if path is None:
        return None
    gateway: Gateway = import_string(path)(name)
    return gateway

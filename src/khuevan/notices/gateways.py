"""What the platform asks of whoever carries short messages.

A city connects its own provider: a class as `Gateway` describes, named by its dotted
path in KHUEVAN_SMS_GATEWAY or KHUEVAN_ZALO_GATEWAY. It is made with the channel's
name, and must pass the contract in `tests/test_gateways.py`.
"""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from khuevan.platform.errors import KhuevanError

from .rules import Channel


class Refused(KhuevanError):
    """This message will never be taken: trying again is of no use."""


class Deferred(KhuevanError):
    """This message was not taken now: try again later."""


class Gateway(Protocol):
    """Carries one short text to one telephone number."""

    def send(self, to: str, text: str, *, key: str) -> str:
        """Hand a text over and return the carrier's receipt.

        `to` is +84…; the same `key` again is answered with the first receipt and sent
        to nobody. Raises Refused, Deferred, or platform.errors.Unavailable where the
        carrier as a whole does not answer.
        """


def gateway_of(channel: Channel) -> Gateway | None:
    """Return what carries a channel's messages; None where nobody does."""
    path = settings.NOTICES_GATEWAYS.get(channel.value, "")
    if not path:
        return None
    gateway: Gateway = import_string(path)(channel)
    return gateway


def available() -> list[Channel]:
    """List the channels this platform can send by."""
    return [
        channel
        for channel in Channel
        if (
            settings.EMAIL_HOST
            if channel is Channel.EMAIL
            else settings.NOTICES_GATEWAYS.get(channel.value)
        )
    ]

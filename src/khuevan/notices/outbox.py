"""Sending what waits, outside any transaction.

A delivery is taken for a while (SKIP LOCKED, a lease), sent, and then marked. A
process killed before it sent anything gives the delivery back when the lease ends;
killed between sending and marking it does the same, because nobody can know: the
message goes out once more under the same id. For e-mail that is its Message-ID, by
which most mail systems drop the second copy; for gateways the key of their contract.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from khuevan.platform import clock
from khuevan.platform.errors import Unavailable
from khuevan.worktime.public import is_working_day

from .gateways import Deferred, Refused, available
from .models import (
    UNFINISHED,
    Delivery,
    DeliveryState,
    OutboxQuerySet,
    Preferences,
)
from .queries import preferences_of
from .queueing import address_of, channels_for, free_from
from .rules import Channel, next_attempt
from .senders import Letter, Sender, sender_of


LEASE = timedelta(minutes=10)
"""How long one attempt may take before another process may try."""

TURN_SECONDS = 5.0
"""A slow server gets no more than this at once: other readers wait for their turn."""


def deliver_due(limit: int = 20) -> int:
    """Try the deliveries whose time has come; return how many were tried.

    Where a channel as a whole does not answer, the others are still served, and then
    Unavailable tells the worker to rest before it comes back.
    """
    tried, down = 0, None
    for channel in available():
        sender = sender_of(channel)
        try:
            tried += _deliver(channel, sender, limit)
        except Unavailable as fault:
            down = fault
        finally:
            sender.close()
    if down:
        raise down
    return tried


def _deliver(channel: Channel, sender: Sender, limit: int) -> int:
    tried, end = 0, time.monotonic() + TURN_SECONDS
    while tried < limit and time.monotonic() < end and (delivery := _take(channel)):
        _attempt(delivery, sender)
        tried += 1
    return tried


@transaction.atomic
def _take(channel: Channel) -> Delivery | None:
    """Take a delivery whose time has come, or whose taker's lease is over."""
    now = clock.now()
    delivery = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("person")
        .filter(channel=channel, state__in=UNFINISHED, due_at__lte=now)
        .order_by("due_at", "pk")
        .first()
    )
    if delivery:
        delivery.state = DeliveryState.SENDING
        delivery.attempts += 1
        delivery.due_at = now + LEASE
        delivery.save(update_fields=["state", "attempts", "due_at"])
    return delivery


def _attempt(delivery: Delivery, sender: Sender) -> None:
    now, wish = clock.now(), preferences_of(delivery.person)
    urgent = delivery.digest_on is None
    free = free_from(wish, now, is_working_day, urgent=urgent)
    letter = _letter(delivery, wish)
    if letter is None:
        _mark(delivery, DeliveryState.DROPPED)
    elif free > now:
        _give_back(delivery, free)
    else:
        _send(letter, sender)


def _send(letter: Letter, sender: Sender) -> None:
    delivery = letter.delivery
    try:
        receipt = sender.send(letter)
    except Refused as fault:
        _mark(delivery, DeliveryState.DEAD, str(fault))
    except Deferred as fault:
        _put_off(delivery, str(fault))
    except Unavailable:
        _give_back(delivery, clock.now())  # not this message's fault
        raise
    else:
        _mark(delivery, DeliveryState.SENT, receipt)


def _letter(delivery: Delivery, wish: Preferences) -> Letter | None:
    """Return what there is still to say, if the person still wants to hear it here."""
    person, channel = delivery.person, Channel(delivery.channel)
    notices = list(delivery.notices.filter(read_at__isnull=True).order_by("fact"))
    if not notices or not person.is_active or channel not in channels_for(wish):
        return None
    return Letter(delivery, address_of(person, channel), notices)


def _give_back(delivery: Delivery, due: datetime) -> None:
    """Let a delivery wait as if it had not been taken: the attempt does not count."""
    _mine(delivery).update(
        state=DeliveryState.WAITING, attempts=F("attempts") - 1, due_at=due
    )


def _put_off(delivery: Delivery, answer: str) -> None:
    again = next_attempt(delivery.attempts, clock.now())
    if again is None:
        _mark(delivery, DeliveryState.DEAD, answer)
    else:
        _mine(delivery).update(
            state=DeliveryState.WAITING, due_at=again, answer=answer[:300]
        )


def _mark(delivery: Delivery, state: DeliveryState, answer: str = "") -> None:
    _mine(delivery).update(state=state, answer=answer[:300], finished_at=clock.now())


def _mine(delivery: Delivery) -> OutboxQuerySet:
    """Return the delivery unless another process has taken it since."""
    return Delivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.SENDING, attempts=delivery.attempts
    )

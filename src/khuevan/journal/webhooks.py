"""Telling machines of facts: fan out in the feed's transaction, deliver outside any.

A message keeps its id over all attempts, so the receiver can drop what it has
already taken. Signed as Standard Webhooks describes.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from khuevan.platform import clock
from khuevan.platform.outside import Answer, post

from .feed import batch
from .models import Delivery, DeliveryState, Subscription
from .owners import told_to
from .queries import Fact
from .rules import next_attempt, signature_of, wants


READER = "journal.webhooks"
LEASE = timedelta(minutes=2)
"""How long one attempt may take before another process may try."""


def fan_out() -> int:
    """Make the deliveries of new facts; return how many facts were looked at."""
    with batch(READER) as facts:
        if facts:
            subscriptions = list(Subscription.objects.order_by("id"))
            Delivery.objects.bulk_create(
                [
                    _delivery(subscription, fact, data)
                    for fact in facts
                    for subscription in subscriptions
                    if fact.recorded_at >= subscription.opened_at
                    if wants(subscription.kinds, fact.kind)
                    if (data := _data(subscription, fact)) is not None
                ],
                ignore_conflicts=True,
            )
        return len(facts)


def deliver_due(limit: int = 20) -> int:
    """Try the deliveries whose time has come; return how many were tried."""
    tried = 0
    while tried < limit and (delivery := _claim_one()):
        _settle(delivery, _send(delivery))
        tried += 1
    return tried


def _data(subscription: Subscription, fact: Fact) -> dict[str, Any] | None:
    """Return what a subscription hears of a fact: all of it, or what its owner may know."""
    if subscription.owner:
        return told_to(subscription.owner, fact)
    return {
        "number": fact.number,
        "subject": fact.subject,
        "organisation": fact.organisation,
        "recorded_at": fact.recorded_at,
        "figures": fact.figures,
    }


def _delivery(subscription: Subscription, fact: Fact, data: dict[str, Any]) -> Delivery:
    body = {"type": fact.kind, "timestamp": fact.occurred_at, "data": data}
    return Delivery(
        subscription=subscription,
        fact=fact.number,
        kind=fact.kind,
        body=json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False),
        due_at=clock.now(),
    )


@transaction.atomic
def _claim_one() -> Delivery | None:
    """Take a due delivery for a while: a process that dies gives it back."""
    now = clock.now()
    delivery = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("subscription")
        .filter(
            state=DeliveryState.WAITING,
            due_at__lte=now,
            subscription__paused_at__isnull=True,
        )
        .order_by("due_at", "id")
        .first()
    )
    if delivery:
        delivery.attempts += 1
        delivery.due_at = now + LEASE
        delivery.save(update_fields=["attempts", "due_at"])
    return delivery


def _send(delivery: Delivery) -> Answer:
    subscription = delivery.subscription
    message_id = f"msg_{delivery.pk.hex}"
    sent_at = int(clock.now().timestamp())
    body = delivery.body.encode()
    headers = {
        "content-type": "application/json",
        "user-agent": "khuevan-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": " ".join(
            signature_of(secret, message_id, sent_at, body)
            for secret in _secrets(subscription)
        ),
    }
    return post(
        subscription.url, body, headers, inside=settings.WEBHOOKS_MAY_STAY_INSIDE
    )


def _secrets(subscription: Subscription) -> list[str]:
    """Return what a message is signed with: while it is changed over, both."""
    until = subscription.secret_before_until
    both = until is not None and clock.now() < until
    return [subscription.secret, *([subscription.secret_before] if both else [])]


def _settle(delivery: Delivery, answer: Answer) -> None:
    now = clock.now()
    delivery.answer = answer.reason
    again = next_attempt(delivery.attempts, now)
    if answer.accepted:
        delivery.state, delivery.finished_at = DeliveryState.DELIVERED, now
    elif again is None:
        delivery.state, delivery.finished_at = DeliveryState.DEAD, now
    else:
        delivery.due_at = again
    delivery.save(update_fields=["answer", "state", "finished_at", "due_at"])

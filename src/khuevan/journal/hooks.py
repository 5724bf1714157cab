"""Subscriptions of an owner, for the pages and operations of the app the owner is of."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404

from khuevan.platform import clock

from . import actions
from .actors import Person
from .models import Delivery, Subscription
from .queries import DeliveryRow, SubscriptionRow, delivery_rows, subscription_rows


def subscriptions_of(owner: str) -> list[SubscriptionRow]:
    """List an owner's subscriptions, oldest first."""
    return subscription_rows(Subscription.objects.filter(owner=owner))


def deliveries_of(owner: str, limit: int = 50) -> list[DeliveryRow]:
    """List what was sent to an owner, the newest first, and how that went."""
    rows = Delivery.objects.filter(subscription__owner=owner).order_by("-id")
    return delivery_rows(rows, limit)


def subscribe_owner(*, owner: str, url: str, kinds: list[str], by: Person) -> str:
    """Subscribe an owner; return the secret messages are signed with."""
    return actions.subscribe(url=url, kinds=kinds, owner=owner, by=by).secret


def pause_hook(*, owner: str, key: UUID, by: Person) -> None:
    """Hold back what goes to a subscription; 404 where it is not the owner's."""
    actions.pause_subscription(subscription=_of(owner, key), by=by)


def resume_hook(*, owner: str, key: UUID, by: Person) -> None:
    """Let it go out again."""
    actions.resume_subscription(subscription=_of(owner, key), by=by)


def rotate_hook(*, owner: str, key: UUID, by: Person) -> str:
    """Return a new secret; for a day messages are signed with the old one, too."""
    return actions.rotate_secret(subscription=_of(owner, key), by=by).secret


def send_again(*, owner: str, key: UUID, by: Person) -> None:
    """Send a finished message of an owner once more, under the same id."""
    found = get_object_or_404(Delivery, subscription__owner=owner, pk=key)
    actions.redeliver(delivery=found, by=by)


def end_hooks(owner: str) -> None:
    """Send an owner nothing any more: part of what shuts the owner out."""
    Subscription.objects.filter(owner=owner, paused_at=None).update(
        paused_at=clock.now()
    )


def _of(owner: str, key: UUID) -> Subscription:
    return get_object_or_404(Subscription, owner=owner, pk=key)

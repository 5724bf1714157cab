"""What people do with webhooks; each leaves one fact."""

from __future__ import annotations

import base64
import secrets

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .access import may_manage_webhooks
from .actors import Person
from .ledger import record
from .models import Delivery, DeliveryState, Subscription
from .owners import kinds_told
from .rules import BOTH_SECRETS, check_subscription, check_told


@transaction.atomic
def subscribe(
    *, url: str, kinds: list[str], owner: str = "", by: Person
) -> Subscription:
    """Have a machine told of facts from now on; its new secret is on the result.

    An owner's hears kinds that owners are told of, and of each what the owner may know.
    """
    if not may_manage_webhooks(by, owner):
        raise PermissionDenied
    if owner:
        check_told(kinds, kinds_told())
    check_subscription(url, kinds, inside=settings.WEBHOOKS_MAY_STAY_INSIDE)
    subscription = Subscription.objects.create(
        url=url,
        kinds=sorted(set(kinds)),
        owner=owner,
        secret=_new_secret(),
        opened_at=clock.now(),
    )
    record(
        "journal.subscription_opened",
        subject=subscription.ref,
        by=by,
        kinds=subscription.kinds,
    )
    return subscription


@transaction.atomic
def pause_subscription(*, subscription: Subscription, by: Person) -> Subscription:
    """Hold back deliveries; they wait until the subscription is resumed."""
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if not may_manage_webhooks(by, subscription.owner):
        raise PermissionDenied
    if subscription.paused_at:
        raise RuleBroken(N_("This subscription is already paused."))
    subscription.paused_at = clock.now()
    subscription.save(update_fields=["paused_at"])
    record("journal.subscription_paused", subject=subscription.ref, by=by)
    return subscription


@transaction.atomic
def resume_subscription(*, subscription: Subscription, by: Person) -> Subscription:
    """Let deliveries go out again, the waiting ones first."""
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if not may_manage_webhooks(by, subscription.owner):
        raise PermissionDenied
    if subscription.paused_at is None:
        raise RuleBroken(N_("This subscription is not paused."))
    subscription.paused_at = None
    subscription.save(update_fields=["paused_at"])
    record("journal.subscription_resumed", subject=subscription.ref, by=by)
    return subscription


@transaction.atomic
def rotate_secret(*, subscription: Subscription, by: Person) -> Subscription:
    """Give a subscription a new secret; for a day messages carry both signatures."""
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if not may_manage_webhooks(by, subscription.owner):
        raise PermissionDenied
    subscription.secret_before = subscription.secret
    subscription.secret_before_until = clock.now() + BOTH_SECRETS
    subscription.secret = _new_secret()
    subscription.save(update_fields=["secret", "secret_before", "secret_before_until"])
    record("journal.secret_rotated", subject=subscription.ref, by=by)
    return subscription


def _new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


@transaction.atomic
def redeliver(*, delivery: Delivery, by: Person) -> Delivery:
    """Send a finished message once more, under the same id."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if not may_manage_webhooks(by, delivery.subscription.owner):
        raise PermissionDenied
    if delivery.state == DeliveryState.WAITING:
        raise RuleBroken(N_("This message is still being delivered."))
    delivery.state = DeliveryState.WAITING
    delivery.attempts = 0
    delivery.due_at = clock.now()
    delivery.finished_at = None
    delivery.save(update_fields=["state", "attempts", "due_at", "finished_at"])
    record("journal.delivery_repeated", subject=delivery.ref, by=by, fact=delivery.fact)
    return delivery

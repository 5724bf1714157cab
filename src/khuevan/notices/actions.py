"""What people do with their notices, and operators with what did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .access import may_tend_deliveries
from .models import Delivery, DeliveryState, Mood, Notice, Preferences, SandboxMood
from .rules import Channel, Quiet, check_digest_hour


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a person wants to be told."""

    email: bool
    sms: bool
    zalo: bool
    quiet_from: time
    quiet_until: time
    quiet_days_off: bool
    urgent_passes: bool
    digest_hour: int
    language: str


@transaction.atomic
def read_notice(*, notice: Notice, by: Person) -> Notice:
    """Note that a notice was read, the first time it is; later times change nothing."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if notice.person_id != by.pk:
        raise PermissionDenied
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
        record("notices.notice_read", subject=notice.ref, by=by, fact=notice.fact)
    return notice


@transaction.atomic
def read_all_notices(*, until: int, by: Person) -> int:
    """Mark as read what a person saw: every notice up to the fact numbered `until`."""
    unread = Notice.objects.visible_to(by).unread().filter(fact__lte=until)
    many = unread.update(read_at=clock.now())
    if many:
        record("notices.inbox_read", subject=by.ref, by=by, until=until, notices=many)
    return many


@transaction.atomic
def change_preferences(*, wishes: Wishes, by: Person) -> Preferences:
    """Say when and by which channels one wants to be told, and in which language."""
    quiet = Quiet(wishes.quiet_from, wishes.quiet_until, wishes.quiet_days_off)
    check_digest_hour(wishes.digest_hour, quiet)
    kept = {n: getattr(wishes, n) for n in Wishes.__slots__ if n != "language"}
    preferences, _ = Preferences.objects.update_or_create(person=by, defaults=kept)
    by.language = wishes.language
    by.save(update_fields=["language"])
    record("notices.preferences_changed", subject=preferences.ref, by=by)
    return preferences


@transaction.atomic
def send_again(*, delivery: Delivery, by: Person) -> Delivery:
    """Try a delivery that was given up from the beginning, under the same id."""
    if not may_tend_deliveries(by):
        raise PermissionDenied
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if delivery.state != DeliveryState.DEAD:
        raise RuleBroken(N_("This delivery was not given up."))
    delivery.state = DeliveryState.WAITING
    delivery.attempts = 0
    delivery.due_at = clock.now()
    delivery.finished_at = None
    delivery.save(update_fields=["state", "attempts", "due_at", "finished_at"])
    record("notices.delivery_repeated", subject=delivery.ref, by=by)
    return delivery


@transaction.atomic
def set_sandbox_mood(*, channel: Channel, mood: Mood, by: Person) -> SandboxMood:
    """Tell the sandbox how to behave from now on."""
    if not may_tend_deliveries(by):
        raise PermissionDenied
    kept, _ = SandboxMood.objects.update_or_create(
        channel=channel, defaults={"mood": mood}
    )
    subject = f"notices.sandboxmood:{channel.value}"
    record("notices.sandbox_mood_set", subject=subject, by=by, mood=mood.value)
    return kept

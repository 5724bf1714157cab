"""What new notices put into the outbox, and for when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from functools import cache
from uuid import UUID

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.worktime.public import is_working_day

from .gateways import available
from .models import Delivery, DeliveryState, Enclosed, Notice, Preferences
from .rules import Channel, Urgency, Works, allowed_from, digest_day, is_news, phone_of


Wishes = dict[UUID, Preferences]
Rows = list[tuple[Delivery, Notice]]


def enclose(notices: Iterable[Notice]) -> None:
    """Queue what carries new notices out of the house, in the caller's transaction."""
    now = clock.now()
    news = [notice for notice in notices if is_news(notice.occurred_at, now)]
    if not news:
        return
    wishes = _wishes({notice.person for notice in news})
    works = cache(is_working_day)  # a batch meets few days
    rows = _singles(news, wishes, works, now)
    Delivery.objects.bulk_create([delivery for delivery, _ in rows], batch_size=1_000)
    rows += _digests(news, wishes, works, now)
    Enclosed.objects.bulk_create(
        [Enclosed(delivery=delivery, notice=notice) for delivery, notice in rows],
        batch_size=1_000,
    )


def address_of(person: Person, channel: Channel) -> str:
    """Return where a person is reached by a channel; empty where nowhere."""
    if channel is Channel.EMAIL:
        return person.email
    return phone_of(person.phone) or ""


def channels_for(wish: Preferences) -> list[Channel]:
    """List the channels that can reach a person who wants them."""
    return [
        channel
        for channel in available()
        if wish.wants(channel) and address_of(wish.person, channel)
    ]


def free_from(
    wish: Preferences, instant: datetime, works: Works, *, urgent: bool
) -> datetime:
    """Return the first instant, this one or later, at which a person may be disturbed."""
    if urgent and wish.urgent_passes:
        return instant
    return allowed_from(instant, wish.quiet, works)


def _wishes(people: set[Person]) -> Wishes:
    kept = {w.person_id: w for w in Preferences.objects.filter(person__in=people)}
    wishes = {}
    for person in people:
        wishes[person.pk] = kept.get(person.pk) or Preferences(person=person)
        wishes[person.pk].person = person
    return wishes


def _singles(news: list[Notice], wishes: Wishes, works: Works, now: datetime) -> Rows:
    """Return a message of its own, on every channel, for each urgent notice."""
    rows = []
    for notice in news:
        wish = wishes[notice.person_id]
        if notice.urgency == Urgency.NOW:
            due = free_from(wish, now, works, urgent=True)
            rows += [
                (Delivery(person=notice.person, channel=channel, due_at=due), notice)
                for channel in channels_for(wish)
            ]
    return rows


def _digests(news: list[Notice], wishes: Wishes, works: Works, now: datetime) -> Rows:
    """Put the daily notices into the next e-mail of their readers nobody has begun.

    The rows of these e-mails are locked until the batch ends, so none leaves while
    something is being put in.
    """
    daily: dict[UUID, list[Notice]] = {}
    for notice in news:
        reached = Channel.EMAIL in channels_for(wishes[notice.person_id])
        if notice.urgency == Urgency.DAILY and reached:
            daily.setdefault(notice.person_id, []).append(notice)
    rows: Rows = []
    after = dict.fromkeys(daily, now)
    while after:
        for digest in _locked([_digest(wishes[k], t, works) for k, t in after.items()]):
            if digest.state == DeliveryState.WAITING and not digest.attempts:
                rows += [(digest, notice) for notice in daily[digest.person_id]]
                del after[digest.person_id]
            else:
                assert digest.digest_on is not None
                after[digest.person_id] = clock.end_of_day(digest.digest_on)
    return rows


def _digest(wish: Preferences, after: datetime, works: Works) -> Delivery:
    day = digest_day(after, wish.digest_hour, wish.quiet, works)
    return Delivery(
        person=wish.person,
        channel=Channel.EMAIL,
        digest_on=day,
        due_at=clock.at_local(day, time(wish.digest_hour)),
    )


def _locked(wanted: list[Delivery]) -> list[Delivery]:
    """Return these digests as they are kept, made where there was none, and locked."""
    Delivery.objects.bulk_create(wanted, ignore_conflicts=True)
    days = {(digest.person_id, digest.digest_on) for digest in wanted}
    kept = (
        Delivery.objects.select_for_update()
        .filter(
            channel=Channel.EMAIL,
            person__in=[person for person, _ in days],
            digest_on__in={day for _, day in days},
        )
        .order_by("pk")
    )
    return [d for d in kept if (d.person_id, d.digest_on) in days]

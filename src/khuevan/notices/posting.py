"""Telling people without an account, at the address or number they gave.

They have no inbox and no settings: only what is urgent is sent, by e-mail where they
gave an address and by SMS where they gave a number alone, never in the night.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.db import models, transaction
from django.db.models import F

from khuevan.journal.public import Fact
from khuevan.platform import clock
from khuevan.platform.errors import Unavailable
from khuevan.worktime.public import is_working_day

from .declaration import Contact
from .gateways import Deferred, Refused, available, gateway_of
from .models import UNFINISHED, DeliveryState, Posting
from .rules import Channel, Quiet, allowed_from, is_news, next_attempt, phone_of
from .senders import LONGEST_TEXT, judged


LEASE = timedelta(minutes=10)
"""How long one attempt may take before another process may try."""


def postings(
    fact: Fact, contacts: Iterable[Contact], subject: str, body: str, link: str
) -> Iterator[Posting]:
    """Yield what carries a fact to people without an account; nothing for old news."""
    now = clock.now()
    if not is_news(fact.occurred_at, now):
        return
    for contact in contacts:
        reached = _reached(contact)
        if reached is not None:
            channel, to = reached
            yield Posting(
                fact=fact.number, kind=fact.kind, channel=channel, to=to,
                name=contact.name[:250], subject=subject, body=body, link=link,
                due_at=allowed_from(now, Quiet(), is_working_day),
            )  # fmt: skip


def keep(rows: Iterable[Posting]) -> None:
    """Put postings into the outbox; a fact told to an address before is not told again."""
    Posting.objects.bulk_create(rows, ignore_conflicts=True)


def deliver_posted(limit: int = 20) -> int:
    """Try the postings whose time has come; return how many were tried."""
    tried = 0
    while tried < limit and (posting := _take()):
        try:
            receipt = _send(posting)
        except Refused as fault:
            _mark(posting, DeliveryState.DEAD, str(fault))
        except Deferred as fault:
            _put_off(posting, str(fault))
        except Unavailable:
            # Not this message's fault: the attempt does not count.
            _mine(posting).update(state=DeliveryState.WAITING, attempts=F("attempts") - 1, due_at=clock.now())  # fmt: skip
            raise
        else:
            _mark(posting, DeliveryState.SENT, receipt)
        tried += 1
    return tried


def _reached(contact: Contact) -> tuple[Channel, str] | None:
    ways = available()
    if contact.email and Channel.EMAIL in ways:
        return Channel.EMAIL, contact.email
    number = phone_of(contact.phone)
    return (Channel.SMS, number) if number and Channel.SMS in ways else None


@transaction.atomic
def _take() -> Posting | None:
    """Take a posting whose time has come, or whose taker's lease is over."""
    now = clock.now()
    posting = (
        Posting.objects.select_for_update(skip_locked=True)
        .filter(state__in=UNFINISHED, due_at__lte=now, channel__in=available())
        .order_by("due_at", "pk")
        .first()
    )
    if posting is not None:
        posting.state = DeliveryState.SENDING
        posting.attempts += 1
        posting.due_at = now + LEASE
        posting.save(update_fields=["state", "attempts", "due_at"])
    return posting


def _send(posting: Posting) -> str:
    link = urljoin(settings.SITE_URL, posting.link)
    if posting.channel == Channel.SMS:
        gateway = gateway_of(Channel.SMS)
        assert gateway is not None
        text = f"Khuê Văn: {posting.subject[: LONGEST_TEXT - len(link) - 12]} {link}"
        return gateway.send(posting.to, text, key=str(posting.pk))
    name = f"<{posting.pk}@{urlsplit(settings.SITE_URL).hostname}>"
    message = EmailMessage(
        subject=posting.subject, body=f"{posting.body}\n\n{link}\n", to=[posting.to],
        headers={"Message-ID": name, "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    try:
        with get_connection() as connection:
            connection.send_messages([message])
    except ConnectionError as fault:
        raise Unavailable(f"SMTP: {fault}") from fault
    except (OSError, BadHeaderError, UnicodeError) as fault:
        raise judged(fault) from fault
    return name


def _put_off(posting: Posting, answer: str) -> None:
    again = next_attempt(posting.attempts, clock.now())
    if again is None:
        _mark(posting, DeliveryState.DEAD, answer)
    else:
        _mine(posting).update(state=DeliveryState.WAITING, due_at=again, answer=answer[:300])  # fmt: skip


def _mark(posting: Posting, state: DeliveryState, answer: str = "") -> None:
    _mine(posting).update(state=state, answer=answer[:300], finished_at=clock.now())


def _mine(posting: Posting) -> models.QuerySet[Posting]:
    """Return the posting unless another process has taken it since."""
    return Posting.objects.filter(
        pk=posting.pk, state=DeliveryState.SENDING, attempts=posting.attempts
    )

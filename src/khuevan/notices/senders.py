"""How one delivery leaves the house: by SMTP, or through a gateway."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from khuevan.platform.errors import Unavailable

from .gateways import Deferred, Refused, gateway_of
from .models import Delivery, Notice
from .rules import Channel


LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery with what it encloses, ready to be put in an envelope."""

    delivery: Delivery
    to: str
    notices: Sequence[Notice]

    @property
    def language(self) -> str:
        return self.delivery.person.language


class Sender(Protocol):
    """Sends letters of one channel; raises Refused, Deferred or Unavailable."""

    def send(self, letter: Letter) -> str:
        """Send a letter and return the receipt."""

    def close(self) -> None:
        """Let go of what it holds open."""


class MailSender:
    """Sends e-mail by SMTP, over one connection for as long as nothing goes wrong."""

    def __init__(self) -> None:
        self.connection = get_connection()

    def send(self, letter: Letter) -> str:
        message = compose(letter)
        try:
            self.connection.open()
        except OSError as fault:
            raise Unavailable(f"SMTP: {fault}") from fault
        try:
            self.connection.send_messages([message])
        except (OSError, BadHeaderError, UnicodeError) as fault:
            self.close()
            raise judged(fault) from fault
        return message_id(letter.delivery)

    def close(self) -> None:
        try:
            self.connection.close()
        except OSError:
            return  # it was gone already


class GatewaySender:
    """Sends short texts through a channel's gateway."""

    def __init__(self, channel: Channel) -> None:
        gateway = gateway_of(channel)
        assert gateway is not None, f"no gateway carries {channel}"
        self.gateway = gateway

    def send(self, letter: Letter) -> str:
        key = str(letter.delivery.pk)
        return self.gateway.send(letter.to, short_text(letter), key=key)

    def close(self) -> None:
        """Gateways hold nothing open."""


def sender_of(channel: Channel) -> Sender:
    """Return what sends the deliveries of a channel."""
    return MailSender() if channel is Channel.EMAIL else GatewaySender(channel)


def judged(fault: Exception) -> Refused | Deferred:
    """Return whether a fault of SMTP is this message's for good, or may pass."""
    codes: list[int] = []
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in fault.recipients.values()]
    elif isinstance(fault, smtplib.SMTPResponseException):
        codes = [fault.smtp_code]
    hopeless = not isinstance(fault, OSError) or isinstance(
        fault, smtplib.SMTPNotSupportedError
    )
    final = bool(codes) and all(500 <= code < 600 for code in codes)
    return (Refused if hopeless or final else Deferred)(str(fault)[:300])


def message_id(delivery: Delivery) -> str:
    """Return the Message-ID of a delivery: the same at every attempt."""
    return f"<{delivery.pk}@{urlsplit(settings.SITE_URL).hostname}>"


def compose(letter: Letter) -> EmailMultiAlternatives:
    """Put a letter into an e-mail, text and HTML, in the reader's language."""
    with translation.override(letter.language):
        settings_page = address("notices-settings")
        context = {
            "language": letter.language,
            "person": letter.delivery.person,
            "notices": [(n, address("notices-open", n.pk)) for n in letter.notices],
            "inbox": address("notices"),
            "settings_page": settings_page,
            "title": subject_of(letter),
        }
        message = EmailMultiAlternatives(
            subject=subject_of(letter),
            body=render_to_string("notices/mail.txt", context),
            to=[letter.to],
            headers={
                "Message-ID": message_id(letter.delivery),
                "List-Unsubscribe": f"<{settings_page}>",
                "Auto-Submitted": "auto-generated",
                "Content-Language": letter.language,
            },
        )
        message.attach_alternative(
            render_to_string("notices/mail.html", context), "text/html"
        )
    return message


def subject_of(letter: Letter) -> str:
    """Return the one sentence a letter is known by, in the active language."""
    day = letter.delivery.digest_on
    if day is None:
        return letter.notices[0].subject
    many = len(letter.notices)
    return ngettext(
        "%(many)s notice for you, %(day)s", "%(many)s notices for you, %(day)s", many
    ) % {"many": many, "day": f"{day:%d/%m/%Y}"}


def short_text(letter: Letter) -> str:
    """Return what a short message says: the subject and where to read on."""
    notice = letter.notices[0]
    link = address("notices-open", notice.pk)
    return f"Khuê Văn: {notice.subject[: LONGEST_TEXT - len(link) - 12]} {link}"


def address(name: str, *args: object) -> str:
    """Return the full address of a page, for use outside it."""
    return settings.SITE_URL.rstrip("/") + reverse(name, args=args)

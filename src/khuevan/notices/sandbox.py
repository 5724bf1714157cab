"""A gateway that tells nobody: it keeps the messages, and fails when it is told to."""

from __future__ import annotations

from .gateways import Deferred, Refused
from .models import Mood, SandboxMessage, SandboxMood
from .rules import Channel


class Sandbox:
    """Keeps what would have been sent, for an operator to look at."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def send(self, to: str, text: str, *, key: str) -> str:
        """Keep a text; the same key again keeps nothing more."""
        mood = SandboxMood.objects.filter(pk=self.channel).first()
        if mood and mood.mood == Mood.BUSY:
            raise Deferred("the sandbox was told to be busy")
        if mood and mood.mood == Mood.REFUSES:
            raise Refused("the sandbox was told to refuse")
        message, _ = SandboxMessage.objects.get_or_create(
            channel=self.channel, key=key, defaults={"to": to, "text": text}
        )
        return str(message.pk)

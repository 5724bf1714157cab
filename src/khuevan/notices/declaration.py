"""Declaring what a fact means as a message, in the app the fact belongs to.

An app puts a module `notices.py` in its package and calls `declare` there; the
module is found when the platform starts. Its sentences stay in its own catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from khuevan.directory.public import Person
from khuevan.journal.public import Fact

from .rules import Urgency


@dataclass(frozen=True, slots=True)
class Contact:
    """Where somebody without an account is reached; "" where they are not."""

    name: str
    email: str = ""
    phone: str = ""


def nothing(facts: list[Fact]) -> None:
    """Look nothing up: for messages that need only the fact."""


@dataclass(frozen=True)
class Message:
    """What one kind of fact tells people, whom, and where it leads.

    `subject` and `body` are sentences marked with N_, filled by `params` and
    translated for each reader. A subject may travel by SMS: codes and dates, nothing
    confidential. `gather` looks up once, for all facts of a batch whose messages share
    it, what the other functions need; they get it as their second argument and ask no
    database. `urgency` may depend on the fact. `contacts` are people without an account
    who are told as well, `open_link` the page they can read.
    """

    kind: str
    subject: str
    body: str
    recipients: Callable[[Fact, Any], Iterable[Person | UUID | None]]
    params: Callable[[Fact, Any], Mapping[str, Any]]
    link: Callable[[Fact, Any], str]
    urgency: Urgency | Callable[[Fact], Urgency]
    gather: Callable[[list[Fact]], Any] = nothing
    contacts: Callable[[Fact, Any], Iterable[Contact]] | None = None
    open_link: Callable[[Fact, Any], str] | None = None

    def urgency_of(self, fact: Fact) -> Urgency:
        """Return how soon the readers of a fact should know."""
        return self.urgency if isinstance(self.urgency, Urgency) else self.urgency(fact)


_declared: dict[str, Message] = {}


def declare(message: Message) -> Message:
    """Make a message known; one kind of fact has one message."""
    if _declared.get(message.kind, message) != message:
        raise ValueError(f"{message.kind} has two messages")
    _declared[message.kind] = message
    return message


def message_for(kind: str) -> Message | None:
    """Return what a kind of fact tells people, if anything."""
    return _declared.get(kind)


def declared() -> list[Message]:
    """List every message, by kind of fact."""
    return [_declared[kind] for kind in sorted(_declared)]


@dataclass(frozen=True)
class Teller:
    """Declares those messages of an app that share parameters, page and what they look up.

    Calling it declares one: the kind of fact without its app, whom it tells, the two
    sentences, and how soon they should know.
    """

    app: str
    params: Callable[[Fact, Any], Mapping[str, Any]]
    link: Callable[[Fact, Any], str]
    gather: Callable[[list[Fact]], Any] = nothing

    def __call__(
        self,
        kind: str,
        recipients: Callable[[Fact, Any], Iterable[Person | UUID | None]],
        subject: str,
        body: str,
        urgency: Urgency | Callable[[Fact], Urgency] = Urgency.NOW,
        **more: Any,
    ) -> Message:
        """Declare what a kind of fact tells people; `more` are fields of a message."""
        shared = {"params": self.params, "link": self.link, "gather": self.gather}
        return declare(
            Message(
                kind=f"{self.app}.{kind}", subject=subject, body=body,
                recipients=recipients, urgency=urgency, **{**shared, **more},
            )
        )  # fmt: skip

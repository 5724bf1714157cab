"""Whom the facts of clients tell: operators what waits, its organisation what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from khuevan.directory.public import Appointment, Role, in_force
from khuevan.journal.public import Fact
from khuevan.notices.public import Teller
from khuevan.platform.errors import N_

from .models import Client
from .rules import State


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])


class _Known:
    """The clients of a batch of facts, and who runs the platform."""

    def __init__(self, facts: list[Fact]) -> None:
        rows = Client.objects.select_related("organisation")
        self.clients = rows.in_bulk([_key(fact) for fact in facts])
        posts = Appointment.objects.filter(in_force(), role=Role.OPERATOR)
        self.operators = list(posts.values_list("person_id", flat=True))


def _operators(fact: Fact, known: _Known) -> Iterable[UUID]:
    return known.operators if fact.figures["state"] == State.WAITING else []


def _registrar(fact: Fact, known: _Known) -> Iterable[UUID | None]:
    return [known.clients[_key(fact)].registered_by_id]


def _told(fact: Fact, known: _Known) -> dict[str, Any]:
    client = known.clients[_key(fact)]
    return {"name": client.name, "body": client.organisation.short_name}


tell = Teller("clients", _told, lambda fact, _known: reverse("client", args=[_key(fact)]), _Known)  # fmt: skip

tell(
    "client_registered",
    _operators,
    N_("A machine asks to write: %(name)s"),
    N_("%(body)s registered %(name)s. It may begin once an operator approves it."),
)
tell(
    "client_approved",
    _registrar,
    N_("%(name)s may write"),
    N_("An operator approved %(name)s of %(body)s. Its secret holds from now on."),
)
tell(
    "client_revoked",
    _registrar,
    N_("%(name)s was shut out"),
    N_("%(name)s of %(body)s is revoked: its secrets and tokens hold no more."),
)

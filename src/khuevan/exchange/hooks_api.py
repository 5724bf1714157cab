"""Subscriptions of the calling client, over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field as Bounds, StringConstraints

from khuevan.clients.public import Scope, client_ref, for_clients
from khuevan.directory.public import Person
from khuevan.journal.public import subscribe_owner, subscriptions_of
from khuevan.platform.problems import NO


router = Router(tags=["exchange"])
SUBSCRIBING = for_clients(Scope.EXCHANGE_SUBSCRIBE)
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z._]+$", max_length=100)]
Address = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=500)]


class SubscriptionIn(Schema):
    """Where to tell, and of which kinds of facts."""

    url: Address
    kinds: list[Kind] = Bounds(min_length=1, max_length=20)


class SecretOut(Schema):
    """What messages are signed with; told this once."""

    secret: str


class SubscriptionOut(Schema):
    """A subscription: what waits to be sent, and what nobody took."""

    id: UUID
    url: str
    kinds: list[str]
    opened_at: datetime
    paused_at: datetime | None
    waiting: int
    dead: int


@router.post(
    "/subscriptions",
    response={201: SecretOut, **NO},
    auth=SUBSCRIBING,
    operation_id="subscribe_to_listings",
)
def subscribe(request: HttpRequest, asked: SubscriptionIn) -> Status[SecretOut]:
    """Have the calling client told when listings change (Standard Webhooks)."""
    by = request.user
    assert isinstance(by, Person)
    secret = subscribe_owner(owner=_owner(request), url=asked.url, kinds=asked.kinds, by=by)  # fmt: skip
    return Status(201, SecretOut(secret=secret))


@router.get(
    "/subscriptions",
    response={200: list[SubscriptionOut], **NO},
    auth=SUBSCRIBING,
    operation_id="list_subscriptions",
)
def subscriptions(request: HttpRequest) -> list[SubscriptionOut]:
    """List the subscriptions of the calling client."""
    return [
        SubscriptionOut(
            id=row.id, url=row.url, kinds=row.kinds, opened_at=row.opened_at,
            paused_at=row.paused_at, waiting=row.waiting, dead=row.dead,
        )
        for row in subscriptions_of(_owner(request))
    ]  # fmt: skip


def _owner(request: HttpRequest) -> str:
    """Return the calling client; people keep theirs on its page."""
    owner = client_ref(request)
    if owner is None:
        raise PermissionDenied
    return owner

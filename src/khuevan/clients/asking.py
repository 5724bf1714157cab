"""How an operation of the API says who may ask it: `auth=for_clients(Scope.…)`.

Every operation names the scope a client needs. People of the pages ask with their
session and their own rights, counted by account; where everybody may read, strangers are
counted by address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import SessionAuth as _SessionAuth
from ninja.security.base import AuthBase

from khuevan.directory.public import Person

from .models import Client
from .rates import take_turn_of_client, take_turn_of_person, take_turn_of_stranger
from .rules import Scope, ScopeMissing
from .tokens import client_with


class ClientToken(AuthBase):
    """A client's bearer token (RFC 6750) that opens one scope."""

    openapi_type = "oauth2"
    openapi_flows = {
        "clientCredentials": {
            "tokenUrl": "/oauth/token",
            "scopes": {scope.value: scope.value for scope in Scope},
        }
    }

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Client | None:
        kind, _space, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        found = client_with(token.strip())
        if found is None:
            # A false token is never taken for a stranger: its client would not notice.
            raise AuthenticationError
        client, scopes = found
        take_turn_of_client(request, client)
        if self.scope.value not in scopes:
            raise ScopeMissing(self.scope)
        request.user = client.account
        return client


class SessionAuth(_SessionAuth):
    """Somebody's session of the pages, counted by account."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        found = super().authenticate(request, key)
        if isinstance(found, Person):
            take_turn_of_person(request, found)
        return found


def client_ref(request: HttpRequest) -> str | None:
    """Return the reference of the client that asks, None where a person does."""
    asking = getattr(request, "auth", None)
    return asking.ref if isinstance(asking, Client) else None


def everybody(request: HttpRequest) -> bool:
    """Let a stranger ask, counted by address."""
    take_turn_of_stranger(request)
    return True


Ask = Callable[[HttpRequest], Any]


def for_clients(scope: Scope) -> list[Ask]:
    """Return who may ask: clients with the scope, and people by their session."""
    return [ClientToken(scope), SessionAuth()]


def for_everybody(scope: Scope) -> list[Ask]:
    """Return who may ask: everybody; a client with the scope gets what it may see."""
    return [*for_clients(scope), everybody]


def scope_of(callbacks: Any) -> Scope | None:
    """Return the scope an operation's `auth` names, None where it names none."""
    found = [one for one in callbacks if isinstance(one, ClientToken)]
    return found[0].scope if len(found) == 1 else None

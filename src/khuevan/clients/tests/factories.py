"""Machines of organisations, registered and let in as people do it."""

from __future__ import annotations

import json

from khuevan.clients import actions
from khuevan.clients.models import Client
from khuevan.clients.rules import Scope, State
from khuevan.clients.tokens import SERVER
from khuevan.directory.public import Organisation
from khuevan.directory.tests.factories import OrganisationFactory


def make_client(
    *scopes: Scope, organisation: Organisation | None = None
) -> tuple[Client, str]:
    """Return a client that may begin, and its secret."""
    client, secret = actions.register_client(
        organisation=organisation or OrganisationFactory.create(),
        name="Phần mềm thử",
        contact="may@example.org",
        scopes=scopes or list(Scope),
        by=None,
    )
    if client.state is State.WAITING:
        client = actions.approve_client(client=client, by=None)
    return client, secret


def token_of(client: Client, secret: str, scope: str = "") -> str:
    """Return an access token, asked for as the protocol says."""
    asked = (
        f"grant_type=client_credentials&client_id={client.pk}&client_secret={secret}"
    )
    asked += f"&scope={scope}" if scope else ""
    _headers, body, status = SERVER.create_token_response("https://x/oauth/token", "POST", asked, {})  # fmt: skip
    assert status == 200, body
    return str(json.loads(body)["access_token"])


def bearer(*scopes: Scope, organisation: Organisation | None = None) -> dict[str, str]:
    """Return the header of a machine that may ask these scopes, or all."""
    token = token_of(*make_client(*scopes, organisation=organisation))
    return {"Authorization": f"Bearer {token}"}

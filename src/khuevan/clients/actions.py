"""What people do with clients; each leaves one fact."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.public import (
    Organisation,
    Person,
    close_machine,
    open_machine,
)
from khuevan.journal.public import end_hooks, record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .access import may_approve, may_register, may_revoke
from .models import Client, ClientSecret
from .rules import (
    Scope,
    State,
    check_client,
    check_room,
    digest_of,
    needs_approval,
    new_secret,
)


@transaction.atomic
def register_client(
    *,
    organisation: Organisation,
    name: str,
    contact: str,
    scopes: Iterable[Scope],
    by: Person | None,
) -> tuple[Client, str]:
    """Register a machine; return it with its first secret, which is shown this once.

    One that only reads may begin at once; one that writes waits for an operator.
    """
    _require(may_register(by, organisation))
    wanted = check_client(name, scopes)
    now = clock.now()
    client = Client.objects.create(
        name=name.strip(),
        organisation=organisation,
        contact=contact,
        scopes=wanted,
        account=open_machine(organisation=organisation, name=name.strip()),
        registered_by=by,
        registered_at=now,
        approved_at=None if needs_approval(wanted) else now,
    )
    secret = _make_secret(client)
    record(
        "clients.client_registered",
        subject=client.ref,
        by=by,
        body=organisation.ref,
        scopes=wanted,
        state=client.state,
    )
    return client, secret


@transaction.atomic
def approve_client(*, client: Client, by: Person | None) -> Client:
    """Let a client begin that waits because it writes."""
    client = _locked(client)
    _require(may_approve(by, client))
    if client.state is not State.WAITING:
        raise RuleBroken(N_("This client does not wait for approval."))
    client.approved_at = clock.now()
    client.save(update_fields=["approved_at"])
    record("clients.client_approved", subject=client.ref, by=by, scopes=client.scopes)
    return client


@transaction.atomic
def revoke_client(*, client: Client, by: Person | None) -> Client:
    """Shut a client out for good: its next request is refused."""
    client = _locked(client)
    _require(may_revoke(by, client))
    if client.state is State.REVOKED:
        raise RuleBroken(N_("This client is revoked already."))
    client.revoked_at = clock.now()
    client.save(update_fields=["revoked_at"])
    client.secrets.filter(ended_at=None).update(ended_at=client.revoked_at)
    client.tokens.all().delete()
    close_machine(client.account)
    end_hooks(client.ref)
    record("clients.client_revoked", subject=client.ref, by=by)
    return client


@transaction.atomic
def add_secret(*, client: Client, by: Person | None) -> str:
    """Give a client a further secret, shown this once; the old one goes on holding."""
    client = _locked(client)
    _require(may_register(by, client.organisation))
    if client.state is State.REVOKED:
        raise RuleBroken(N_("This client is revoked already."))
    check_room(client.secrets.filter(ended_at=None).count())
    secret = _make_secret(client)
    record("clients.secret_added", subject=client.ref, by=by)
    return secret


@transaction.atomic
def end_secret(*, secret: ClientSecret, by: Person | None) -> ClientSecret:
    """Let a secret hold no more, and the tokens of its client with it.

    Whoever had the secret may have taken a token with it.
    """
    client = _locked(secret.client)
    _require(may_register(by, client.organisation))
    secret = ClientSecret.objects.select_for_update().get(pk=secret.pk)
    if secret.ended_at:
        raise RuleBroken(N_("This secret has ended already."))
    secret.ended_at = clock.now()
    secret.save(update_fields=["ended_at"])
    client.tokens.all().delete()
    record("clients.secret_ended", subject=client.ref, by=by, secret=secret.ref)
    return secret


def _make_secret(client: Client) -> str:
    secret = new_secret("kvs")
    ClientSecret.objects.create(
        client=client, digest=digest_of(secret), ending=secret[-4:], made_at=clock.now()
    )
    return secret


def _locked(client: Client) -> Client:
    rows = Client.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", "account").get(pk=client.pk)


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied

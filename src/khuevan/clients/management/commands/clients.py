"""`khuevan clients list|register|approve|revoke`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError

from khuevan.clients import actions
from khuevan.clients.models import Client
from khuevan.clients.rules import Scope
from khuevan.directory.public import Organisation
from khuevan.platform.errors import RuleBroken


class Command(BaseCommand):
    """Machines of organisations, by the operator at the command line."""

    help = "list, register, approve and revoke machines that ask the API"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="every machine, its scopes and its state")
        new = verbs.add_parser("register", help="print client_id and secret, once")
        new.add_argument("organisation", help="its identifier, such as H26.35")
        new.add_argument("name")
        new.add_argument("contact", help="an e-mail address")
        new.add_argument("--scope", action="append", required=True, choices=[s.value for s in Scope])  # fmt: skip
        for verb, words in (("approve", "let it write"), ("revoke", "shut it out")):
            one = verbs.add_parser(verb, help=words)
            one.add_argument("client", type=UUID, help="its client_id")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(options)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken

    def _list(self, options: dict[str, Any]) -> None:
        for one in Client.objects.select_related("organisation").order_by("pk"):
            told = (one.pk, one.state, one.organisation.code, ",".join(one.scopes))
            self.stdout.write("\t".join([*map(str, told), one.name]))

    def _register(self, options: dict[str, Any]) -> None:
        body = Organisation.objects.filter(code=options["organisation"]).first()
        if body is None:
            raise CommandError(f"There is no organisation {options['organisation']}.")
        client, secret = actions.register_client(
            organisation=body,
            name=options["name"],
            contact=options["contact"],
            scopes=[Scope(scope) for scope in options["scope"]],
            by=None,
        )
        self.stdout.write(f"{client.pk}\t{secret}")

    def _approve(self, options: dict[str, Any]) -> None:
        actions.approve_client(client=_client(options["client"]), by=None)

    def _revoke(self, options: dict[str, Any]) -> None:
        actions.revoke_client(client=_client(options["client"]), by=None)


def _client(key: UUID) -> Client:
    found = Client.objects.filter(pk=key).first()
    if found is None:
        raise CommandError(f"There is no client {key}.")
    return found

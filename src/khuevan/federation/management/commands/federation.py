"""`khuevan federation list|agree|pull`."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError

from khuevan.directory.public import Organisation
from khuevan.federation.actions import Agreement, agree_partner
from khuevan.federation.models import Partner
from khuevan.federation.pulling import NotRead, pull
from khuevan.federation.rules import Side, Standing, Trust
from khuevan.platform.errors import RuleBroken


class Command(BaseCommand):
    """Other exchanges, by the operator at the command line."""

    help = "list, agree on and read partner exchanges"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="every partner: last read, last fault")
        new = verbs.add_parser("agree", help="begin to read an exchange; its secret on stdin")  # fmt: skip
        new.add_argument("address")
        new.add_argument("name")
        new.add_argument("organisation", help="its identifier in our directory")
        new.add_argument("client_id")
        new.add_argument("--document", required=True)
        new.add_argument("--on", type=date.fromisoformat, required=True)
        new.add_argument("--trust", choices=[t.value for t in Trust], default="reviewed")  # fmt: skip
        new.add_argument("--takes", nargs="+", choices=[s.value for s in Side], default=[s.value for s in Side])  # fmt: skip
        one = verbs.add_parser("pull", help="read all partners now, or one")
        one.add_argument("partner", nargs="?", help="its address")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(options)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken

    def _list(self, options: dict[str, Any]) -> None:
        for one in Partner.objects.order_by("name"):
            told = (one.address, one.pulled_at or "–", one.told_fault or "–", one.name)
            self.stdout.write("\t".join(map(str, told)))

    def _agree(self, options: dict[str, Any]) -> None:
        body = Organisation.objects.filter(code=options["organisation"]).first()
        if body is None:
            raise CommandError(f"There is no organisation {options['organisation']}.")
        agreement = Agreement(
            name=options["name"],
            address=options["address"],
            organisation=body,
            client_id=options["client_id"],
            secret=input(),
            takes=[Side(side) for side in options["takes"]],
            trust=Trust(options["trust"]),
            agreed_on=options["on"],
            document=options["document"],
        )
        self.stdout.write(str(agree_partner(agreement=agreement, by=None).pk))

    def _pull(self, options: dict[str, Any]) -> None:
        partners = Partner.objects.filter(paused_at=None).order_by("pk")
        if options["partner"]:
            partners = partners.filter(address=options["partner"].rstrip("/"))
            if not partners:
                raise CommandError(f"{options['partner']} is no partner, or is paused.")
        failed = []
        for partner in partners:
            try:
                counted = pull(partner)
            except NotRead as fault:
                failed.append(f"{partner.name}: {fault}")
                continue
            told = " ".join(f"{one.value} {counted[one]}" for one in Standing)
            self.stdout.write(f"{partner.name}: {told}")
        if failed:
            raise CommandError("\n".join(failed))

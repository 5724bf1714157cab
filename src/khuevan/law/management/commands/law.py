"""`khuevan law check`: does every rule of the platform stand on living law?"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils.translation import gettext

from khuevan.law import queries


class Command(BaseCommand):
    help = "Check the legal basis of every registered rule."

    def add_arguments(self, parser: CommandParser) -> None:
        subcommands = parser.add_subparsers(dest="what", required=True)
        check = subcommands.add_parser("check", help="list rules whose basis fails")
        check.add_argument("--on", type=date.fromisoformat, help="day, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            findings = queries.check_rules(options["on"])
        except ProgrammingError as missing:
            raise CommandError(
                "The tables of the register are missing: run `make db` first."
            ) from missing
        for finding in findings:
            self.stdout.write(f"[{finding.source}] {finding.sentence}")
        if any(finding.fatal for finding in findings):
            raise CommandError(gettext("Some rules have no living legal basis."))
        if not findings:
            self.stdout.write(
                gettext("Every registered rule has a living legal basis.")
            )

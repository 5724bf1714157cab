"""`khuevan results targets`: set the exchange's targets from its dated scheme."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from khuevan.results.actions import set_targets


class Command(BaseCommand):
    help = "Results of the technology exchange."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("targets", help="set the targets of the scheme in force")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{set_targets(by=None)} targets set")

"""`khuevan exchange import|template`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from khuevan.exchange.actions import import_listings
from khuevan.exchange.sheets import read_rows, template
from khuevan.platform.errors import InputRefused, Problem


class Command(BaseCommand):
    help = "The technology exchange: listings from spreadsheets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        taking = verbs.add_parser("import", help="take over listings (.csv, .xlsx)")
        taking.add_argument("file", type=Path)
        taking.add_argument("--dry-run", action="store_true")
        empty = verbs.add_parser("template", help="write the empty spreadsheet")
        empty.add_argument("-o", "--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            rows = read_rows(path.read_bytes(), path.name)
        except InputRefused as refused:
            self._refuse(refused.problems)
        if options["dry_run"]:
            self.stdout.write(f"would import: {len(rows)} drafts")
            return
        made = import_listings(rows=[(row.member, row.told) for row in rows], by=None)
        self.stdout.write(f"imported: {len(made)} drafts, {made[0].code} to {made[-1].code}")  # fmt: skip

    def _refuse(self, problems: list[Problem]) -> None:
        for problem in problems:
            row, _, column = problem.where.partition(":")
            place = f"row {row}, column {column}" if column else row
            what = gettext(problem.what) % problem.params
            mend = gettext(problem.mend) if problem.mend else ""
            self.stderr.write(f"{place}: {what}. {mend}".strip())
        raise CommandError(f"{len(problems)} problem(s); nothing was imported.")

    def _template(self, options: dict[str, Any]) -> None:
        options["output"].write_bytes(template())
        self.stdout.write(str(options["output"]))

"""`khuevan counter import FILE`, `mirror SYSTEM FILE`, `summary --as-of DAY`."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from khuevan.catalogue.public import Imported, import_catalogue
from khuevan.counter.public import mirror_file
from khuevan.measures.queries.summary import summary
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, Problem


SHOWN = 5
"""How many faults of a rule are shown; the file holds all."""
FAULT_HEAD = ("row", "code", "rule", "place", "found")


class Command(BaseCommand):
    help = "Public services: the catalogue of procedures and their dossiers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        taking = verbs.add_parser(
            "import", help="take over the national catalogue (.jsonl, .jsonl.gz, .xlsx)"
        )
        taking.add_argument("file", type=Path)
        taking.add_argument(
            "--faults",
            type=Path,
            metavar="FILE.csv",
            help="write every fault found, a line each",
        )
        mirroring = verbs.add_parser(
            "mirror", help="take over dossiers a ministry's system handles (.jsonl)"
        )
        mirroring.add_argument("system", help="the name of that system")
        mirroring.add_argument("file", type=Path)
        telling = verbs.add_parser(
            "summary",
            help="procedures and dossiers as of a day, each share with its parts",
        )
        telling.add_argument("--as-of", type=date.fromisoformat, default=None)
        telling.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            done = import_catalogue(
                content=path.read_bytes(), name=path.name, told=self._progress, by=None
            )
        except InputRefused as refused:
            self._refuse(refused.problems)
        self._tell(done)
        if options["faults"]:
            with options["faults"].open("w", encoding="utf-8", newline="") as file:
                write = csv.writer(file)
                write.writerow(FAULT_HEAD)
                write.writerows((f.row, f.code, f.rule, f.place, f.found) for f in done.found)  # fmt: skip
            self.stdout.write(f"  all of them: {options['faults']}")

    def _mirror(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            done = mirror_file(path.read_bytes(), options["system"])
        except InputRefused as refused:
            self._refuse(refused.problems)
        self.stdout.write(f"{done} dossiers.")

    def _summary(self, options: dict[str, Any]) -> None:
        told = summary(options["as_of"] or clock.today()).as_json()
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for name, value in told.items():
            shown = value
            if isinstance(value, dict):
                shown = f"{value['percent']} % ({value['numerator']}/{value['denominator']})"
            self.stdout.write(f"{name:20} {shown}")

    def _progress(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done}/{total}", ending="")

    def _refuse(self, problems: list[Problem]) -> None:
        for problem in problems:
            what = gettext(problem.what) % problem.params
            self.stderr.write(f"row {problem.where}: {what}")
        raise CommandError(f"{len(problems)} problem(s); nothing was imported.")

    def _tell(self, done: Imported) -> None:
        if not done.created and not done.changed:
            self.stdout.write(f"{done.rows} rows: nothing new, nothing changed.")
        else:
            self.stdout.write(
                f"{done.rows} rows: {done.created} new, {done.changed} changed, "
                f"{done.unchanged} unchanged."
            )
        for rule, rows in done.faults.items():
            self.stdout.write(f"  {rule}: {rows} rows")
            met = [fault for fault in done.found if fault.rule == rule]
            for fault in met[:SHOWN]:
                self.stdout.write(f"    row {fault.row}, {fault.code}, {fault.place}: {' '.join(fault.found.split())[:80]}")  # fmt: skip
            if len(met) > SHOWN:
                self.stdout.write(f"    … {len(met) - SHOWN} more (--faults FILE.csv writes all)")  # fmt: skip
        self.stdout.write(f"  faults not known before: {done.new_faults}")
        self.stdout.write(f"  mended at the source: {done.mended}")

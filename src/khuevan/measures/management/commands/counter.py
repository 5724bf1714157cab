"""`khuevan counter import|mirror|reported|summary|events`: files in, figures out."""

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
from khuevan.directory.public import Organisation
from khuevan.measures.actions import tell_national_count
from khuevan.measures.queries.parquet import write_events
from khuevan.measures.queries.summary import summary
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, Problem, RuleBroken


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
        reporting = verbs.add_parser(
            "reported", help="note how many dossiers a national report counts"
        )
        reporting.add_argument("since", type=date.fromisoformat, help="its first day")
        reporting.add_argument("until", type=date.fromisoformat, help="its last day")
        reporting.add_argument("dossiers", type=int)
        reporting.add_argument("--source", required=True, help="which report it is")
        reporting.add_argument("--unit", default="", help="code of a unit; the city")
        telling = verbs.add_parser(
            "summary",
            help="procedures and dossiers as of a day, each share with its parts",
        )
        telling.add_argument("--as-of", type=date.fromisoformat, default=None)
        telling.add_argument("--json", action="store_true")
        logging = verbs.add_parser(
            "events", help="write the event log of dossiers as Parquet, without people"
        )
        logging.add_argument("file", type=Path)
        logging.add_argument("--since", type=date.fromisoformat, default=None)
        logging.add_argument("--until", type=date.fromisoformat, default=None)
        logging.add_argument("--procedure", default="", help="its national code")

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

    def _reported(self, options: dict[str, Any]) -> None:
        unit = None
        if options["unit"]:
            unit = Organisation.objects.filter(code=options["unit"]).first()
            if unit is None:
                raise CommandError(f"No organisation has the code {options['unit']}.")
        given = {name: options[name] for name in ("since", "until", "dossiers", "source")}  # fmt: skip
        try:
            tell_national_count(**given, unit=unit, by=None)
        except RuleBroken as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{options['dossiers']} dossiers, {options['source']}.")

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

    def _events(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        if path.suffix != ".parquet":
            raise CommandError(f"{path.name}: give a name that ends in .parquet.")
        if not path.parent.is_dir():
            raise CommandError(f"There is no folder {path.parent}.")
        until = options["until"] or clock.today()
        since = options["since"] or until.replace(month=1, day=1)
        count = write_events(path, since, until, options["procedure"])
        self.stdout.write(f"{path}: {count} events of dossiers filed {since} – {until}")

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

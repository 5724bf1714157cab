"""`khuevan analytics map|export`: what an event log says of its process."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext

from khuevan.analytics.engine import Backend
from khuevan.analytics.exports import write_ocel, write_xes
from khuevan.analytics.queries import Analysis, analyse, bottlenecks
from khuevan.analytics.reading import ColumnNames, EventLog, open_log
from khuevan.analytics.words import duration_words
from khuevan.platform.clock import HANOI
from khuevan.platform.errors import InputRefused, Problem


SHOWN = 10
COLUMNS = ("case", "activity", "time", "resource", "org", "lifecycle")


class Command(BaseCommand):
    help = "What an event log (.csv, .xes, .xes.gz) says of its process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        mapping = verbs.add_parser("map", help="pairs, waiting, variants, durations")
        mapping.add_argument("--json", action="store_true")
        mapping.add_argument(
            "--backend",
            choices=[str(b) for b in Backend],
            default="duckdb",
            help="where to reckon; spark needs Java and PySpark",
        )
        export = verbs.add_parser("export", help="write the log in an open format")
        target = export.add_mutually_exclusive_group(required=True)
        target.add_argument("--xes", type=Path, help="IEEE 1849, .xes or .xes.gz")
        target.add_argument("--ocel", type=Path, help="OCEL 2.0 JSON")
        for verb in (mapping, export):
            verb.add_argument("file", type=Path)
            for column in COLUMNS:
                verb.add_argument(
                    f"--{column}", metavar="COL", help=f"column of the {column}"
                )
            verb.add_argument(
                "--classifier", default="", help="name events by this one of the log"
            )
            verb.add_argument(
                "--all-lifecycles",
                action="store_true",
                help="keep started, scheduled … events, not completed ones only",
            )
            verb.add_argument(
                "--zone",
                type=_zone,
                default=HANOI,
                help="whose time is meant where none is written (Hanoi's)",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            with _log(options) as log:
                for skipped in log.skipped:
                    self.stderr.write(gettext(skipped.sentence) % skipped.params)
                getattr(self, f"_{options['verb']}")(log, options)
        except InputRefused as refused:
            self._refuse(refused.problems)

    def _refuse(self, problems: list[Problem]) -> None:
        for problem in problems:
            row, _, column = problem.where.partition(":")
            place = f"row {row}, column {column}" if column else problem.where
            what = gettext(problem.what) % problem.params
            mend = gettext(problem.mend) % problem.params
            self.stderr.write(f"{place}: {what}. {mend}")
        raise CommandError(f"{len(problems)} problem(s); the log was not read.")

    def _map(self, log: EventLog, options: dict[str, Any]) -> None:
        found = analyse(log, backend=options["backend"])
        if options["json"]:
            self.stdout.write(json.dumps(_figures(found), ensure_ascii=False))
            return
        with translation.override("en"):
            self._tell(found)

    def _tell(self, found: Analysis) -> None:
        took = found.durations
        self.stdout.write(
            f"{found.cases} cases, {found.events} events,"
            f" {found.variants.count} variants, {len(found.pairs)} pairs"
        )
        self.stdout.write(
            f"a case takes {duration_words(took.median)} (median),"
            f" {duration_words(took.mean)} (mean), {duration_words(took.p90)} (p90)"
        )
        self.stdout.write(
            f"rework in {found.rework.cases} cases ({found.rework.share:.1%})"
        )
        self.stdout.write("where the waiting is:")
        for place in bottlenecks(found)[:SHOWN]:
            pair = place.pair
            self.stdout.write(
                f"  {place.share:6.1%}  {pair.count:>8} ×"
                f" {duration_words(pair.mean_wait):<12} {pair.source} → {pair.target}"
            )

    def _export(self, log: EventLog, options: dict[str, Any]) -> None:
        if options["xes"]:
            path, write = options["xes"], write_xes
        else:
            path, write = options["ocel"], write_ocel
        write(log, path)
        self.stdout.write(f"{path}: {log.events} events")


def _log(options: dict[str, Any]) -> AbstractContextManager[EventLog]:
    return open_log(
        options["file"],
        columns=ColumnNames(**{name: options[name] for name in COLUMNS}),
        classifier=options["classifier"],
        all_lifecycles=options["all_lifecycles"],
        zone=options["zone"],
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise ArgumentTypeError(f"there is no time zone {name!r}") from fault


def _figures(found: Analysis) -> dict[str, Any]:
    took = found.durations
    return {
        "cases": found.cases,
        "events": found.events,
        "pairs": [[p.source, p.target, p.count, p.mean_wait] for p in found.pairs],
        "variants": found.variants.count,
        "durations": {
            "count": took.count,
            "min": took.minimum,
            "median": took.median,
            "mean": took.mean,
            "p90": took.p90,
            "max": took.maximum,
            "total": took.total,
        },
    }

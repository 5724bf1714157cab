"""`khuevan steering summary|import|watch|report`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, Problem
from khuevan.steering.actions.importing import (
    Preview,
    import_register,
    preview_import,
)
from khuevan.steering.actions.watch import (
    climb_ladder,
    follow_indicators,
    note_overdue,
)
from khuevan.steering.documents.making import WRITERS, official_report
from khuevan.steering.queries.summary import Counts, summary


SHOWN = ("total", "done", "done_on_time", "done_late", "open", "overdue")


class Command(BaseCommand):
    help = "The steering committee's tasks: figures, registers, the daily watch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        figures = verbs.add_parser("summary", help="count tasks as of a day")
        figures.add_argument("--as-of", type=date.fromisoformat, default=None)
        figures.add_argument("--json", action="store_true")
        taking = verbs.add_parser("import", help="take over a register (.csv, .xlsx)")
        taking.add_argument("file", type=Path)
        taking.add_argument("--dry-run", action="store_true")
        verbs.add_parser("watch", help="note what fell overdue, remind, escalate")
        report = verbs.add_parser("report", help="write the committee's report")
        report.add_argument("--as-of", type=date.fromisoformat, default=None)
        report.add_argument("--since", type=date.fromisoformat, default=None)
        report.add_argument("--format", choices=sorted(WRITERS), default="docx")
        report.add_argument("-o", "--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _summary(self, options: dict[str, Any]) -> None:
        found = summary(on=options["as_of"] or clock.today())
        shown = {level.value: _figures(counts) for level, counts in found.items()}
        if options["json"]:
            self.stdout.write(json.dumps(shown, separators=(",", ":")))
            return
        for level, figures in shown.items():
            words = ", ".join(f"{name} {n}" for name, n in figures.items())
            self.stdout.write(f"{level}: {words}")

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        take = preview_import if options["dry_run"] else import_register
        try:
            preview = take(content=path.read_bytes(), name=path.name, by=None)
        except InputRefused as refused:
            self._refuse(refused.problems)
        if preview.problems:
            self._refuse(preview.problems)
        self._tell(preview, options["dry_run"])

    def _refuse(self, problems: list[Problem]) -> None:
        for problem in problems:
            row, _, column = problem.where.partition(":")
            place = f"row {row}, column {column}" if column else f"row {row}"
            if not row.isdigit():
                place = row
            what = gettext(problem.what) % problem.params
            self.stderr.write(f"{place}: {what}. {gettext(problem.mend)}")
        raise CommandError(f"{len(problems)} problem(s); nothing was imported.")

    def _tell(self, preview: Preview, dry_run: bool) -> None:
        for number in preview.new_sources:
            self.stdout.write(f"new source: {number}")
        counts = ", ".join(
            f"{preview.count(does)} {word}"
            for does, word in (
                ("create", "new"),
                ("accept", "accepted"),
                ("nothing", "unchanged"),
            )
        )
        verb = "would import" if dry_run else "imported"
        self.stdout.write(f"{verb}: {counts}")

    def _report(self, options: dict[str, Any]) -> None:
        today = clock.today()
        on, since = options["as_of"] or today, options["since"]
        if on > today or (since and since >= on):
            raise CommandError("--as-of is not after today, and --since before it.")
        written = WRITERS[options["format"]](official_report(on, since))
        options["output"].write_bytes(written)
        self.stdout.write(f"{options['output']}: {len(written)} bytes")

    def _watch(self, options: dict[str, Any]) -> None:
        self.stdout.write(
            f"overdue {note_overdue()}, reminders {climb_ladder()}, "
            f"by indicator {follow_indicators()}"
        )


def _figures(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in SHOWN}

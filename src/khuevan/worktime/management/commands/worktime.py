"""`khuevan worktime due`: when is it due?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils.translation import gettext

from khuevan.platform.clock import HANOI
from khuevan.platform.errors import RuleBroken
from khuevan.worktime import queries
from khuevan.worktime.rules import CutOff, Term, Unit


class Command(BaseCommand):
    help = "Ask the working calendar. Instants are Hanoi's."

    def add_arguments(self, parser: CommandParser) -> None:
        subcommands = parser.add_subparsers(dest="what", required=True)
        due = subcommands.add_parser("due", help="print the instant a period ends")
        due.add_argument("--received", required=True, help="such as 2026-11-20T08:00")
        period = due.add_mutually_exclusive_group(required=True)
        period.add_argument("--days", type=int, help="working days")
        period.add_argument("--hours", type=int, help="working hours")
        period.add_argument("--calendar-days", type=int)
        period.add_argument("--months", type=int)
        due.add_argument("--cutoff", choices=[str(c) for c in CutOff], default="none")
        due.add_argument(
            "--clock",
            choices=["legal", "hours"],
            default="legal",
            help="for --days: the legal due date, or the budget in working hours",
        )
        due.add_argument("--calendar", default="city", help="code of the calendar")

    def handle(self, *args: Any, **options: Any) -> None:
        received = _instant(options["received"])
        try:
            instant = _due(received, options)
        except RuleBroken as refusal:
            raise CommandError(gettext(refusal.sentence) % refusal.params) from refusal
        except ProgrammingError as missing:
            raise CommandError(
                "The tables of the working calendar are missing: run `make db` first."
            ) from missing
        self.stdout.write(instant.astimezone(HANOI).strftime("%Y-%m-%dT%H:%M"))


def _due(received: datetime, options: dict[str, Any]) -> datetime:
    amount, unit = _period(options)
    cut_off, code = CutOff(options["cutoff"]), options["calendar"]
    by_hours = options["clock"] == "hours"
    if cut_off is not CutOff.NONE and (by_hours or unit is Unit.HOUR):
        raise CommandError(
            "--cutoff moves the day of reception; hours know no cut-off."
        )
    if by_hours and unit is Unit.WORKING_DAY:
        return queries.step_due_at(received, amount, calendar=code)
    if by_hours and unit is not Unit.HOUR:
        raise CommandError("--clock hours goes with --days or --hours only.")
    return queries.due(received, Term(amount, unit, cut_off), calendar=code).instant


def _period(options: dict[str, Any]) -> tuple[int, Unit]:
    units = {
        "days": Unit.WORKING_DAY,
        "hours": Unit.HOUR,
        "calendar_days": Unit.DAY,
        "months": Unit.MONTH,
    }
    return next(
        (options[name], unit)
        for name, unit in units.items()
        if options[name] is not None
    )


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as fault:
        raise CommandError(
            f"--received {text!r} is not an instant: write it as 2026-11-20T08:00."
        ) from fault
    return instant if instant.tzinfo else instant.replace(tzinfo=HANOI)

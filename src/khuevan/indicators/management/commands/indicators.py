"""`khuevan indicators`: list, project, audit and recompute live figures."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from khuevan.indicators.audit import Audit, audit
from khuevan.indicators.declaration import declared, the
from khuevan.indicators.projector import catch_up, forget
from khuevan.indicators.refill import refill
from khuevan.platform.errors import RuleBroken


class Command(BaseCommand):
    help = "Live figures: read the journal, compare them with the records, rebuild."

    def add_arguments(self, parser: CommandParser) -> None:
        subcommands = parser.add_subparsers(dest="what", required=True)
        subcommands.add_parser("list", help="every indicator and its title")
        subcommands.add_parser("project", help="read the journal to its end")
        check = subcommands.add_parser("audit", help="recompute and compare")
        check.add_argument("code", nargs="*")
        rebuild = subcommands.add_parser("recompute", help="rebuild from the journal")
        rebuild.add_argument("code")
        again = subcommands.add_parser(
            "refill", help="set figures from the records, while nothing is written"
        )
        again.add_argument("code", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["what"])(options)
        except RuleBroken as refusal:
            raise CommandError(gettext(refusal.sentence) % refusal.params) from refusal

    def list(self, options: dict[str, Any]) -> None:
        for indicator in declared():
            self.stdout.write(f"{indicator.code}\t{gettext(indicator.title)}")

    def project(self, options: dict[str, Any]) -> None:
        self.stdout.write(gettext("%(count)s facts read.") % {"count": catch_up()})

    def audit(self, options: dict[str, Any]) -> None:
        codes = options["code"] or [indicator.code for indicator in declared()]
        found = [audit(the(code)) for code in codes]
        for result in found:
            self._tell(result)
        wrong = [result.code for result in found if not result.sound]
        if wrong:
            raise CommandError(
                gettext("Live figures differ from the records: %(codes)s.")
                % {"codes": ", ".join(wrong)}
            )

    def recompute(self, options: dict[str, Any]) -> None:
        indicator = the(options["code"])
        forget(indicator.code)
        catch_up()
        self._tell(audit(indicator))

    def refill(self, options: dict[str, Any]) -> None:
        named = [the(code) for code in options["code"]]
        for code, cells in refill(
            named or [i for i in declared() if i.contributions]
        ).items():
            self.stdout.write(f"{code}\t{cells}")

    def _tell(self, result: Audit) -> None:
        mark = "=" if result.sound else "≠"
        self.stdout.write(
            f"{mark} {result.code}: {result.live.numerator}/{result.live.denominator}"
        )
        for found in result.differences:
            cell = ", ".join(f"{k}={v}" for k, v in sorted(found.cell.items()))
            self.stdout.write(
                f"    {found.day or ''} [{cell}] "
                f"{found.live.numerator}/{found.live.denominator} ≠ "
                f"{found.recomputed.numerator}/{found.recomputed.denominator}"
            )
        for line in result.goldens:
            self.stdout.write(f"    {line}")

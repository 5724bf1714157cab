"""`khuevan translations extract|check|compile`."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from khuevan.platform import catalogues
from khuevan.platform.errors import InputRefused


class Command(BaseCommand):
    help = "Collect the sentences people see, check and compile their translations."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["extract", "check", "compile"])
        parser.add_argument("apps", nargs="*", help="only these apps")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [
            c
            for c in catalogues.catalogues()
            if not options["apps"] or c.app in options["apps"]
        ]
        try:
            getattr(self, options["verb"])(found)
        except InputRefused as refused:
            raise CommandError(_list(refused.problems)) from refused

    def extract(self, found: list[catalogues.AppCatalogue]) -> None:
        for app in catalogues.extract(found):
            self.stdout.write(f"{app}: the catalogue changed")

    def check(self, found: list[catalogues.AppCatalogue]) -> None:  # type: ignore[override]
        if problems := catalogues.check(found):
            raise CommandError(
                f"{_list(problems)}\n{len(problems)} to mend: "
                "khuevan translations extract, then edit locale/vi/…/django.po"
            )

    def compile(self, found: list[catalogues.AppCatalogue]) -> None:
        catalogues.compile_all(found)


def _list(problems: list[Any]) -> str:
    return "\n".join(f"{p.where}: {p.what} {p.mend}".rstrip() for p in problems)

"""`khuevan api describe|check`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from khuevan.platform import clock
from khuevan.web.api import api
from khuevan.web.contract import losses


class Command(BaseCommand):
    """The description of the API that stands in the repository."""

    help = "write the description of the API, or hold it against the API of today"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, words in (
            ("describe", "write it anew, unless something would be lost"),
            ("check", "tell what it lost or does not say yet"),
        ):
            one = verbs.add_parser(verb, help=words)
            one.add_argument("--file", type=Path, default=settings.ROOT / "docs/reference/openapi.json")  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        told = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"  # fmt: skip
        before = file.read_text() if file.exists() else '{"paths": {}}'
        lost = losses(json.loads(before), json.loads(told), clock.today())
        if lost:
            raise CommandError("Whoever relies on the API loses:\n" + "\n".join(lost))
        if options["verb"] == "describe":
            file.write_text(told)
        elif told != before:
            raise CommandError("The description is not of today: khuevan api describe")

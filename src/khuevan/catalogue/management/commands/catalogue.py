"""`khuevan catalogue search-quality`: do people find what they look for?"""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from khuevan.catalogue.index import current
from khuevan.catalogue.quality import measure


class Command(BaseCommand):
    help = "The catalogue of procedures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        quality = verbs.add_parser(
            "search-quality",
            help="share of titles and official questions whose procedure is found "
            "first (R@1) and among five (R@5), with accents and without",
        )
        quality.add_argument(
            "--each", action="store_true", help="name every miss and what is left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not current().entries:
            raise CommandError(
                "No procedure is published: load the demo, or take over a catalogue "
                "with `khuevan counter import FILE`."
            )
        told = measure()
        self.stdout.write(f"{'':32}{'accents':9}{'asked':>6}{'R@1':>7}{'R@5':>7}")
        for one in told.recalls:
            self.stdout.write(
                f"{one.name:32}{'without' if one.bare else 'with':9}{one.asked:6}"
                f"{one.at_one:7.3f}{one.at_five:7.3f}"
            )
            for text in one.missed if options["each"] else ():
                self.stdout.write(f"    not first: {text}")
        counts = Counter(one.verdict for one in told.unanswered)
        reasons = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        self.stdout.write(
            f"Not answerable here: {len(told.unanswered)} questions ({reasons})"
        )
        for left in told.unanswered if options["each"] else ():
            reason = left.reason or "Its procedure is not in the published catalogue."
            self.stdout.write(f"    {left.verdict}: {left.text}\n        {reason}")

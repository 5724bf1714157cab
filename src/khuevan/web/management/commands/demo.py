"""`khuevan demo [load] [--scale 1.0]`: the demo city, once."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from demo.load import SCALE, load


class Command(BaseCommand):
    help = "The demo city: its people, its tasks, its story."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["load"], nargs="?", default="load")
        parser.add_argument(
            "--scale",
            type=float,
            default=SCALE,
            help="share of the past's 1,243,294 dossiers to write, 0.01 by default",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began, shown = time.monotonic(), -1

        def progress(share: float) -> None:
            nonlocal shown
            if int(share * 100) > shown:
                shown = int(share * 100)
                bar = "█" * (shown // 4)
                self.stdout.write(f"\r{bar:<25} {shown:3d} %", ending="")
                self.stdout.flush()

        if load(progress, options["scale"]):
            seconds = time.monotonic() - began
            self.stdout.write(f"\nThe demo city is loaded ({seconds:.0f} s).")
        else:
            self.stdout.write("The demo city is there already.")

"""`khuevan demo load`: the demo city, once."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from demo.load import load


class Command(BaseCommand):
    help = "The demo city: its people, its tasks, its story."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["load"])

    def handle(self, *args: Any, **options: Any) -> None:
        began, shown = time.monotonic(), -1

        def progress(share: float) -> None:
            nonlocal shown
            if int(share * 100) > shown:
                shown = int(share * 100)
                bar = "█" * (shown // 4)
                self.stdout.write(f"\r{bar:<25} {shown:3d} %", ending="")
                self.stdout.flush()

        if load(progress):
            seconds = time.monotonic() - began
            self.stdout.write(f"\nThe demo city is loaded ({seconds:.0f} s).")
        else:
            self.stdout.write("The demo city is there already.")

"""`make bench`: every benchmark in turn; ratios against a baseline of the same run."""

from __future__ import annotations

import logging
import os
import sys

import django


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuevan.settings")
os.environ["KHUEVAN_DEMO"] = "0"
django.setup()

from . import (  # noqa: E402 - they need Django set up
    analytics,
    auctions,
    counter,
    exchange,
    journal,
    matching,
    steering,
)


def main() -> None:
    """Run the benchmarks named on the command line, or all of them."""
    logging.disable(logging.ERROR)
    benchmarks = {
        "analytics": analytics.run,
        "auctions": auctions.run,
        "counter": counter.run,
        "exchange": exchange.run,
        "journal": journal.run,
        "matching": matching.run,
        "steering": steering.run,
    }
    # What these start themselves, in databases of their own; never by themselves.
    inner = {
        "auctions-here": auctions.run_here,
        "counter-here": counter.run_here,
        "exchange-here": exchange.run_here,
    }
    for name in sys.argv[1:] or benchmarks:
        for line in (benchmarks | inner)[name]():
            print(line, flush=True)


main()

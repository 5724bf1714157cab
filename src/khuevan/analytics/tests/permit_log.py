"""The permit log of the shared test data, and a second way to reckon with it."""

from __future__ import annotations

import csv
import itertools
from collections import defaultdict
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest


PATH = Path(__file__).parents[5] / "shared/data/permit_log/receipt.csv"

needs_permit_log = pytest.mark.skipif(
    not PATH.is_file(), reason="the permit log is not beside this checkout"
)


def traces():
    """Read the log without any of the code under test: case → [(activity, instant)]."""
    found = defaultdict(list)
    with PATH.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            instant = datetime.fromisoformat(row["time:timestamp"])
            found[row["case:concept:name"]].append((row["concept:name"], instant))
    return {case: sorted(t, key=lambda e: e[1]) for case, t in found.items()}


def microseconds(span):
    return (span.days * 86_400 + span.seconds) * 10**6 + span.microseconds


def pairs(traces):
    waits = defaultdict(list)
    for trace in traces.values():
        for (a, begun), (b, ended) in itertools.pairwise(trace):
            waits[a, b].append(microseconds(ended - begun))
    return {
        pair: (len(found), float(Fraction(sum(found), len(found) * 10**6)))
        for pair, found in waits.items()
    }

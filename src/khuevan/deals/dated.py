"""Clocks, shares and the NDA's text: dated data, read from files."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules
from khuevan.platform.errors import N_, RuleBroken
from khuevan.worktime.public import Term, Unit

from .rules.shares import ShareRule
from .rules.states import State


DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Nda:
    """A version of the non-disclosure agreement."""

    version: str
    title: str
    text: str

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the text both sides agree to."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def rows(file: str, kind: str) -> tuple[dict[str, Any], ...]:
    """Return the rows of a kind in a data file, the newest first."""
    found = tomllib.loads((DATA / file).read_text(encoding="utf-8"))[kind]
    return tuple(sorted(found, key=lambda row: row["valid_from"], reverse=True))


def _on(file: str, kind: str, day: date, **which: object) -> dict[str, Any]:
    """Return the row in force on a day; before the first, the first."""
    fitting = [
        row for row in rows(file, kind)
        if all(row[name] == value for name, value in which.items())
    ]  # fmt: skip
    return next((row for row in fitting if row["valid_from"] <= day), fitting[-1])


def clock_on(state: State, day: date) -> Term:
    """Return how long a state waits for whoever is to act."""
    row = _on("clocks.toml", "clock", day, state=state.value)
    return Term(row["days"], Unit.WORKING_DAY)


def chase_on(chased: int, day: date) -> Term:
    """Return how long is waited after a reminder (1), or with the exchange's people (2)."""
    row = _on("clocks.toml", "chase", day)
    return Term(row["reminded" if chased == 1 else "staff"], Unit.WORKING_DAY)


def survey_days_on(day: date) -> tuple[int, ...]:
    """Return after how many days from an introduction both sides are asked."""
    return tuple(_on("clocks.toml", "survey", day)["days"])


def report_days_on(day: date) -> int:
    """Return within how many days after its period a royalty report is due."""
    return int(_on("clocks.toml", "report", day)["days"])


def royalty_days_on(day: date) -> int:
    """Return within how many days after its report a royalty is to be paid."""
    return int(_on("clocks.toml", "royalty", day)["days"])


def share_rule_on(day: date) -> ShareRule:
    """Return what the law sets for profit from State-funded results."""
    row = _on("money.toml", "state_funded", day)
    return ShareRule(row["broker_most"], row["broker_unsaid"], row["science_most"])


def nda_on(day: date) -> Nda:
    """Return the version of the NDA that is put before both sides on a day."""
    row = _on("nda.toml", "nda", day)
    return Nda(row["version"], row["title"], row["text"].strip())


def nda_version(version: str) -> Nda:
    """Return a version by its name; RuleBroken where there is none."""
    for row in rows("nda.toml", "nda"):
        if row["version"] == version:
            return Nda(row["version"], row["title"], row["text"].strip())
    raise RuleBroken(
        N_("There is no version “%(version)s” of the NDA."), version=version
    )


def bases() -> Iterator[RuleBasis]:
    """Yield the documents deals stand on, for `khuevan law check`."""
    for file, kind, where in (
        ("money.toml", "state_funded", gettext("Shares of profit from State-funded results")),
        ("clocks.toml", "survey", gettext("Asking both sides after an introduction")),
    ):  # fmt: skip
        for row in rows(file, kind):
            yield RuleBasis(row["document"], row["article"], where, row["valid_from"])


register_rules("deals", bases)

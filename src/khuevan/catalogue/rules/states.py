"""The life of a version, and which day a version holds."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class VersionState(StrEnum):
    """Where a version stands; published ones never change again."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class ProcedureState(StrEnum):
    """Whether a procedure has something people can use."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Origin(StrEnum):
    """Where a version comes from: that decides what publishing it asks for.

    CITY is authored here and must pass every check. NATIONAL mirrors the national
    catalogue, BUILT_IN its facts shipped with the platform: both are published as
    found, with their faults shown.
    """

    CITY = "city"
    NATIONAL = "national"
    BUILT_IN = "built_in"


class FaultState(StrEnum):
    """What became of a fault found in an import."""

    OPEN = "open"
    CORRECTED = "corrected"
    ACCEPTED = "accepted"
    MENDED = "mended"  # a later file does not have it any more


MOVES: dict[VersionState, frozenset[VersionState]] = {
    VersionState.DRAFT: frozenset({VersionState.CHECKED, VersionState.PUBLISHED}),
    VersionState.CHECKED: frozenset({VersionState.DRAFT, VersionState.PUBLISHED}),
    VersionState.PUBLISHED: frozenset({VersionState.WITHDRAWN}),
    VersionState.WITHDRAWN: frozenset(),
}
"""Every move there is; nothing leads back from being published but undoing it unused."""

EDITABLE = frozenset({VersionState.DRAFT, VersionState.CHECKED})


CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
"""What can be a procedure's code: it stands in addresses and on forms."""


def check_names(code: str, title: str) -> None:
    """Refuse what cannot be a procedure's code, and a procedure without a title."""
    if not title:
        raise RuleBroken(N_("A procedure needs a title."), field="title")
    if not CODE.fullmatch(code):
        raise RuleBroken(
            N_("“%(code)s” cannot be a procedure's code: letters, figures and full stops, 40 at most."),
            field="code",
            code=code[:60],
        )  # fmt: skip


def check_move(before: VersionState, after: VersionState) -> None:
    """Refuse a move the table does not have."""
    if after not in MOVES[before]:
        raise RuleBroken(
            N_("A version that is “%(before)s” cannot become “%(after)s”."),
            before=before.value,
            after=after.value,
        )


def check_start(valid_from: date, today: date, started: bool) -> None:
    """Refuse a version that begins in the past or on the day another one begins."""
    if valid_from < today:
        raise RuleBroken(N_("A version cannot begin in the past."), field="valid_from")
    if started:
        raise RuleBroken(
            N_("Another version begins on that day. Undo its publication first, or choose another day."),
            field="valid_from",
        )  # fmt: skip


def day_before(day: date) -> date:
    """Return the last day of whatever another thing follows."""
    return day - timedelta(days=1)

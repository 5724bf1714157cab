"""What a legal document is, and whether it holds on a day.

A rule anywhere in the platform points to a document by its number and an article;
these functions decide whether that basis is live. Days are Hanoi's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.text import fold


class Kind(StrEnum):
    """The form of a document, as Vietnamese law and the Party name them."""

    CODE = "code"  # bộ luật
    LAW = "law"  # luật
    RESOLUTION = "resolution"  # nghị quyết
    DECREE = "decree"  # nghị định
    DECISION = "decision"  # quyết định
    CIRCULAR = "circular"  # thông tư
    REGULATION = "regulation"  # quy định
    WORKING_RULES = "working_rules"  # quy chế
    PLAN = "plan"  # kế hoạch
    NOTICE = "notice"  # thông báo
    LETTER = "letter"  # công văn


class Level(StrEnum):
    """Whose document it is."""

    PARTY = "party"
    NATIONAL = "national"
    MINISTRY = "ministry"
    CITY = "city"


class Relation(StrEnum):
    """What one document does to another."""

    AMENDS = "amends"  # sửa đổi, bổ sung
    REPLACES = "replaces"  # thay thế
    REPEALS = "repeals"  # bãi bỏ
    GUIDES = "guides"  # hướng dẫn, quy định chi tiết


ENDING = frozenset({Relation.REPLACES, Relation.REPEALS})
"""Relations after which the other document, or the named part of it, is dead."""


class Status(StrEnum):
    """What a document is worth on a day."""

    NOT_YET_IN_FORCE = "not_yet_in_force"
    IN_FORCE = "in_force"
    PARTLY_REPEALED = "partly_repealed"
    REPEALED = "repealed"
    EXPIRED = "expired"


LIVE = frozenset({Status.IN_FORCE, Status.PARTLY_REPEALED})


@dataclass(frozen=True, slots=True)
class Ending:
    """Another document ends this one, or the part named, from a day on.

    `since` None means that the day is not known: the ending is taken as past.
    """

    by: str
    since: date | None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when a document holds (both included), and what ends it.

    An unknown `effective_from` counts as long ago; its document carries a doubt.
    """

    effective_from: date | None = None
    effective_to: date | None = None
    endings: tuple[Ending, ...] = ()


def status_on(validity: Validity, day: date, article: str = "") -> Status:
    """Return what a document, or one article of it, is worth on a day."""
    if validity.effective_from and day < validity.effective_from:
        return Status.NOT_YET_IN_FORCE
    past = [e for e in validity.endings if e.since is None or e.since <= day]
    if any(not e.part or (article and lies_within(article, e.part)) for e in past):
        return Status.REPEALED
    if validity.effective_to and validity.effective_to < day:
        return Status.EXPIRED
    return Status.PARTLY_REPEALED if past else Status.IN_FORCE


def last_day(validity: Validity, article: str = "") -> date | None:
    """Return the first day after which the basis is known to be dead, if any.

    The day is the last one on which it holds: an ending since 1 July makes 30 June.
    """
    days = [validity.effective_to] if validity.effective_to else []
    days += [
        date.fromordinal(e.since.toordinal() - 1)
        for e in validity.endings
        if e.since and (not e.part or (article and lies_within(article, e.part)))
    ]
    return min(days, default=None)


def lies_within(article: str, part: str) -> bool:
    """Tell whether an article lies inside a part: 1(9)(a) inside 1(9), not 1(90)."""
    article, part = article.replace(" ", ""), part.replace(" ", "")
    return article == part or article.startswith(f"{part}(")


def reference_key(number: str) -> str:
    """Return the form under which a number is found: no accents, case or spaces."""
    return fold(number).replace(" ", "")


def slug_of(number: str) -> str:
    """Return the number as it stands in an address: 224-2026-nd-cp."""
    return re.sub(r"[^a-z0-9]+", "-", fold(number)).strip("-")


def check_dates(
    issued_on: date | None, effective_from: date | None, effective_to: date | None
) -> None:
    """Refuse a document that ends before it starts or holds before it is issued."""
    if effective_from and effective_to and effective_to < effective_from:
        raise RuleBroken(
            N_("The document cannot end before it takes effect."), field="effective_to"
        )
    if issued_on and effective_from and effective_from < issued_on:
        raise RuleBroken(
            N_("The document cannot take effect before it is issued."),
            field="effective_from",
        )


class Severity(StrEnum):
    """What is wrong with the basis of a rule."""

    MISSING = "missing"
    DEAD = "dead"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    EXPIRING = "expiring"


FATAL = frozenset({Severity.MISSING, Severity.DEAD})


@dataclass(frozen=True, slots=True)
class RuleBasis:
    """A rule in use somewhere, and the article it stands on.

    `where` names the rule for people; a rule holds from `valid_from` to `valid_to`,
    both included, None being open.
    """

    reference: str
    article: str
    where: str
    valid_from: date | None = None
    valid_to: date | None = None


def day_of_check(basis: RuleBasis, day: date) -> date | None:
    """Return the day on which a rule must have a live basis; None once it is over."""
    if basis.valid_to and basis.valid_to < day:
        return None
    return max(day, basis.valid_from) if basis.valid_from else day


def weigh(
    validity: Validity | None, basis: RuleBasis, day: date, ahead: int
) -> Severity | None:
    """Return what is wrong with the basis of a rule on a day, None when it is sound.

    `ahead` is the number of days within which an end counts as near. A rule that
    itself ends before its basis does is sound.
    """
    day_used = day_of_check(basis, day)
    if day_used is None:
        return None
    if validity is None:
        return Severity.MISSING
    status = status_on(validity, day_used, basis.article)
    if status is Status.NOT_YET_IN_FORCE:
        return Severity.NOT_YET_IN_FORCE
    if status not in LIVE:
        return Severity.DEAD
    end = last_day(validity, basis.article)
    outlived = end is not None and (basis.valid_to is None or basis.valid_to > end)
    if end and outlived and (end - day).days <= ahead:
        return Severity.EXPIRING
    return None

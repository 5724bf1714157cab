"""What a contract owes the State: nothing, registration, or a licence.

Law 07/2017/QH14 Articles 28 to 31. Which rule holds on a day is dated data; here stands
how the facts of a contract lead to a rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken

from .terms import Crossing, Form, Terms


class Kind(StrEnum):
    """What is owed."""

    NONE = "none"
    VOLUNTARY = "voluntary"
    MANDATORY = "mandatory"
    LICENCE = "licence"


class Restriction(StrEnum):
    """Whether the technology is on the list of the restricted, and licensed already."""

    NO = "no"
    UNLICENSED = "unlicensed"
    LICENSED = "licensed"


class Case(StrEnum):
    """The facts that decide, one for each contract."""

    MEMORANDUM = "memorandum"
    LICENSED = "licensed"
    RESTRICTED = "restricted"
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    STATE = "state"
    CERTIFIED = "certified"
    DOMESTIC = "domestic"


class Side(StrEnum):
    """Who of the two."""

    GIVER = "giver"
    TAKER = "taker"

    @property
    def other(self) -> Side:
        """Return the side across the table."""
        return Side.TAKER if self is Side.GIVER else Side.GIVER


class Authority(StrEnum):
    """Whose desk the dossier comes to."""

    DEPARTMENT = "department"
    MINISTRY = "ministry"


class Effect(StrEnum):
    """On which day a contract begins to bind."""

    SIGNING = "signing"
    CERTIFICATE = "certificate"
    LICENCE = "licence"


@dataclass(frozen=True, slots=True)
class Rule:
    """What follows from a case, from a day on; empty `crossings`, `forms`: any."""

    case: Case
    kind: Kind
    effect: Effect
    document: str
    article: str
    valid_from: date
    days: int | None = None
    filer: Side | None = None
    authority: Authority | None = None
    crossings: tuple[Crossing, ...] = ()
    forms: tuple[Form, ...] = ()
    valid_to: date | None = None
    doubt: str = ""

    def holds(self, terms: Terms, day: date) -> bool:
        """Tell whether it is about such terms, signed on a day."""
        dated = self.valid_from <= day and (not self.valid_to or day <= self.valid_to)
        crossing = not self.crossings or terms.crossing in self.crossings
        return dated and crossing and (not self.forms or terms.form in self.forms)


@dataclass(frozen=True, slots=True)
class Duty:
    """What is owed, why, by whom, to whom, until when, and from when the contract binds.

    `due_on` is the last calendar day to file; it is not moved when it falls on a holiday.
    """

    kind: Kind
    case: Case
    effect: Effect
    document: str
    article: str
    filer: Side | None = None
    authority: Authority | None = None
    due_on: date | None = None
    doubt: str = ""

    @property
    def waits(self) -> bool:
        """Tell whether the contract binds nobody until the State has answered."""
        return self.effect is not Effect.SIGNING


NOTHING = Duty(Kind.NONE, Case.MEMORANDUM, Effect.SIGNING, "", "")
"""What a memorandum owes: it transfers nothing."""


def case_of(
    crossing: Crossing,
    *,
    state_funded: bool,
    result_certificate: bool,
    restriction: Restriction,
) -> Case:
    """Return the one case a contract falls into: restriction first, then the border."""
    if restriction is not Restriction.NO:
        licensed = restriction is Restriction.LICENSED
        return Case.LICENSED if licensed else Case.RESTRICTED
    if crossing is not Crossing.DOMESTIC:
        return Case.INBOUND if crossing is Crossing.INBOUND else Case.OUTBOUND
    if state_funded:
        return Case.CERTIFIED if result_certificate else Case.STATE
    return Case.DOMESTIC


def duty(
    rules: Iterable[Rule],
    *,
    terms: Terms,
    state_funded: bool,
    result_certificate: bool,
    restriction: Restriction,
    signed_on: date,
) -> Duty:
    """Return what a contract signed on a day owes; the first rule that holds decides.

    Raises RuleBroken where no document says anything for that day.
    """
    case = case_of(
        terms.crossing,
        state_funded=state_funded,
        result_certificate=result_certificate,
        restriction=restriction,
    )
    for rule in rules:
        if rule.case is case and rule.holds(terms, signed_on):
            due_on = signed_on + timedelta(days=rule.days) if rule.days else None
            return Duty(
                kind=rule.kind,
                case=case,
                effect=rule.effect,
                document=rule.document,
                article=rule.article,
                filer=rule.filer,
                authority=rule.authority,
                due_on=due_on,
                doubt=rule.doubt,
            )
    raise RuleBroken(
        N_("No document says what a contract signed on %(day)s owes."),
        day=signed_on.isoformat(),
    )

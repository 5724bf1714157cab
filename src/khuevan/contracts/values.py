"""What other apps hold of contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from khuevan.directory.public import Organisation

from .rules.clauses import Paper
from .rules.duty import Duty, Restriction, Side
from .rules.states import Ending, State


@dataclass(frozen=True, slots=True)
class Sides:
    """Who gives the technology and who takes it."""

    giver: Organisation
    taker: Organisation


@dataclass(frozen=True, slots=True)
class Origin:
    """What the State has to do with the technology.

    `result_certificate` is the number of the certificate that registers the result of a
    State-funded task, "" where there is none.
    """

    state_funded: bool = False
    result_certificate: str = ""
    restriction: Restriction = Restriction.NO


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract as other apps know it. `due_on` is the last day of what it waits for."""

    id: UUID
    ref: str
    number: str
    address: str
    paper: Paper
    subject: str
    amends: str
    giver: UUID
    taker: UUID
    state: State
    signed_by: frozenset[Side]
    signed_on: date | None
    duty: Duty | None
    due_on: date | None
    filed_on: date | None
    certificate: str
    decided_on: date | None
    refusal: str
    in_force_on: date | None
    ends_on: date | None
    ended_on: date | None
    ending: Ending | None

"""Which clauses a paper is made of: the library's, chosen by what the terms say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken

from .terms import Crossing, Form, Method, Object, Right, Terms


CONTENTS = range(1, 15)
"""The contents a contract must have (Law 07/2017/QH14 Art. 23)."""
_PLACE = re.compile(r"\{(\w+)\}")


class Paper(StrEnum):
    """What is drawn up."""

    MEMORANDUM = "memorandum"
    LICENCE = "licence"
    ASSIGNMENT = "assignment"
    CAPITAL = "capital"


class Tag(StrEnum):
    """What terms say that a clause may depend on."""

    OWNERSHIP = "ownership"
    USE = "use"
    EXCLUSIVE = "exclusive"
    SUB_TRANSFER = "sub_transfer"
    INDEPENDENT = "independent"
    IN_PROJECT = "in_project"
    FRANCHISE = "franchise"
    IP = "ip"
    MACHINERY = "machinery"
    SOFTWARE_OR_DATA = "software_or_data"
    DOCUMENTS = "documents"
    TRAINING = "training"
    EXPERTS = "experts"
    EQUIPMENT = "equipment"
    PRICE = "price"
    INSTALMENTS = "instalments"
    ROYALTY = "royalty"
    LEAST = "least"
    EQUITY = "equity"
    CROSS_BORDER = "cross_border"
    STATE_FUNDED = "state_funded"
    CERTIFIED = "certified"
    REGISTERED = "registered"
    LICENSED = "licensed"
    WARRANTY = "warranty"
    PENALTY = "penalty"
    CONFIDENTIAL = "confidential"
    BROKER = "broker"
    OTHER = "other"
    AMENDS = "amends"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the library, in Vietnamese and English, with its law.

    It is taken for the named papers where all of `when` and none of `unless` is said.
    `{name}` stands for a term. Its version is its code and its first day.
    """

    code: str
    content: int
    papers: tuple[Paper, ...]
    vi: str
    en: str
    document: str
    article: str
    valid_from: date
    when: tuple[Tag, ...] = ()
    unless: tuple[Tag, ...] = ()
    valid_to: date | None = None
    doubt: str = ""

    def holds(self, day: date) -> bool:
        """Tell whether it is in the library on a day."""
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)

    def fits(self, paper: Paper, said: frozenset[Tag]) -> bool:
        """Tell whether a paper with these tags takes it."""
        wanted = said.issuperset(self.when) and said.isdisjoint(self.unless)
        return paper in self.papers and wanted

    @property
    def places(self) -> frozenset[str]:
        """Return the terms it names."""
        return frozenset(_PLACE.findall(self.vi + self.en))


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of a paper, and the article that asks for it."""

    number: int
    papers: tuple[Paper, ...]
    vi: str
    en: str
    document: str
    article: str


def paper_of(terms: Terms) -> Paper:
    """Return what kind of contract terms make."""
    if terms.form is Form.CAPITAL:
        return Paper.CAPITAL
    return Paper.ASSIGNMENT if terms.right is Right.OWNERSHIP else Paper.LICENCE


def tags_of(terms: Terms) -> frozenset[Tag]:
    """Return what terms say by themselves; law and State add their own."""
    paid = [milestone for milestone in terms.milestones if milestone.amount]
    said = {
        Tag.OWNERSHIP: terms.right is Right.OWNERSHIP,
        Tag.USE: terms.right is Right.USE,
        Tag.EXCLUSIVE: terms.exclusive and terms.right is Right.USE,
        Tag.SUB_TRANSFER: terms.sub_transfer,
        Tag.INDEPENDENT: terms.form is Form.INDEPENDENT,
        Tag.IN_PROJECT: terms.form is Form.IN_PROJECT,
        Tag.FRANCHISE: terms.form is Form.FRANCHISE,
        Tag.IP: terms.form is Form.IP_TRANSFER,
        Tag.MACHINERY: Object.MACHINERY in terms.objects,
        Tag.SOFTWARE_OR_DATA: Object.PROCESS in terms.objects,
        Tag.DOCUMENTS: Method.DOCUMENTS in terms.methods,
        Tag.TRAINING: Method.TRAINING in terms.methods,
        Tag.EXPERTS: Method.EXPERTS in terms.methods,
        Tag.EQUIPMENT: Method.EQUIPMENT in terms.methods,
        Tag.PRICE: bool(paid),
        Tag.INSTALMENTS: len(paid) > 1,
        Tag.ROYALTY: terms.royalty is not None,
        Tag.LEAST: terms.royalty is not None and terms.royalty.least > 0,
        Tag.EQUITY: terms.equity > 0,
        Tag.CROSS_BORDER: terms.crossing is not Crossing.DOMESTIC,
        Tag.WARRANTY: terms.warranty_months > 0,
        Tag.PENALTY: terms.penalty > 0,
        Tag.CONFIDENTIAL: terms.confidential_years > 0,
        Tag.BROKER: terms.broker > 0,
        Tag.OTHER: bool(terms.other.strip()),
    }
    return frozenset(tag for tag, told in said.items() if told)


def choose(
    library: Iterable[Clause], paper: Paper, said: frozenset[Tag]
) -> tuple[Clause, ...]:
    """Return the clauses a paper takes, by content, in the library's order.

    Raises RuleBroken where a contract would lack one of the fourteen contents.
    """
    taken = sorted((c for c in library if c.fits(paper, said)), key=lambda c: c.content)
    lacking = set(CONTENTS) - {clause.content for clause in taken}
    if lacking and paper is not Paper.MEMORANDUM:
        raise RuleBroken(
            N_("The library has no clause for content %(numbers)s of such a contract."),
            numbers=", ".join(str(number) for number in sorted(lacking)),
        )
    return tuple(taken)


def fill(words: str, values: Mapping[str, str]) -> str:
    """Return a clause with its places filled; raises KeyError where a value is lacking."""
    return _PLACE.sub(lambda place: values[place.group(1)], words)

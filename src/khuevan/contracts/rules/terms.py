"""The terms two sides negotiate, and how two versions of them differ.

Terms are complete values: every version of a negotiation holds all of them, so that a
contract is drawn up from one version and nothing else. The words of Law 07/2017/QH14 on
technology transfer name the choices (Articles 4 to 7, 23 and 27).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self

from khuevan.platform.errors import N_, RuleBroken


WHOLE = 10_000
"""Hundredths of a per cent in the whole."""


class Object(StrEnum):
    """What is transferred (Art. 4)."""

    KNOW_HOW = "know_how"
    PROCESS = "process"
    IMPROVEMENT = "improvement"
    MACHINERY = "machinery"


class Form(StrEnum):
    """In which form it is transferred (Art. 5)."""

    INDEPENDENT = "independent"
    IN_PROJECT = "in_project"
    CAPITAL = "capital"
    FRANCHISE = "franchise"
    IP_TRANSFER = "ip_transfer"
    MACHINERY_PURCHASE = "machinery_purchase"
    OTHER = "other"


class Method(StrEnum):
    """By which way knowledge passes (Art. 6)."""

    DOCUMENTS = "documents"
    TRAINING = "training"
    EXPERTS = "experts"
    EQUIPMENT = "equipment"
    OTHER = "other"


class Right(StrEnum):
    """Which right passes (Art. 7)."""

    OWNERSHIP = "ownership"
    USE = "use"


class Crossing(StrEnum):
    """Whether the technology crosses the border (Art. 31)."""

    DOMESTIC = "domestic"
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class RoyaltyBase(StrEnum):
    """Of what a share is paid (Art. 27; Decree 76/2018/ND-CP Art. 4)."""

    NET_PRICE = "net_price"
    NET_REVENUE = "net_revenue"
    PROFIT_BEFORE_TAX = "profit_before_tax"
    PROFIT_AFTER_TAX = "profit_after_tax"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of the work: what shows that it is there, when, and what is paid for it.

    `days` count from the day the contract takes effect; `amount` in đồng.
    """

    title: str
    shown_by: str
    days: int
    amount: int


@dataclass(frozen=True, slots=True)
class Royalty:
    """A share paid as long as it runs; `rate` in hundredths of a per cent, `least` in đồng a period."""

    base: RoyaltyBase
    rate: int
    every_months: int
    months: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything two sides agree on. Sums in đồng, shares in hundredths of a per cent.

    `equity` is the share of the recipient's capital given in place of money; `penalty`
    the share of the breached part's value; `broker` the broker's share of the price.
    """

    name: str
    objects: tuple[Object, ...]
    content: str
    product: str
    standards: str
    form: Form
    crossing: Crossing
    right: Right
    exclusive: bool
    sub_transfer: bool
    field_of_use: str
    territory: str
    methods: tuple[Method, ...]
    place: str
    milestones: tuple[Milestone, ...]
    royalty: Royalty | None
    equity: int
    taxes: str
    term_months: int
    warranty_months: int
    warranty: str
    improvements: str
    confidential_years: int
    penalty: int
    liability: str
    ending: str
    disputes: str
    other: str = ""
    broker: int = 0

    @property
    def price(self) -> int:
        """Return what all milestones cost together, in đồng; royalties come on top."""
        return sum(milestone.amount for milestone in self.milestones)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column, every field by its name."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Return the terms somebody wrote down; RuleBroken names what is missing or unknown."""
        known = {field.name for field in fields(cls)}
        optional = {"other", "broker"}
        if lacking := sorted(known - optional - told.keys()):
            raise RuleBroken(N_("Terms lack: %(names)s."), names=", ".join(lacking))
        if strange := sorted(told.keys() - known):
            raise RuleBroken(
                N_("Terms do not know: %(names)s."), names=", ".join(strange)
            )
        values = dict(told)
        try:
            values["objects"] = tuple(Object(word) for word in told["objects"])
            values["methods"] = tuple(Method(word) for word in told["methods"])
            values["form"] = Form(told["form"])
            values["crossing"] = Crossing(told["crossing"])
            values["right"] = Right(told["right"])
            values["milestones"] = tuple(
                Milestone(**each) for each in told["milestones"]
            )
            if told["royalty"] is not None:
                royalty = dict(told["royalty"])
                values["royalty"] = Royalty(
                    **{**royalty, "base": RoyaltyBase(royalty["base"])}
                )
        except (TypeError, ValueError, KeyError) as fault:
            raise RuleBroken(
                N_("A term cannot be read: %(fault)s."), fault=str(fault)
            ) from fault
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two versions tell differently, as plain values."""

    field: str
    before: Any
    after: Any


def differences(before: Terms, after: Terms) -> tuple[Difference, ...]:
    """Return what changed from one version to the next, in the order of the fields."""
    old, new = before.to_json(), after.to_json()
    return tuple(
        Difference(name, old[name], new[name]) for name in old if old[name] != new[name]
    )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Milestone | Royalty):
        return {
            field.name: _plain(getattr(value, field.name)) for field in fields(value)
        }
    return str(value) if isinstance(value, StrEnum) else value

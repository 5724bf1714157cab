"""What the counter's form of registration gets from a contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .models import Contract
from .rules.duty import Restriction
from .rules.terms import Crossing, Terms


YES_NO = {True: "co", False: "khong"}
"""The answers of the counter's yes-or-no questions."""


def answers_of(contract: Contract, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers a signed contract gives, by the form's own fields."""
    told = told_by(contract)
    return {fields[name]: value for name, value in told.items() if name in fields}


def told_by(contract: Contract) -> dict[str, Any]:
    """Return what a signed contract says to whoever registers or licenses it."""
    terms = Terms.from_json(contract.terms)
    assert contract.signed_on is not None
    return {
        "taker": contract.taker.name,
        "taker_code": contract.taker.code,
        "giver": contract.giver.name,
        "name": terms.name,
        "price": terms.price,
        "signed_on": contract.signed_on.isoformat(),
        "foreign": YES_NO[terms.crossing is not Crossing.DOMESTIC],
        "restricted": YES_NO[contract.restriction != Restriction.NO],
    }

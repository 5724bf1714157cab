"""What both sides agreed to, and the contract it was drawn up as, here."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from khuevan.contracts.public import (
    ContractView,
    Sides,
    State,
    Terms,
    contract_of,
    contracts_of,
)
from khuevan.deals.models import Deal, Memorandum, Version
from khuevan.deals.rules.states import Part


def sides_of(deal: Deal) -> Sides | None:
    """Return who signs: None where a side is a person, who has no organisation's seal."""
    parties = {
        party.part: party.organisation
        for party in deal.parties.select_related("organisation")
    }
    giver, taker = parties[Part.PROVIDER], parties[Part.RECIPIENT]
    return Sides(giver, taker) if giver and taker else None


def paper_of(memorandum: Memorandum) -> ContractView | None:
    """Return the paper of a memorandum; None where it has none, or it was called off."""
    papers = contracts_of(memorandum.deal.ref) if memorandum.paper else []
    found = [paper for paper in papers if paper.id == memorandum.paper]
    return found[0] if found and found[0].state is not State.CANCELLED else None


def agreed_in(deal: Deal) -> Version | None:
    """Return the version both sides agreed to; None where there is none, or none any more.

    Of one that was amended it is the version that holds; an amendment that waits does not.
    """
    return _agreed(deal).filter(replaced_on=None).first()


def _agreed(deal: Deal) -> QuerySet[Version]:
    # An amendment has a higher number than what it amends: the first is the one that holds.
    return deal.versions.filter(agreed_at__isnull=False, reopened_at=None).order_by("number")  # fmt: skip


def terms_on(deal: Deal, day: date) -> Terms:
    """Return the terms that hold on a day in a deal that has agreed ones."""
    held = _agreed(deal).filter(Q(replaced_on=None) | Q(replaced_on__gt=day)).first()
    assert held is not None
    return held.told


def terms_of(deal: Deal) -> Terms:
    """Return the terms of a deal that has agreed ones."""
    version = agreed_in(deal)
    assert version is not None
    return version.told


def is_signed(deal: Deal) -> bool:
    """Tell whether both sides signed what stands: the contract here, or one on paper.

    The day of a contract that was called off is none any more.
    """
    contract = contract_of(deal.ref)
    if contract is None or contract.state is State.CANCELLED:
        gone = contract.signed_on if contract else None
        return deal.signed_on is not None and deal.signed_on != gone
    return contract.signed_on is not None


def contract_for(deal: Deal) -> ContractView | None:
    """Return the contract of a deal; None where none was drawn up, or it was called off."""
    found = contract_of(deal.ref)
    return None if found is None or found.state is State.CANCELLED else found

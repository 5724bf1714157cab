"""The contract a deal was drawn up as, here."""

from __future__ import annotations

from khuevan.contracts.public import ContractView, State, contract_of
from khuevan.deals.models import Deal


def contract_for(deal: Deal) -> ContractView | None:
    """Return the contract of a deal; None where none was drawn up, or it was called off."""
    found = contract_of(deal.ref)
    return None if found is None or found.state is State.CANCELLED else found

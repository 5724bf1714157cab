"""What a deal's page shows of amending its contract."""

from __future__ import annotations

from dataclasses import dataclass

from khuevan.contracts.public import ContractView
from khuevan.deals.models import Deal, Version
from khuevan.deals.queries.amending import amendment_paper, proposed_in, waiting_in
from khuevan.deals.queries.contracting import contract_for, sides_of
from khuevan.deals.rules.states import BOUND, Part


@dataclass(frozen=True, slots=True)
class Change:
    """An amendment on its way: `answers` tells that the reader's side is to answer it.

    `version` is None where none is: then another one may be proposed.
    """

    version: Version | None
    agreed: bool = False
    answers: bool = False
    paper: ContractView | None = None
    may_draw_up: bool = False


def change_for(deal: Deal, side: Part | None) -> Change | None:
    """Return the amendment of a deal for one's side; None where nothing is amended."""
    waiting = waiting_in(deal)
    if waiting is not None:
        paper = amendment_paper(waiting)
        can = paper is None and contract_for(deal) is not None and sides_of(deal) is not None  # fmt: skip
        return Change(waiting, agreed=True, paper=paper, may_draw_up=can and side is not None and deal.state in BOUND)  # fmt: skip
    if deal.state not in BOUND:
        return None
    proposed = proposed_in(deal)
    answers = proposed is not None and side is not None and proposed.part != side
    return Change(proposed, answers=answers) if proposed or side else None

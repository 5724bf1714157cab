"""What other apps may use of contracts: check terms, draw up, sign, and read how it stands.

What a contract is about is known by its reference; deals react to the facts
`contracts.…`, whose figure `about` is that reference.
"""

from __future__ import annotations

from datetime import date

from khuevan.platform.errors import Problem

from .actions import (
    call_off_contract,
    draw_up_amendment,
    draw_up_contract,
    draw_up_memorandum,
    end_contract,
    note_decision,
    note_filing,
    open_registration,
    sign_contract,
    take_signed_file,
)
from .dated import caps_on
from .drafting import duty_of
from .finding import find_contracts
from .queries.standing import contract_of, contracts_of, registrations_of
from .rules.clauses import Paper
from .rules.duty import Authority, Case, Duty, Effect, Kind, Restriction, Side
from .rules.faults import CONTENT_OF, faults as _faults
from .rules.intent import Intent
from .rules.states import Ending, State
from .rules.terms import (
    WHOLE,
    Crossing,
    Difference,
    Form,
    Method,
    Milestone,
    Object,
    Right,
    Royalty,
    RoyaltyBase,
    Terms,
    differences,
)
from .subjects import register_subject
from .values import ContractView, Origin, Sides
from .words import LABELS


def faults(
    terms: Terms, *, on: date, state_funded: bool = False
) -> tuple[Problem, ...]:
    """Return all that keeps terms from becoming a contract on a day; empty: nothing does.

    `where` of each names the term (`LABELS` has it in words, `CONTENT_OF` its content of
    Law 07/2017/QH14 Art. 23); `milestones.2` is the second milestone.
    """
    return _faults(terms, caps_on(on, state_funded=state_funded))


__all__ = [
    "CONTENT_OF",
    "LABELS",
    "WHOLE",
    "Authority",
    "Case",
    "ContractView",
    "Crossing",
    "Difference",
    "Duty",
    "Effect",
    "Ending",
    "Form",
    "Intent",
    "Kind",
    "Method",
    "Milestone",
    "Object",
    "Origin",
    "Paper",
    "Restriction",
    "Right",
    "Royalty",
    "RoyaltyBase",
    "Side",
    "Sides",
    "State",
    "Terms",
    "call_off_contract",
    "contract_of",
    "contracts_of",
    "differences",
    "draw_up_amendment",
    "draw_up_contract",
    "draw_up_memorandum",
    "duty_of",
    "end_contract",
    "faults",
    "find_contracts",
    "note_decision",
    "note_filing",
    "open_registration",
    "register_subject",
    "registrations_of",
    "sign_contract",
    "take_signed_file",
]

"""Everything that can happen to a contract. Each action: one transaction, one fact.

A contract is named by its key: actions lock it themselves, and apps above call them.
"""

from .drawing import draw_up_amendment, draw_up_contract, draw_up_memorandum
from .registering import (
    follow_dossier,
    note_decision,
    note_filing,
    open_registration,
    take_ministry_papers,
)
from .signing import (
    call_off_contract,
    end_contract,
    sign_contract,
    take_signed_file,
)
from .watch import let_run_out, note_late


__all__ = [
    "call_off_contract",
    "draw_up_amendment",
    "draw_up_contract",
    "draw_up_memorandum",
    "end_contract",
    "follow_dossier",
    "let_run_out",
    "note_decision",
    "note_filing",
    "note_late",
    "open_registration",
    "sign_contract",
    "take_ministry_papers",
    "take_signed_file",
]

"""Everything that can happen to a dossier. Each action: one transaction, one fact."""

from .applying import (
    answer_doubt,
    doubt_value,
    prove_follower,
    record_consent,
    wish_delivery,
)
from .aside import (
    declare_interest,
    end_absence,
    enter_absence,
    withdraw_interest,
)
from .asking import ask_supplement, decide_proposal, propose_supplement
from .assigning import drop_assignment, set_assignment
from .children import go_on_without_child
from .clocks import (
    apologise,
    ask_withdrawal,
    decide_withdrawal,
    stop_dossier,
    take_back_withdrawal,
)
from .deciding import draft_result, return_result, seal_result, sign_results
from .duties import ask_finance, settle_finance
from .examining import Verdict, judge_papers
from .filing import (
    attach_paper,
    describe_applicant,
    discard_draft,
    file_dossier,
    renew_draft,
    save_draft,
    start_draft,
    use_stored_paper,
)
from .handling import add_note, assign_step, finish_step, give_opinion, take_step
from .money import charge_fees, close_fees, waive_fees
from .paying import note_paid, note_refunded
from .prefilling import prefill_draft
from .reading import export_register, read_application
from .reception import (
    accept_dossier,
    answer_item,
    complete_supplement,
    refuse_dossier,
)
from .undoing import undo_last
from .whole import Declared, file_application
from .withdrawing import withdraw_result


__all__ = [
    "Declared",
    "Verdict",
    "accept_dossier",
    "add_note",
    "answer_doubt",
    "answer_item",
    "apologise",
    "ask_finance",
    "ask_supplement",
    "ask_withdrawal",
    "assign_step",
    "attach_paper",
    "charge_fees",
    "close_fees",
    "complete_supplement",
    "decide_proposal",
    "decide_withdrawal",
    "declare_interest",
    "describe_applicant",
    "discard_draft",
    "doubt_value",
    "draft_result",
    "drop_assignment",
    "end_absence",
    "enter_absence",
    "export_register",
    "file_application",
    "file_dossier",
    "finish_step",
    "give_opinion",
    "go_on_without_child",
    "judge_papers",
    "note_paid",
    "note_refunded",
    "prefill_draft",
    "propose_supplement",
    "prove_follower",
    "read_application",
    "record_consent",
    "refuse_dossier",
    "renew_draft",
    "return_result",
    "save_draft",
    "seal_result",
    "set_assignment",
    "settle_finance",
    "sign_results",
    "start_draft",
    "stop_dossier",
    "take_back_withdrawal",
    "take_step",
    "undo_last",
    "use_stored_paper",
    "waive_fees",
    "wish_delivery",
    "withdraw_interest",
    "withdraw_result",
]

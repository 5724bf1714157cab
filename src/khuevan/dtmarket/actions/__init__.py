"""Everything that changes DTMarket. Nothing else writes these tables."""

from .asking import answer, end_problem, put_out, withdraw_answer
from .judging import begin_scoring, make_shortlist, score
from .keeping import keep_paper
from .trying import (
    audit_trial,
    begin_trial,
    end_trial,
    find_false,
    keep_readings,
    note_repaid,
    order,
    pay_support,
    stop_trial,
)
from .watch import note_late, note_repayment_late


__all__ = [
    "answer",
    "audit_trial",
    "begin_scoring",
    "begin_trial",
    "end_problem",
    "end_trial",
    "find_false",
    "keep_paper",
    "keep_readings",
    "make_shortlist",
    "note_late",
    "note_repaid",
    "note_repayment_late",
    "order",
    "pay_support",
    "put_out",
    "score",
    "stop_trial",
    "withdraw_answer",
]

"""Everything that changes feedback. Nothing else writes these tables."""

from .petitions import (
    Sent,
    accept_petition,
    answer_petition,
    ask_more,
    forward_petition,
    give_more,
    merge_petition,
    name_handler,
    publish_petition,
    refuse_petition,
    reopen_petition,
    send_petition,
)
from .ratings import issue_link, prove_contact, rate, react
from .watch import move_clocks, note_late


__all__ = [
    "Sent",
    "accept_petition",
    "answer_petition",
    "ask_more",
    "forward_petition",
    "give_more",
    "issue_link",
    "merge_petition",
    "move_clocks",
    "name_handler",
    "note_late",
    "prove_contact",
    "publish_petition",
    "rate",
    "react",
    "refuse_petition",
    "reopen_petition",
    "send_petition",
]

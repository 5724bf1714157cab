"""Everything that changes events. Nothing else writes these tables."""

from .asking import answer_question, ask_question, hide_question, vote
from .coming import count_in, erase_guests, register, take_back_count, withdraw
from .holding import call_off, change_event, draft_event, note_held, publish, remind


__all__ = [
    "answer_question",
    "ask_question",
    "call_off",
    "change_event",
    "count_in",
    "draft_event",
    "erase_guests",
    "hide_question",
    "note_held",
    "publish",
    "register",
    "remind",
    "take_back_count",
    "vote",
    "withdraw",
]

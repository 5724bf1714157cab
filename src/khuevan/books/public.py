"""Double-entry books for every other app: enter, hold, post, read."""

from .actions import (
    close_days,
    enter,
    hold,
    let_go,
    open_account,
    open_book,
    post_hold,
    reverse,
)
from .queries import (
    CashPosting,
    balance,
    balances_about,
    cash_postings,
    entries_about,
    holds_about,
)
from .rules import HoldState, Kind, Line, move
from .values import AccountView, EntryView, HoldView


__all__ = [
    "AccountView",
    "CashPosting",
    "EntryView",
    "HoldState",
    "HoldView",
    "Kind",
    "Line",
    "balance",
    "balances_about",
    "cash_postings",
    "close_days",
    "enter",
    "entries_about",
    "hold",
    "holds_about",
    "let_go",
    "move",
    "open_account",
    "open_book",
    "post_hold",
    "reverse",
]

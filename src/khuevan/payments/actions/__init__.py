"""Everything that changes payments. Nothing else writes these tables."""

from .book_days import compare_books, resolve_book_day
from .money import allocate, count_refusal, take_callback, take_cash
from .orders import (
    cancel_order,
    expire_order,
    name_account,
    open_order,
    start_attempt,
    withdraw_orders,
)
from .payouts import note_payout
from .reconciliation import reconcile_day, resolve_difference, take_from_statement
from .refunds import ask_refund, retry_refund, send_refund, settle_refund


__all__ = [
    "allocate",
    "ask_refund",
    "cancel_order",
    "compare_books",
    "count_refusal",
    "expire_order",
    "name_account",
    "note_payout",
    "open_order",
    "reconcile_day",
    "resolve_book_day",
    "resolve_difference",
    "retry_refund",
    "send_refund",
    "settle_refund",
    "start_attempt",
    "take_callback",
    "take_cash",
    "take_from_statement",
    "withdraw_orders",
]

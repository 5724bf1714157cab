"""What payments keeps."""

from .money import (
    Account,
    Callback,
    Credit,
    Payout,
    Receipt,
    ReceiptBook,
    Refund,
    Refusal,
)
from .orders import Attempt, Order, OrderLine
from .statements import BookDay, SandboxMovement, Statement, StatementLine


__all__ = [
    "Account",
    "Attempt",
    "BookDay",
    "Callback",
    "Credit",
    "Order",
    "OrderLine",
    "Payout",
    "Receipt",
    "ReceiptBook",
    "Refund",
    "Refusal",
    "SandboxMovement",
    "Statement",
    "StatementLine",
]

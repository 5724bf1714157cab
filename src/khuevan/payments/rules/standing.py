"""Orders as other apps see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .books import Line, State


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order and its money, in đồng.

    `amount` is what the applicant owes, `covered` what the city's budget bears.
    `online` tells whether some of it came through a gateway. `token` is the secret
    part of the public page's address: show it to the payer only.
    """

    id: UUID
    ref: str
    subject: str
    purpose: str
    pay_reference: str
    token: str
    state: State
    amount: int
    covered: int
    received: int
    missing: int
    online: bool
    opened_at: datetime
    due_at: datetime | None
    paid_at: datetime | None
    receipt_number: str
    lines: tuple[Line, ...]

"""Everything that changes the pool. Nothing else writes these tables."""

from .agreeing import (
    accept,
    ask_experts,
    call_off,
    decline,
    propose_time,
    take_time,
)
from .pool import (
    admit,
    agree_to_apply,
    apply,
    propose_expert,
    refuse,
    withdraw_expert,
)
from .profile import (
    change_profile,
    declare_interest,
    end_interest,
    note_absence,
    put_evidence,
    set_rate,
)
from .reporting import (
    confirm,
    dispute,
    note_paid,
    pay_out,
    settle,
    write_minutes,
)
from .watch import chase, move_clocks, remind_of_application


__all__ = [
    "accept",
    "admit",
    "agree_to_apply",
    "apply",
    "ask_experts",
    "call_off",
    "change_profile",
    "chase",
    "confirm",
    "declare_interest",
    "decline",
    "dispute",
    "end_interest",
    "move_clocks",
    "note_absence",
    "note_paid",
    "pay_out",
    "propose_expert",
    "propose_time",
    "put_evidence",
    "refuse",
    "remind_of_application",
    "set_rate",
    "settle",
    "take_time",
    "withdraw_expert",
    "write_minutes",
]

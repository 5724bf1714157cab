"""Everything that changes an auction."""

from .announcing import announce, cancel, withdraw
from .bidding import (
    admit,
    apply,
    note_refunded,
    note_returned,
    place_bid,
    place_sealed,
    seal_bid,
)
from .deciding import close
from .keyholding import enter_key, join_opening_key, make_opening_key
from .overseeing import award, flag_bidders
from .selling import (
    declare_default,
    name_runner_up,
    note_price_returned,
    pay_out,
    settle,
)


__all__ = [
    "admit",
    "announce",
    "apply",
    "award",
    "cancel",
    "close",
    "declare_default",
    "enter_key",
    "flag_bidders",
    "join_opening_key",
    "make_opening_key",
    "name_runner_up",
    "note_price_returned",
    "note_refunded",
    "note_returned",
    "pay_out",
    "place_bid",
    "place_sealed",
    "seal_bid",
    "settle",
    "withdraw",
]

"""Everything that changes an auction."""

from .announcing import announce, cancel, make_opening_key
from .bidding import admit, apply, note_refunded, place_bid, place_sealed, seal_bid
from .deciding import close, declare_default, name_runner_up, open_bids, settle


__all__ = [
    "admit",
    "announce",
    "apply",
    "cancel",
    "close",
    "declare_default",
    "make_opening_key",
    "name_runner_up",
    "note_refunded",
    "open_bids",
    "place_bid",
    "place_sealed",
    "seal_bid",
    "settle",
]

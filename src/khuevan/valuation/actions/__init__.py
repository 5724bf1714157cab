"""Everything that changes valuations. Nothing else writes these tables."""

from .appraisers import end_appraiser, register_appraiser
from .asking import appoint, ask_valuation, cancel_valuation
from .prices import open_price, record_price
from .valuing import drop_worksheet, keep_worksheet, settle, sign


__all__ = [
    "appoint",
    "ask_valuation",
    "cancel_valuation",
    "drop_worksheet",
    "end_appraiser",
    "keep_worksheet",
    "open_price",
    "record_price",
    "register_appraiser",
    "settle",
    "sign",
]

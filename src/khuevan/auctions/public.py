"""Auctions for every other app: announce one of your things, and read how it ended."""

from .actions import announce, cancel, declare_default, settle
from .queries import auctions_about
from .rules.replay import Outcome, Why
from .rules.terms import Form
from .values import AuctionView


__all__ = [
    "AuctionView",
    "Form",
    "Outcome",
    "Why",
    "announce",
    "auctions_about",
    "cancel",
    "declare_default",
    "settle",
]

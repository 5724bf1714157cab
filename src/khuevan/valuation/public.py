"""Valuations for every other app: what is worth how much, and the prices people agreed on."""

from .actions import open_price, record_price
from .funding import register_funding
from .names import field_names, register_names
from .queries import price_groups
from .rules.concluding import Purpose, Right, State
from .rules.prices import Group, Source


__all__ = [
    "Group",
    "Purpose",
    "Right",
    "Source",
    "State",
    "field_names",
    "open_price",
    "price_groups",
    "record_price",
    "register_funding",
    "register_names",
]

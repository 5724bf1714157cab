"""What other apps may use of contracts."""

from .rules.terms import (
    WHOLE,
    Crossing,
    Difference,
    Form,
    Method,
    Milestone,
    Object,
    Right,
    Royalty,
    RoyaltyBase,
    Terms,
    differences,
)


__all__ = [
    "WHOLE",
    "Crossing",
    "Difference",
    "Form",
    "Method",
    "Milestone",
    "Object",
    "Right",
    "Royalty",
    "RoyaltyBase",
    "Terms",
    "differences",
]

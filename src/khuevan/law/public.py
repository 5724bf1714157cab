"""Cite legal documents, ask whether they hold, and register rules that stand on them."""

from .basis import register_rules
from .queries import (
    Citation,
    Finding,
    check_rules,
    cite,
    cite_all,
    find_documents,
    live,
    warn_if_dead,
)
from .rules import RuleBasis, Status


__all__ = [
    "Citation",
    "Finding",
    "RuleBasis",
    "Status",
    "check_rules",
    "cite",
    "cite_all",
    "find_documents",
    "live",
    "register_rules",
    "warn_if_dead",
]

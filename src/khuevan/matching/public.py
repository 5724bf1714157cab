"""Search offers and needs, match them with reasons, tell which saved searches wait."""

from .index import Index, NotBuilt
from .rules.asking import BANDS, UNPRICED, Asked, Saved, alerts, answers
from .rules.entries import PUBLIC, Entry, Kind, Licence, Screening
from .searching import Found, Hit, search, suggest


__all__ = [
    "BANDS",
    "PUBLIC",
    "UNPRICED",
    "Asked",
    "Entry",
    "Found",
    "Hit",
    "Index",
    "Kind",
    "Licence",
    "NotBuilt",
    "Saved",
    "Screening",
    "alerts",
    "answers",
    "search",
    "suggest",
]

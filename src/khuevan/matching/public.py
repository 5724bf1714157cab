"""Search offers and needs, match them with reasons, tell which saved searches wait."""

from .dated import Weights, weights_on
from .index import Index, NotBuilt
from .matching import Feedback, Looked, Match, Miss, Verdict, look, match
from .meanings import Meanings, Model, Vectors, installed, meanings_in
from .rules.asking import BANDS, TRL_BANDS, UNPRICED, Asked, Saved, alerts
from .rules.entries import PUBLIC, Entry, Kind, Licence, Screening
from .rules.fitting import Part, Reason, obstacles, sides
from .searching import LAST_HIT, Found, Hit, search, suggest
from .words import KINDS, LICENCES, SCREENINGS, VERDICTS, say


__all__ = [
    "BANDS",
    "KINDS",
    "LAST_HIT",
    "LICENCES",
    "PUBLIC",
    "SCREENINGS",
    "TRL_BANDS",
    "UNPRICED",
    "VERDICTS",
    "Asked",
    "Entry",
    "Feedback",
    "Found",
    "Hit",
    "Index",
    "Kind",
    "Licence",
    "Looked",
    "Match",
    "Meanings",
    "Miss",
    "Model",
    "NotBuilt",
    "Part",
    "Reason",
    "Saved",
    "Screening",
    "Vectors",
    "Verdict",
    "Weights",
    "alerts",
    "installed",
    "look",
    "match",
    "meanings_in",
    "obstacles",
    "say",
    "search",
    "sides",
    "suggest",
    "weights_on",
]

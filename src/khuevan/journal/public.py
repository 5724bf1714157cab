"""Record what happened, and read it back."""

from .actors import Actor
from .feed import (
    START,
    Lag,
    batch,
    feed,
    feed_end,
    lag,
    place_of,
    skip_to_end,
    unread,
)
from .ledger import record
from .misuse import misuse_noted
from .presenters import register_presenter
from .queries import Fact, fact_numbered, facts_about, facts_of, latest_facts
from .transparency import log_key, signed_note


__all__ = [
    "START",
    "Actor",
    "Fact",
    "Lag",
    "batch",
    "fact_numbered",
    "facts_about",
    "facts_of",
    "feed",
    "feed_end",
    "lag",
    "latest_facts",
    "log_key",
    "misuse_noted",
    "place_of",
    "record",
    "register_presenter",
    "signed_note",
    "skip_to_end",
    "unread",
]

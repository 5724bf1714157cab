"""Record what happened, and read it back."""

from .actors import Actor
from .feed import Lag, batch, feed, feed_end, lag, skip_to_end
from .ledger import record
from .presenters import register_presenter
from .queries import Fact, fact_numbered, facts_about, facts_of, latest_facts
from .transparency import log_key, signed_note


__all__ = [
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
    "record",
    "register_presenter",
    "signed_note",
    "skip_to_end",
]

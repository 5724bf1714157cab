"""Record what happened, and read it back."""

from .actors import Actor
from .feed import Lag, batch, feed, lag
from .ledger import record
from .presenters import register_presenter
from .queries import Fact, facts_about, latest_facts


__all__ = [
    "Actor",
    "Fact",
    "Lag",
    "batch",
    "facts_about",
    "feed",
    "lag",
    "latest_facts",
    "record",
    "register_presenter",
]

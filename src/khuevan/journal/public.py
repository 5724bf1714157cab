"""Record what happened, and read it back."""

from .ledger import Actor, record
from .queries import Fact, facts_about, latest_facts


__all__ = ["Actor", "Fact", "facts_about", "latest_facts", "record"]

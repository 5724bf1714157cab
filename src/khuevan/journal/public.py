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
from .hooks import (
    deliveries_of,
    end_hooks,
    pause_hook,
    resume_hook,
    rotate_hook,
    send_again,
    subscribe_owner,
    subscriptions_of,
)
from .ledger import record
from .misuse import misuse_noted
from .owners import kinds_told, register_owner, register_telling
from .presenters import register_presenter
from .queries import Fact, fact_numbered, facts_about, facts_of, latest_facts
from .transparency import log_key, signed_note


__all__ = [
    "START",
    "Actor",
    "Fact",
    "Lag",
    "batch",
    "deliveries_of",
    "end_hooks",
    "fact_numbered",
    "facts_about",
    "facts_of",
    "feed",
    "feed_end",
    "kinds_told",
    "lag",
    "latest_facts",
    "log_key",
    "misuse_noted",
    "pause_hook",
    "place_of",
    "record",
    "register_owner",
    "register_presenter",
    "register_telling",
    "resume_hook",
    "rotate_hook",
    "send_again",
    "signed_note",
    "skip_to_end",
    "subscribe_owner",
    "subscriptions_of",
    "unread",
]

"""What other apps may use of clients: name the scope an operation needs."""

from .asking import (
    ClientToken,
    SessionAuth,
    client_ref,
    everybody,
    for_clients,
    for_everybody,
    scope_of,
)
from .calls import keep_call
from .rates import client_of, rationed, take_turn_of_file, with_turn
from .rules import Scope, ScopeMissing


__all__ = [
    "ClientToken",
    "Scope",
    "ScopeMissing",
    "SessionAuth",
    "client_of",
    "client_ref",
    "everybody",
    "for_clients",
    "for_everybody",
    "keep_call",
    "rationed",
    "scope_of",
    "take_turn_of_file",
    "with_turn",
]

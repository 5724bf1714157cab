"""What other apps may use of clients: name the scope an operation needs."""

from .asking import (
    ClientToken,
    client_ref,
    everybody,
    for_clients,
    for_everybody,
    scope_of,
)
from .rates import turn_of
from .rules import Scope, ScopeMissing


__all__ = [
    "ClientToken",
    "Scope",
    "ScopeMissing",
    "client_ref",
    "everybody",
    "for_clients",
    "for_everybody",
    "scope_of",
    "turn_of",
]

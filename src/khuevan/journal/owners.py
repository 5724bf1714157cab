"""Subscriptions that belong to somebody: apps above say who keeps them, and what they hear.

A subscription without an owner is the operator's and hears facts as they are. One with an
owner hears only kinds an app tells owners of, and of each fact only what that app hands out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


MayKeep = Callable[[Any, str], bool]
Tell = Callable[[str, Any], dict[str, Any] | None]

_keepers: dict[str, MayKeep] = {}
_tellers: dict[str, Tell] = {}
_words: dict[str, Any] = {}


def register_owner(model: str, may_keep: MayKeep) -> None:
    """Say who keeps the subscriptions of owners of a model: `may_keep(person, owner)`."""
    _keepers[model] = may_keep


def register_telling(kinds: Mapping[str, Any], tell: Tell) -> None:
    """Say what owners hear of facts of some kinds: `tell(owner, fact)`, None is nothing.

    `kinds` gives each kind its words for people.
    """
    _words.update(kinds)
    _tellers.update(dict.fromkeys(kinds, tell))


def may_keep(person: Any, owner: str) -> bool:
    """Tell whether somebody keeps the subscriptions of an owner."""
    keeper = _keepers.get(owner.partition(":")[0])
    return keeper is not None and keeper(person, owner)


def kinds_told() -> dict[str, Any]:
    """Return the kinds of facts owners may subscribe to, each with its words."""
    return dict(_words)


def told_to(owner: str, fact: Any) -> dict[str, Any] | None:
    """Return what an owner hears of a fact, None where they do not hear of it."""
    tell = _tellers.get(fact.kind)
    return tell(owner, fact) if tell else None

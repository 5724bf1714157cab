"""What contracts are about: the app that owns it may keep its contract from ending alone."""

from __future__ import annotations

from collections.abc import Callable


_keepers: dict[str, Callable[[str], str]] = {}


def register_subject(model: str, *, kept_by: Callable[[str], str]) -> None:
    """Say what a contract about a thing of `app.model` ends with.

    `kept_by(subject)` returns the code of what has to end first, "" where one side may say
    on the contract's page that it has ended.
    """
    _keepers[model] = kept_by


def kept_by(subject: str) -> str:
    """Return the code of what a contract about a subject ends with, "" for nothing."""
    keeper = _keepers.get(subject.partition(":")[0])
    return keeper(subject) if keeper else ""

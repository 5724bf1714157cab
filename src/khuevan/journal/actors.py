"""Who acts and reads, as far as the journal knows them.

The directory stands above the journal, so a person is known here by what is
asked of one: a reference, an organisation and an authority.
"""

from __future__ import annotations

from typing import Any, Protocol


class Actor(Protocol):
    """Whoever acts: the journal knows them only by reference."""

    @property
    def ref(self) -> str: ...

    @property
    def organisation_ref(self) -> str | None: ...


class Authority(Protocol):
    """What a person may act as today."""

    @property
    def reads_everything(self) -> bool: ...

    def has(self, *roles: Any) -> bool: ...


class Person(Actor, Protocol):
    """Somebody signed in."""

    @property
    def authority(self) -> Authority: ...


OPERATOR = "operator"
"""The directory's name for the role that runs the system."""

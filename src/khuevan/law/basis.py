"""Which rules of the platform stand on which documents.

Every app that keeps dated rules registers one source here when it is loaded; the
register of documents asks the sources when it is checked. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .rules import RuleBasis


Source = Callable[[], Iterable[RuleBasis]]

_sources: dict[str, Source] = {}


def register_rules(source_name: str, source: Source) -> None:
    """Name a source of rules; registering the same name again replaces it."""
    _sources[source_name] = source


def registered() -> Iterable[tuple[str, RuleBasis]]:
    """Yield every registered rule with the name of its source."""
    for name in sorted(_sources):
        for basis in _sources[name]():
            yield name, basis

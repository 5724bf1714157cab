"""The procedures the demo city runs from end to end."""

from __future__ import annotations

from khuevan.catalogue.public import Definition


def definitions() -> list[Definition]:
    """Return every executable procedure of the demo."""
    return []

"""The procedures the demo city runs from end to end."""

from __future__ import annotations

from khuevan.catalogue.public import Definition

from . import building, business, civil_status, science, welfare


FIELDS = (civil_status, business, building, welfare, science)


def definitions() -> list[Definition]:
    """Return every executable procedure of the demo, children before their parents."""
    return [one for field in FIELDS for one in field.definitions()]

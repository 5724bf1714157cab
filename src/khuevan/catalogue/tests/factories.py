"""Published procedures for other apps' tests."""

from __future__ import annotations

from datetime import date

from khuevan.catalogue.public import Definition, Published, keep
from khuevan.platform.ids import uuid7


def publish(definition: Definition) -> Published:
    return keep(Published(uuid7(), definition.code, 1, definition, date(2025, 1, 1)))

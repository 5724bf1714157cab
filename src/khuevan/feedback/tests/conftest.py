from __future__ import annotations

from datetime import UTC, datetime

import pytest

from khuevan.platform import clock

from .factories import Cast, make_cast


MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09:00 in Hanoi."""


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def monday():
    with clock.telling(MONDAY):
        yield MONDAY

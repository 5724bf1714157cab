from __future__ import annotations

import pytest

from khuevan.catalogue import index, queries

from .factories import make_officer


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Memories of a process do not outlive a test whose transaction is undone."""
    index.forget()
    queries._version.cache_clear()
    yield
    index.forget()
    queries._version.cache_clear()


@pytest.fixture
def officer(db):
    return make_officer()

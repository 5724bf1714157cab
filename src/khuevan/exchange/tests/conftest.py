from __future__ import annotations

import pytest

from khuevan.exchange import index

from .factories import Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.EXCHANGE_INDEX = tmp_path / "index"


@pytest.fixture
def indexed(feed_shows_this_transaction):
    """Return a way to let the index read what happened, as the worker does."""

    def read():
        while index.follow():
            pass

    return read

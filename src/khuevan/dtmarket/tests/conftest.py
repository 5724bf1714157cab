from __future__ import annotations

import pytest

from .factories import Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

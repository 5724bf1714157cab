from __future__ import annotations

import pytest

from khuevan.deals.tests.factories import Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.PAYMENTS_SANDBOX = True

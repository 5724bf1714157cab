from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.EXCHANGE_INDEX = tmp_path / "index"

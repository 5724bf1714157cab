from __future__ import annotations

import pytest
from django.utils import translation

from khuevan.matching.public import Index


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def index(tmp_path):
    """Return an index that is built and empty."""
    made = Index(tmp_path / "index")
    made.rebuild(list)
    return made

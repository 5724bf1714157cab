from __future__ import annotations

import pytest

from khuevan.payments import payables

from .factories import Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def open_sandbox(settings):
    settings.PAYMENTS_SANDBOX = True


@pytest.fixture(autouse=True)
def no_payables_of_other_tests(monkeypatch):
    monkeypatch.setattr(payables, "_payables", {})

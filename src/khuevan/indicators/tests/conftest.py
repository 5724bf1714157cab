import pytest

from khuevan.indicators import declaration

from .toy import Toy, calls_indicator, tasks_indicator


@pytest.fixture
def toy(monkeypatch):
    """A toy domain whose two indicators are the only ones."""
    toy = Toy()
    monkeypatch.setattr(declaration, "_declared", {})
    declaration.declare(tasks_indicator(toy))
    declaration.declare(calls_indicator(toy))
    return toy

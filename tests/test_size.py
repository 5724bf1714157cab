"""The size of every room, as a report: nothing fails, long ones are named."""

from __future__ import annotations

from pathlib import Path


SRC = Path(__file__).parent.parent / "src"
ONE_SITTING = 400


def test_long_modules_are_named(record_property):
    long = {
        str(path.relative_to(SRC)): lines
        for path in SRC.rglob("*.py")
        if not {"migrations", "tests"} & set(path.parts)
        and (lines := len(path.read_text().splitlines())) > ONE_SITTING
    }
    record_property("modules_over_400_lines", str(long))

"""Where members work: the provinces of Viet Nam, read from a file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from khuevan.platform.errors import N_, RuleBroken


_FILE = Path(__file__).parent / "data" / "provinces.toml"
PROVINCES: dict[str, str] = dict(tomllib.loads(_FILE.read_text(encoding="utf-8"))["provinces"])  # fmt: skip
"""Code of the State's list and name, in the order of the codes."""


def check_region(code: str) -> str:
    """Return a province's code, "" where none is told; refuse what no province has."""
    if code and code not in PROVINCES:
        raise RuleBroken(N_("No province has this code."), field="region")
    return code

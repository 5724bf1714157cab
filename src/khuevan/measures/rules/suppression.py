"""Small cells leave nobody's file: what is hidden, and what would give it away.

A count of a small group could be somebody one knows, so it is not told; nor is a part
from which, with its whole, such a count could be computed; nor are further counts
without which it would follow from the sums of its row and its column. Plain Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from khuevan.platform.privacy import SMALLEST_GROUP

from .complement import Cell, complement


Row = Mapping[str, int]


Whole = tuple[str, str]
"""A part and the whole it is a part of, by the names of their columns."""


def suppress(
    row: Row, parts: Sequence[Whole], smallest: int = SMALLEST_GROUP
) -> dict[str, int | None]:
    """Return a row with None for what may not be told.

    Hidden are counts below `smallest`; parts whose difference to their whole is a
    small count that is not nothing; and, where the whole is hidden, all its parts,
    for none of them can be larger. A hidden count and one hidden to protect another
    look alike. `parts` are listed from the whole down.
    """
    told: dict[str, int | None] = {
        name: count if count >= smallest else None for name, count in row.items()
    }
    for part, whole in parts:
        rest = row[whole] - row[part]
        if told[whole] is None or 0 < abs(rest) < smallest:
            told[part] = None
    return told


def suppress_table(
    table: Mapping[Cell, Row], parts: Sequence[Whole], smallest: int = SMALLEST_GROUP
) -> dict[Cell, dict[str, int | None]]:
    """Return a table with None for what may not be told: rows of it, and sums.

    Each kind of count is a table of its own, wholes before their parts: what is hidden
    of a whole is hidden of its parts. `table` holds every cell that could have counts,
    and in row `complement.ALL` the sums of the columns, hidden by the same rule.
    """
    told = {cell: suppress(row, parts, smallest) for cell, row in table.items()}
    names = next(iter(table.values()), {})
    for name in sorted(names, key=lambda one: _depth(one, parts)):
        hidden = {
            cell
            for cell, row in told.items()
            if row[name] is None
            or any(row[whole] is None for part, whole in parts if part == name)
        }
        counts = {cell: row[name] for cell, row in table.items()}
        for cell in complement(counts, hidden):
            told[cell][name] = None
    return told


def _depth(name: str, parts: Sequence[Whole]) -> int:
    """Return how many wholes lie above a count."""
    return max((1 + _depth(whole, parts) for part, whole in parts if part == name), default=0)  # fmt: skip


def gives_away(
    told: Mapping[str, int | None],
    parts: Sequence[Whole],
    smallest: int = SMALLEST_GROUP,
) -> bool:
    """Tell whether a row shows a small count or lets one be computed: the file's own check."""
    if any(count is not None and count < smallest for count in told.values()):
        return True
    for part, whole in parts:
        a, b = told[part], told[whole]
        if a is not None and b is not None and 0 < abs(b - a) < smallest:
            return True
    return False

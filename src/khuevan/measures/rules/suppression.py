"""Small cells leave nobody's file: what is hidden, and what would give it away.

A count of a small group could be somebody one knows, so it is not told; nor is a part
from which, with its whole, such a count could be computed. Plain Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from khuevan.platform.privacy import SMALLEST_GROUP


Whole = tuple[str, str]
"""A part and the whole it is a part of, by the names of their columns."""


def suppress(
    row: Mapping[str, int], parts: Sequence[Whole], smallest: int = SMALLEST_GROUP
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

"""The catalogue as a table for spreadsheets: the same fields a page shows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from .queries.disclosing import Shown
from .rules.disclosing import FIELDS, Group
from .showing import in_words
from .words import KINDS, LABELS


_NAMES = [name for group in Group for name in FIELDS[group]]
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    def write(self, line: str) -> str:
        return line


def as_csv(listings: Iterable[Shown]) -> Iterator[str]:
    """Yield the lines of a CSV file; what a reader may not see is an empty cell."""
    writer = csv.writer(_Echo())
    head = ["code", "kind", *(str(LABELS[name]) for name in _NAMES)]
    yield "\ufeff" + writer.writerow(head)
    for shown in listings:
        cells = (_cell(shown, name) for name in _NAMES)
        yield writer.writerow([shown.code, str(KINDS[shown.kind]), *cells])


def _cell(shown: Shown, name: str) -> str:
    """Return a cell; words a spreadsheet would take for a formula get an apostrophe."""
    if name not in shown.fields:
        return ""
    words = in_words(name, shown.fields[name])
    return f"'{words}" if words.startswith(_RISKY) else words

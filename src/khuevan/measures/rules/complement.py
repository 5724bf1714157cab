"""What else a table hides, so that no hidden count follows from its sums.

A table is rows by columns; whoever reads it may know the sum of every row and of every
column. A hidden count follows from them when no other table of counts has the same
sums and the same visible cells. It does not follow when one can be taken from it and
put elsewhere, or the other way round, on a way over hidden cells that comes back: this
is what is looked for. Plain Python.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping


Cell = tuple[str, str]
"""A row and a column. A sum of a column that is hidden itself is a cell of row `ALL`."""
ALL = ""


class Hidden:
    """The hidden cells of a table, and whether the sums give one of them away."""

    def __init__(self, counts: Mapping[Cell, int], cells: Iterable[Cell]) -> None:
        self.counts = counts
        self.columns: dict[str, set[str]] = defaultdict(set)
        """Where a row may put one more."""
        self.givers: dict[str, set[str]] = defaultdict(set)
        """The rows that may take one from a column."""
        self.cells: set[Cell] = set()
        for cell in cells:
            self.add(cell)

    def add(self, cell: Cell) -> None:
        """Hide one more cell."""
        row, column = cell
        self.cells.add(cell)
        # A sum grows where its cells do: it takes what is too much in its column.
        if row != ALL or self.counts[cell]:
            self.columns[row].add(column)
        if row == ALL or self.counts[cell]:
            self.givers[column].add(row)

    def drop(self, cell: Cell) -> None:
        """Show a cell again."""
        row, column = cell
        self.cells.discard(cell)
        self.columns[row].discard(column)
        self.givers[column].discard(row)

    def follows(self, cell: Cell) -> bool:
        """Tell whether the sums leave only one count for a hidden cell.

        A hidden nothing may follow: it tells of nobody. Nor does a sum.
        """
        if cell[0] == ALL or not self.counts[cell]:
            return False
        return not (self._may_be_less(cell) or self._may_be_more(cell))

    def alone(self, cell: Cell) -> bool:
        """Tell whether a line of a cell has no other hidden one: its sum is the count."""
        row, column = cell
        in_row = sum(one[0] == row for one in self.cells)
        return in_row < 2 or sum(one[1] == column for one in self.cells) < 2

    def around(self, cell: Cell) -> tuple[set[str], set[str]]:
        """Return the rows and columns that hidden cells join to a cell."""
        rows, columns = {cell[0]}, {cell[1]}
        edge = [cell[0], *self.givers[cell[1]]]
        while edge:
            row = edge.pop()
            rows.add(row)
            for column in self.columns[row] - columns:
                columns.add(column)
                edge += self.givers[column] - rows
        return rows, columns

    def _may_be_less(self, cell: Cell) -> bool:
        """Take one here: its row puts it elsewhere, and it comes back to the column."""
        row, column = cell
        rows = self._reached(self.columns[row] - {column}, without=row)
        return any(column in self.columns[other] for other in rows)

    def _may_be_more(self, cell: Cell) -> bool:
        """Put one here: the column takes it elsewhere, and the row gives it back."""
        row, column = cell
        back = {one for one in self.columns[row] - {column} if row in self.givers[one]}
        for giver in self.givers[column] - {row}:
            for reached in {giver, *self._reached(self.columns[giver], without=row)}:
                if back & self.columns[reached]:
                    return True
        return False

    def _reached(self, columns: Collection[str], without: str) -> Iterable[str]:
        """Yield rows that can give up one where these columns were given one more."""
        seen_rows, seen, edge = {without}, set(columns), list(columns)
        while edge:
            for row in self.givers[edge.pop()] - seen_rows:
                yield row
                seen_rows.add(row)
                fresh = self.columns[row] - seen
                seen |= fresh
                edge += fresh


def complement(counts: Mapping[Cell, int], hidden: Iterable[Cell]) -> frozenset[Cell]:
    """Return the cells to hide: those given, and others until no count follows.

    `counts` holds every cell of the table, nothing included, and in row `ALL` the sums
    of the columns; those sums are never hidden on top of the ones given. The smallest
    count that helps is hidden. Where a row and a column have no other cell to hide
    (a unit with one procedure alone), its sum is the count, and nothing helps.
    """
    found = Hidden(counts, hidden)
    lines = _lines(counts)
    weak = sorted(cell for cell in found.cells if found.follows(cell))
    while weak:
        added = [one for cell in weak if (one := _hide_beside(cell, found, lines))]
        if not added:
            break
        weak = sorted(cell for cell in found.cells if found.follows(cell))
    return frozenset(found.cells)


def _lines(counts: Mapping[Cell, int]) -> dict[Cell, list[Cell]]:
    """Return for each row `(row, "")` and column `("", column)` what could be hidden."""
    lines: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in sorted((c for c, n in counts.items() if n), key=lambda c: (counts[c], c)):  # fmt: skip
        if cell[0] != ALL:
            lines[cell[0], ""].append(cell)
            lines["", cell[1]].append(cell)
    return lines


def _hide_beside(
    cell: Cell, found: Hidden, lines: Mapping[Cell, list[Cell]]
) -> Cell | None:
    """Hide the smallest count that frees a cell; None where it is free or alone."""
    if not found.follows(cell):
        return None
    near = _shown([(cell[0], ""), ("", cell[1])], found, lines)
    for one in near:
        found.add(one)
        if not found.follows(cell):
            return one
        found.drop(one)
    if not near and found.alone(cell):
        return None
    rows, columns = found.around(cell)
    wider = [*((row, "") for row in rows), *(("", column) for column in columns)]
    chosen = next(iter(near or _shown(wider, found, lines)), None)
    if chosen is not None:
        found.add(chosen)
    return chosen


def _shown(
    keys: Iterable[Cell], found: Hidden, lines: Mapping[Cell, list[Cell]]
) -> list[Cell]:
    cells = {c for key in keys for c in lines.get(key, ()) if c not in found.cells}
    return sorted(cells, key=lambda c: (found.counts[c], c))

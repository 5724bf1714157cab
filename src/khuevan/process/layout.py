"""Where nodes stand when a process is drawn: in columns by distance from the start."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from .rules.graph import Process


WIDTH, HEIGHT = 150, 64
GAP_X, GAP_Y = 56, 34


@dataclass(frozen=True)
class Layout:
    """Column and row of every node, counted from 0; `back` are flows that go back."""

    cells: dict[str, tuple[int, int]]
    back: frozenset[str]

    @property
    def columns(self) -> int:
        return 1 + max(column for column, _ in self.cells.values())

    @property
    def rows(self) -> int:
        return 1 + max(row for _, row in self.cells.values())

    def is_free(self, columns: range, row: int) -> bool:
        """Tell whether nothing stands in a row between two columns."""
        return not any((column, row) in self._taken for column in columns)

    def ends_column(self, node: str) -> bool:
        """Tell whether nothing stands below a node."""
        column, row = self.cells[node]
        return not any(c == column and r > row for c, r in self._taken)

    @cached_property
    def _taken(self) -> frozenset[tuple[int, int]]:
        return frozenset(self.cells.values())

    def corner(self, node: str) -> tuple[float, float]:
        """Return the upper left corner of a node's cell."""
        column, row = self.cells[node]
        return column * (WIDTH + GAP_X), row * (HEIGHT + GAP_Y)


def lay_out(process: Process) -> Layout:
    """Return columns by the longest way from the start without going back."""
    order, back = _depth_first(process)
    column = dict.fromkeys(order, 0)
    for name in order:  # a topological order of the flows that go forward
        for flow in process.outgoing.get(name, ()):
            if flow.id not in back:
                column[flow.target] = max(column[flow.target], column[name] + 1)
    taken: defaultdict[int, int] = defaultdict(int)
    cells: dict[str, tuple[int, int]] = {}
    for name in order:
        wished = min(
            (cells[f.source][1] for f in process.incoming.get(name, ()) if f.source in cells),
            default=0,
        )  # fmt: skip
        row = max(taken[column[name]], wished)
        cells[name] = column[name], row
        taken[column[name]] = row + 1
    return Layout(cells, frozenset(back))


def _depth_first(process: Process) -> tuple[list[str], set[str]]:
    """Return nodes in an order in which forward flows go forward, and the others."""
    state: dict[str, int] = {}
    back: set[str] = set()
    after: list[str] = []
    stack: list[tuple[str, int]] = [(process.start.id, 0)]
    state[process.start.id] = 1
    while stack:
        name, at = stack.pop()
        flows = process.outgoing.get(name, ())
        if at == len(flows):
            state[name] = 2
            after.append(name)
            continue
        stack.append((name, at + 1))
        flow = flows[at]
        if state.get(flow.target) == 1:
            back.add(flow.id)
        elif flow.target not in state:
            state[flow.target] = 1
            stack.append((flow.target, 0))
    return after[::-1], back

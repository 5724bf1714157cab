"""Where the steps of a map stand: layers from top to bottom, few crossings.

After Sugiyama: from the first node on every node hangs on its most frequent way in, the
other edges follow by frequency, and those that would close a circle run backwards; a node's layer is its longest way from the start; each edge has its own
place in every layer it passes, the widest for its label; the order in a layer is the
mean place of its neighbours, kept over the sweeps at the fewest crossings. The same
input gives the same drawing.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean


LANE = 14.0
"""Room for an edge that only passes by."""
GAP_X, LAYER = 18.0, 60.0
SWEEPS = 12
SETTLINGS = 30


@dataclass(frozen=True, slots=True)
class Node:
    """A box to place."""

    name: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A line to place between two boxes, with room for its label. No loops."""

    source: str
    target: str
    weight: int
    label_width: float


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A box with its middle."""

    node: Node
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """A line with its points from source to target, and the middle of its label."""

    edge: Edge
    points: tuple[tuple[float, float], ...]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawing of some size; the upper left corner is (0, 0)."""

    width: float
    height: float
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]


@dataclass
class _Grid:
    """Cells in layers: a cell is a node's name or (edge number, layer)."""

    layers: list[list[object]]
    widths: dict[object, float] = field(default_factory=dict)
    above: dict[object, list[object]] = field(default_factory=lambda: defaultdict(list))
    below: dict[object, list[object]] = field(default_factory=lambda: defaultdict(list))

    def join(self, upper: object, lower: object) -> None:
        self.below[upper].append(lower)
        self.above[lower].append(upper)


def lay_out(nodes: Sequence[Node], edges: Sequence[Edge], *, last: str = "") -> Layout:
    """Place boxes and lines; boxes never overlap, nor do labels.

    The first node stands on top, the one named `last` at the bottom.
    """
    if not nodes:
        return Layout(0.0, 0.0, (), ())
    layer = _layers([node.name for node in nodes], edges)
    if last in layer:
        layer[last] = max(2, layer[last], *(n + 2 for name, n in layer.items() if name != last))  # fmt: skip
    grid, chains = _grid(nodes, edges, layer)
    _order(grid)
    x = _columns(grid)
    tall = max(node.height for node in nodes)
    y = {n: tall / 2 + n * LAYER for n in range(len(grid.layers))}
    placed = tuple(
        PlacedNode(node, x[node.name], y[layer[node.name]]) for node in nodes
    )
    lines = tuple(
        _line(edge, chain, x, y, layer, {node.name: node for node in nodes})
        for edge, chain in zip(edges, chains, strict=True)
    )
    width = max(x[cell] + grid.widths[cell] / 2 for cell in x)
    return Layout(width, y[len(y) - 1] + tall / 2, placed, lines)


def _layers(names: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Return even layers for nodes: labels live in the odd ones between."""
    below: dict[str, set[str]] = {name: set() for name in names}
    ranked = sorted(edges, key=lambda e: (-e.weight, e.source, e.target))
    for edge in [*_tree(names, ranked), *ranked]:
        if not _reaches(below, edge.target, edge.source):
            below[edge.source].add(edge.target)
    layer = dict.fromkeys(names, 0)
    for _ in names:
        for name in names:
            for target in below[name]:
                layer[target] = max(layer[target], layer[name] + 2)
    return layer


def _tree(names: Sequence[str], ranked: Sequence[Edge]) -> list[Edge]:
    """Return for every node the most frequent edge by which it is first reached."""
    reached: set[str] = set()
    tree = []
    for root in names:
        reached.add(root)
        while True:
            edge = next(
                (e for e in ranked if e.source in reached and e.target not in reached),
                None,
            )
            if edge is None:
                break
            reached.add(edge.target)
            tree.append(edge)
    return tree


def _reaches(below: Mapping[str, Iterable[str]], source: str, target: str) -> bool:
    seen, open_ = {source}, [source]
    while open_:
        name = open_.pop()
        if name == target:
            return True
        for following in below[name]:
            if following not in seen:
                seen.add(following)
                open_.append(following)
    return False


def _grid(
    nodes: Sequence[Node], edges: Sequence[Edge], layer: Mapping[str, int]
) -> tuple[_Grid, list[list[object]]]:
    grid = _Grid([[] for _ in range(max(layer.values()) + 1)])
    for node in nodes:
        grid.layers[layer[node.name]].append(node.name)
        grid.widths[node.name] = node.width
    chains = []
    for n, edge in enumerate(edges):
        high, low = sorted((edge.source, edge.target), key=lambda name: layer[name])
        between: list[object] = []
        middle = (layer[high] + layer[low]) // 2
        for place in range(layer[high] + 1, layer[low]):
            cell = (n, place)
            # The label stands in an odd layer, where no boxes are.
            labelled = place == middle - (middle % 2 == 0)
            grid.widths[cell] = edge.label_width if labelled else LANE
            grid.layers[place].append(cell)
            between.append(cell)
        for upper, lower in pairwise([high, *between, low]):
            grid.join(upper, lower)
        chains.append(between if high == edge.source else between[::-1])
    return grid, chains


def _order(grid: _Grid) -> None:
    best, fewest = [list(cells) for cells in grid.layers], _crossings(grid)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        neighbours = grid.above if down else grid.below
        layers = grid.layers[1:] if down else grid.layers[-2::-1]
        place = {cell: n for cells in grid.layers for n, cell in enumerate(cells)}
        for cells in layers:
            wish = {
                cell: fmean(place[other] for other in neighbours[cell])
                if neighbours[cell]
                else float(place[cell])
                for cell in cells
            }
            cells.sort(key=wish.__getitem__)
            place.update({cell: n for n, cell in enumerate(cells)})
        crossings = _crossings(grid)
        if crossings < fewest:
            best, fewest = [list(cells) for cells in grid.layers], crossings
    grid.layers = best


def _crossings(grid: _Grid) -> int:
    """Count pairs of lines that cross: those whose ends stand in the other order."""
    found = 0
    for upper, lower in pairwise(grid.layers):
        place = {cell: n for n, cell in enumerate(lower)}
        seen: list[int] = []
        for cell in upper:
            ends = sorted(place[to] for to in grid.below[cell])
            found += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return found


def _columns(grid: _Grid) -> dict[object, float]:
    """Move every cell towards its neighbours as far as its own neighbours let it."""
    x: dict[object, float] = {}
    for cells in grid.layers:
        left = 0.0
        for cell in cells:
            x[cell] = left + grid.widths[cell] / 2
            left += grid.widths[cell] + GAP_X
        shift = left / 2
        for cell in cells:
            x[cell] -= shift
    for turn in range(SETTLINGS):
        for cells in grid.layers if turn % 2 == 0 else reversed(grid.layers):
            _settle(grid, cells, x)
    least = min(x[cell] - grid.widths[cell] / 2 for cell in x)
    return {cell: place - least for cell, place in x.items()}


def _settle(grid: _Grid, cells: Sequence[object], x: dict[object, float]) -> None:
    wish = [
        fmean(x[other] for other in near) if near else x[cell]
        for cell in cells
        for near in [grid.above[cell] + grid.below[cell]]
    ]
    need = [(grid.widths[a] + grid.widths[b]) / 2 + GAP_X for a, b in pairwise(cells)]
    from_left, from_right = list(wish), list(wish)
    for n in range(1, len(cells)):
        from_left[n] = max(wish[n], from_left[n - 1] + need[n - 1])
    for n in range(len(cells) - 2, -1, -1):
        from_right[n] = min(wish[n], from_right[n + 1] - need[n])
    # Both keep the distances, so their mean does too.
    for cell, a, b in zip(cells, from_left, from_right, strict=True):
        x[cell] = (a + b) / 2


def _line(
    edge: Edge,
    chain: Sequence[object],
    x: Mapping[object, float],
    y: Mapping[int, float],
    layer: Mapping[str, int],
    nodes: Mapping[str, Node],
) -> PlacedEdge:
    down = 1 if layer[edge.source] < layer[edge.target] else -1
    places = range(layer[edge.source] + down, layer[edge.target], down)
    between = [(x[cell], y[n]) for cell, n in zip(chain, places, strict=True)]
    begin = x[edge.source], y[layer[edge.source]] + down * nodes[edge.source].height / 2
    end = x[edge.target], y[layer[edge.target]] - down * nodes[edge.target].height / 2
    middle = (layer[edge.source] + layer[edge.target]) // 2
    middle -= middle % 2 == 0
    label = next(p for p, n in zip(between, places, strict=True) if n == middle)
    return PlacedEdge(edge, (begin, *between, end), label)

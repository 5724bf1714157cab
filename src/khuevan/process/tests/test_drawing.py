"""The picture of a process: every way can be followed by eye."""

from __future__ import annotations

import re

from hypothesis import given, strategies as st

from khuevan.process.drawing import draw
from khuevan.process.rules.graph import Duty, Flow, Kind, Node, Process


def drawn(steps: int, ways: set[tuple[int, int]]) -> str:
    """Draw a chain of steps with further ways between them, forward and back."""
    nodes = [
        Node("s", Kind.START, "s", Duty.HANDLE),
        *(
            Node(f"n{i}", Kind.USER, f"n{i}", Duty.HANDLE, hours=1)
            for i in range(steps)
        ),
        Node("e", Kind.END, "e", Duty.HANDLE),
    ]
    pairs = [
        ("s", "n0"),
        *((f"n{i}", f"n{i + 1}") for i in range(steps - 1)),
        (f"n{steps - 1}", "e"),
    ]
    pairs += [(f"n{a}", f"n{b}") for a, b in sorted(ways)]
    flows = [Flow(f"f{n}", a, b) for n, (a, b) in enumerate(pairs)]
    return str(draw(Process("p", "P", tuple(nodes), tuple(flows)), title="t", description="d"))  # fmt: skip


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="(\d+)"', svg)  # fmt: skip
    return [(float(x), float(y), float(x) + int(w), float(y) + int(h)) for x, y, w, h in found]  # fmt: skip


def segments(svg: str):
    """Yield every straight piece of every way."""
    paths = re.findall(r'<path d="M([\d.]+) ([\d.]+)([^"]*)" fill="none"', svg)
    for left, top, turns in paths:
        x, y = float(left), float(top)
        for letter, number in re.findall(r"([HV])([\d.]+)", turns):
            after = (float(number), y) if letter == "H" else (x, float(number))
            yield (x, y), after
            x, y = after


def crosses(piece, box):
    """Tell whether a piece runs through the inside of a box."""
    (x1, y1), (x2, y2) = piece
    left, top, right, bottom = box
    return (
        max(x1, x2) > left and min(x1, x2) < right and max(y1, y2) > top and min(y1, y2) < bottom
    )  # fmt: skip


@given(
    steps=st.integers(2, 7),
    ways=st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=6),
)
def test_no_way_runs_through_a_step(steps, ways):
    ways = {(a, b) for a, b in ways if a < steps and b < steps and a != b}
    svg = drawn(steps, ways)
    assert [
        (piece, box) for piece in segments(svg) for box in boxes(svg) if crosses(piece, box)
    ] == []  # fmt: skip


def test_a_way_that_skips_steps_goes_round_them():
    svg = drawn(4, {(0, 3)})
    assert len(boxes(svg)) == 4
    assert len(list(segments(svg))) > 5

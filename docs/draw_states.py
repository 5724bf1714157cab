"""Draw the life of a task from `steering.rules.MOVES`: a picture and a table.

`python docs/draw_states.py` writes both; tests/test_docs.py fails when they differ.
"""

from __future__ import annotations

from html import escape
from math import hypot
from pathlib import Path

from khuevan.steering.rules import MOVES, State


HERE = Path(__file__).parent
PICTURE = HERE / "_static/task-states.svg"
PAGE = HERE / "reference/states.md"
BEGIN, END = "<!-- drawn from MOVES -->\n", "<!-- end -->"

PLACES = {
    State.OPEN: (120, 90),
    State.CLAIMED: (400, 90),
    State.ACCEPTED: (680, 90),
    State.SUSPENDED: (120, 330),
    State.CANCELLED: (400, 330),
}
CAUSES = {
    (State.OPEN, State.CLAIMED): "claim_done",
    (State.OPEN, State.ACCEPTED): "accept_by_report, the bound indicator",
    (State.OPEN, State.SUSPENDED): "suspend_task",
    (State.OPEN, State.CANCELLED): "cancel_task",
    (
        State.CLAIMED,
        State.ACCEPTED,
    ): "verify_claim, accept_by_report, the bound indicator",
    (State.CLAIMED, State.OPEN): "reject_claim",
    (State.CLAIMED, State.CANCELLED): "cancel_task",
    (State.ACCEPTED, State.OPEN): "reaudit failed, the indicator fell",
    (State.SUSPENDED, State.OPEN): "resume_task",
    (State.SUSPENDED, State.CANCELLED): "cancel_task",
}
"""What causes each move: the action's name, or what the hourly watch sees."""

HALF_WIDTH, HALF_HEIGHT, BOW = 68, 24, 0.13


def moves() -> list[tuple[State, State]]:
    """List every move, in the order of the states."""
    return [(a, b) for a in State for b in State if b in MOVES[a]]


def picture() -> str:
    """Return the diagram as SVG."""
    arrows = "".join(_arrow(a, b) for a, b in moves())
    boxes = "".join(_box(state) for state in State)
    title = "The states of a task and the moves between them"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 400" role="img" '
        'font-family="sans-serif" font-size="14">'
        f"<title>{title}</title>"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" '
        'markerHeight="9" orient="auto"><path d="M0 0L8 4L0 8z" fill="#6b5f52"/>'
        "</marker></defs>"
        '<rect width="800" height="400" fill="#fcf8f3"/>'
        f"{arrows}{boxes}</svg>\n"
    )


def table() -> str:
    """Return every move with its cause as a Markdown table."""
    rows = "".join(
        f"| `{a.value}` | `{b.value}` | {escape(CAUSES[a, b])} |\n" for a, b in moves()
    )
    return f"| from | to | what does it |\n|---|---|---|\n{rows}"


def page(text: str) -> str:
    """Return the page with its drawn part renewed."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _box(state: State) -> str:
    x, y = PLACES[state]
    return (
        f'<rect x="{x - HALF_WIDTH}" y="{y - HALF_HEIGHT}" width="{2 * HALF_WIDTH}" '
        f'height="{2 * HALF_HEIGHT}" rx="6" fill="#fff" stroke="#9c1f28" '
        f'stroke-width="2"/><text x="{x}" y="{y + 5}" text-anchor="middle" '
        f'fill="#1d1916">{state.value}</text>'
    )


def _arrow(a: State, b: State) -> str:
    (x1, y1), (x2, y2) = PLACES[a], PLACES[b]
    # Bowed to its own left, so that a move and its way back lie apart.
    bx = (x1 + x2) / 2 + BOW * (y2 - y1)
    by = (y1 + y2) / 2 - BOW * (x2 - x1)
    x1, y1 = _edge(x1, y1, bx, by)
    x2, y2 = _edge(x2, y2, bx, by)
    return (
        f'<path d="M{x1:.0f} {y1:.0f}Q{bx:.0f} {by:.0f} {x2:.0f} {y2:.0f}" '
        'fill="none" stroke="#6b5f52" stroke-width="1.5" marker-end="url(#tip)"/>'
    )


def _edge(
    x: float, y: float, towards_x: float, towards_y: float
) -> tuple[float, float]:
    """Return where the way from the middle of a box leaves it."""
    dx, dy = towards_x - x, towards_y - y
    length = hypot(dx, dy)
    dx, dy = dx / length, dy / length
    across = HALF_WIDTH / abs(dx) if dx else float("inf")
    up = HALF_HEIGHT / abs(dy) if dy else float("inf")
    reach = min(across, up) + 4
    return x + reach * dx, y + reach * dy


if __name__ == "__main__":
    PICTURE.write_text(picture())
    PAGE.write_text(page(PAGE.read_text()))

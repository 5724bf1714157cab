"""Write the moves of a deal from `deals.rules.states.TABLE` as tables.

`python docs/draw_deals.py` writes them; the tests of `deals` fail when they differ.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from khuevan.deals.rules.states import (
    ENDS,
    LIVE,
    OWNERS,
    TABLE,
    Actor,
    Move,
    Next,
    State,
)


PAGE = Path(__file__).parent / "reference/deal-states.md"
CLOCKS = Path(__file__).parents[1] / "src/khuevan/deals/data/clocks.toml"
BEGIN, END = "<!-- drawn from TABLE -->\n", "<!-- end -->"
EVERYWHERE = (Move.REMIND, Move.HAND_TO_STAFF, Move.GIVE_BACK)
"""Moves every live state has; they stand once."""
HANDS_ON = {
    Next.USUAL: "as the state's owner",
    Next.OTHER: "the other side",
    Next.SAME: "as before",
    Next.PROVIDER: "the provider",
    Next.RECIPIENT: "the recipient",
    Next.STAFF: "the exchange's people",
}


def tables() -> str:
    """Return both tables: the states with owner and clock, and every move."""
    return "".join([*_states(), "\n", *_moves()])


def page(text: str) -> str:
    """Return the page with its tables written anew."""
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + "\n" + tables() + "\n" + END + rest.partition(END)[2]


def _states() -> Iterator[str]:
    clocks = tomllib.loads(CLOCKS.read_text())["clock"]
    clocks.sort(key=lambda row: row["valid_from"])
    days = {row["state"]: row["days"] for row in clocks}
    yield "| state | who is to act | working days |\n|---|---|---|\n"
    for state in LIVE:
        owner = "both sides" if OWNERS[state] is Actor.SIDE else str(OWNERS[state])
        yield f"| `{state}` | {owner} | {days[state]} |\n"
    for state in State:
        if state in ENDS:
            yield f"| `{state}` | nobody | – |\n"


def _moves() -> Iterator[str]:
    yield "| from | move | by | to | who has it then |\n|---|---|---|---|---|\n"
    for row in sorted(TABLE, key=lambda row: list(State).index(row.source)):
        if row.move in EVERYWHERE:
            continue
        held = "nobody" if row.target in ENDS else HANDS_ON[row.next]
        yield f"| `{row.source}` | `{row.move}` | {row.by} | `{row.target}` | {held} |\n"
    for move in EVERYWHERE:
        row = next(row for row in TABLE if row.move is move)
        yield f"| every live state | `{move}` | {row.by} | the same | {HANDS_ON[row.next]} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))

"""Whether every way through a process ends: tried out, not hoped for.

A dossier that stands at a join for a strand that never comes would stand there for
ever. Before a process is published every combination of choices is walked through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from khuevan.platform.errors import N_, Problem

from .graph import Process
from .tokens import Move, Token, begin, leave


MOST_MARKINGS = 4_000
MOST_TOKENS = 24
Marking = tuple[Token, ...]


def check_ends(process: Process) -> list[Problem]:
    """Return what goes wrong on some way through; at most one problem a node.

    A process with more than 4,000 situations is refused as too tangled to check.
    """
    found: dict[str, Problem] = {}
    came_from = _explore(process, found)
    if came_from is None:
        return [Problem(process.id, N_("This process is too tangled to be checked."))]
    return list(found.values()) or _endless(came_from)


def markings(process: Process) -> frozenset[Marking]:
    """Return every situation a dossier can be in, whatever its answers are.

    Nothing where there are more than 4,000: such a process is never published.
    """
    return frozenset(_explore(process, {}) or ())


def _explore(
    process: Process, found: dict[str, Problem]
) -> dict[Marking, set[Marking]] | None:
    """Return every situation with those before it, None where there are too many.

    Faults met on the way are put into `found` and not followed further.
    """
    came_from: dict[Marking, set[Marking]] = {}
    edge: list[tuple[Marking, Marking]] = [
        ((), _after((), m)) for m in _outcomes(process, None, ())
    ]
    while edge:
        before, marking = edge.pop()
        known = marking in came_from
        came_from.setdefault(marking, set()).add(before)
        if known:
            continue
        if len(came_from) > MOST_MARKINGS:
            return None
        fault = _fault(marking)
        if fault:
            found.setdefault(fault.where, fault)
            continue
        for token in {t for t in marking if not t.joining}:
            edge.extend(
                (marking, _after(marking, m))
                for m in _outcomes(process, token, marking)
            )
    return came_from


def _endless(came_from: Mapping[Marking, set[Marking]]) -> list[Problem]:
    """Return one problem where some situation has no way left to the end of all work."""
    ending: set[Marking] = set()
    edge: list[Marking] = [()]
    while edge:
        marking = edge.pop()
        if marking not in ending:
            ending.add(marking)
            edge.extend(came_from.get(marking, ()))
    stuck = sorted(m[0].node for m in came_from if m not in ending)
    return [Problem(stuck[0], N_("Work that gets here never ends."))] if stuck else []


def _fault(marking: Marking) -> Problem | None:
    if marking and all(t.joining for t in marking):
        return Problem(
            marking[0].node,
            N_("A dossier can wait here for ever: not every strand always comes."),
        )
    if len(marking) > MOST_TOKENS:
        return Problem(
            marking[0].node, N_("Strands multiply on a way round and never end.")
        )
    return None


def _outcomes(process: Process, done: Token | None, marking: Marking) -> Iterable[Move]:
    """Yield every move the conditions on the way allow."""
    edge: list[dict[str, bool]] = [{}]
    while edge:
        chosen = edge.pop()
        asked: list[str] = []

        def holds(
            condition: str,
            data: Mapping[str, Any],
            chosen: dict[str, bool] = chosen,
            asked: list[str] = asked,
        ) -> bool:
            if condition not in chosen and condition not in asked:
                asked.append(condition)
            return chosen.get(condition, False)

        if done is None:
            yield begin(process, {}, holds)
        else:
            yield leave(process, marking, done, {}, holds)
        settled = dict(chosen)
        for condition in asked:
            edge.append(settled | {condition: True})
            settled[condition] = False


def _after(marking: Marking, move: Move) -> Marking:
    rest = list(marking)
    for token in move.gone:
        rest.remove(token)
    return tuple(sorted([*rest, *move.new], key=lambda t: (t.node, t.via, t.joining)))

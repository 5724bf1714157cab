"""Where a dossier's strands stand when it goes over to another version of its process.

Tokens cannot simply be renamed: a strand that waits at a join for the others waits for
certain arrows, and another version has other arrows. So a whole situation is looked
for that dossiers of the new version can really be in, in which the dossier's steps
wait and nothing counts as done that it has not done.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from khuevan.platform.errors import N_, RuleBroken

from .graph import WAITING, Kind, Process
from .soundness import Marking, markings
from .tokens import Token


@dataclass(frozen=True, slots=True)
class Fit:
    """Where strands go: every old token with its new one, and tokens that come.

    None: the strand ends, because it meets another one at the same step or because
    nothing joins any more. `new` holds steps the dossier has still to do side by side
    with its own, and joins that count what it did as done.
    """

    kept: tuple[tuple[Token, Token | None], ...]
    new: tuple[Token, ...]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Return all tokens as they stand afterwards."""
        return (*(after for _, after in self.kept if after), *self.new)


def fit(
    process: Process,
    tokens: Iterable[Token],
    targets: Mapping[str, str],
    done: Collection[str],
) -> Fit:
    """Return where the tokens of a dossier stand in a process.

    `targets` names for every step it waits at the step it goes on at; `done` are the
    steps of the process its work counts as done. Of several situations the one that
    asks for the least work in addition is taken. Raises RuleBroken where there is none.
    """
    standing = list(tokens)
    waiting = [t for t in standing if not t.joining]
    if not waiting:
        return Fit(tuple((t, None) for t in standing), ())
    wished = Counter(targets[t.node] for t in waiting)
    situation = _situation(process, wished, done)
    return _paired(standing, targets, situation)


def _situation(
    process: Process, wished: Counter[str], done: Collection[str]
) -> Marking:
    # Strands that were sent to one step meet there, unless it can really be done twice.
    for wish in (wished, Counter(set(wished))):
        found = [m for m in _markings(process) if _waits(m) >= wish and _joins_explained(process, m, done)]  # fmt: skip
        if found:
            return min(found, key=lambda m: _demand(process, m, wish, done))
    names = ", ".join(f"“{process.by_id[key].name}”" for key in sorted(wished))
    raise RuleBroken(
        N_("In the new version no dossier can be at %(steps)s with what this one has done."),
        steps=names,
    )  # fmt: skip


def _demand(
    process: Process, marking: Marking, wish: Counter[str], done: Collection[str]
) -> tuple[object, ...]:
    """Return how much a situation asks beyond a wish: the least comes first.

    Few further steps; such as follow what was done and were not; many joins that count work as
    done; steps near the start, so that nothing is left out.
    """
    own, further = Counter(wish), []
    for token in marking:
        if token.joining:
            continue
        if own[token.node] > 0:
            own[token.node] -= 1
        else:
            further.append(token)
    strange = sum(
        token.node in done or not _follows(process, token, done) for token in further
    )
    depth = sum(_depths(process)[token.node] for token in further)
    return len(further), strange, -len(marking), depth, [(t.node, t.via) for t in marking]  # fmt: skip


@lru_cache(maxsize=64)
def _depths(process: Process) -> dict[str, int]:
    """Return how many arrows each node is away from the start."""
    depths, edge = {process.start.id: 0}, deque([process.start.id])
    while edge:
        node = edge.popleft()
        for flow in process.outgoing.get(node, ()):
            if flow.target not in depths:
                depths[flow.target] = depths[node] + 1
                edge.append(flow.target)
    return depths


@lru_cache(maxsize=64)
def _markings(process: Process) -> frozenset[Marking]:
    return markings(process)


def _waits(marking: Marking) -> Counter[str]:
    return Counter(t.node for t in marking if not t.joining)


def _joins_explained(process: Process, marking: Marking, done: Collection[str]) -> bool:
    """Tell whether every strand that came to a join comes from work that was done."""
    return all(_follows(process, token, done) for token in marking if token.joining)


def _follows(process: Process, token: Token, done: Collection[str]) -> bool:
    feeding = _feeding(process, token.via)
    return not feeding or bool(feeding & set(done))


def _feeding(process: Process, via: str) -> frozenset[str]:
    """Return the steps after which an arrow is reached without another one's work.

    Empty where the start leads there by itself.
    """
    flows = {flow.id: flow for flow in process.flows}
    found, seen, edge = set(), set(), [flows[via].source]
    while edge:
        node = process.by_id[edge.pop()]
        if node.id in seen:
            continue
        seen.add(node.id)
        if node.kind is Kind.START:
            return frozenset()
        if node.kind in WAITING:
            found.add(node.id)
        else:
            edge.extend(flow.source for flow in process.incoming.get(node.id, ()))
    return frozenset(found)


def _paired(
    standing: list[Token], targets: Mapping[str, str], situation: Marking
) -> Fit:
    """Give every old token its place in a situation; what is left over comes new."""
    free = list(situation)
    kept: list[tuple[Token, Token | None]] = []
    for token in standing:
        wanted = [
            t
            for t in free
            if t.joining == token.joining
            and (token.joining or t.node == targets[token.node])
        ]
        # An arrow of the same name at a join of the same name is the same strand.
        wanted.sort(key=lambda t: ((t.node, t.via) != (token.node, token.via), t.node, t.via))  # fmt: skip
        after = wanted[0] if wanted else None
        if after:
            free.remove(after)
        kept.append((token, after))
    return Fit(tuple(kept), tuple(free))

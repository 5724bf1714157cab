"""How tokens move: where a dossier is, and where it goes when a step is done.

A state is a set of tokens. Waiting tokens stand at steps; joining tokens stand at a
gateway for the others that must come. `begin` and `leave` return the whole change,
so that whoever stores tokens as rows writes exactly it. The same functions run the
author's test cases and the city's dossiers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from khuevan.platform.errors import N_, RuleBroken

from .graph import GATEWAYS, WAITING, Flow, Kind, Node, Process


Holds = Callable[[str, Mapping[str, Any]], bool]
MOST_MOVES = 1_000
"""How far one move may run by itself. A guard, not a rule."""


@dataclass(frozen=True, slots=True)
class Token:
    """Where one strand of the work is. `via` is the flow it came by."""

    node: str
    via: str = ""
    joining: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """What a move changes: tokens gone, tokens new, automatic nodes passed in order.

    `passed` holds gateways left out: only service steps and ends.
    """

    gone: tuple[Token, ...]
    new: tuple[Token, ...]
    passed: tuple[Node, ...]


def begin(process: Process, data: Mapping[str, Any], holds: Holds) -> Move:
    """Return the first tokens of a dossier."""
    walk = _Walk(process, [], data, holds)
    walk.out_of(process.start)
    return walk.move()


def leave(
    process: Process,
    tokens: Iterable[Token],
    done: Token,
    data: Mapping[str, Any],
    holds: Holds,
) -> Move:
    """Return what follows when the work at one waiting token is done.

    Raises RuleBroken where no such token waits.
    """
    standing = list(tokens)
    if done not in standing or done.joining:
        raise RuleBroken(N_("This step is not waiting for anybody now."))
    walk = _Walk(process, standing, data, holds)
    walk.take(done)
    walk.out_of(process.by_id[done.node])
    return walk.move()


def finished(tokens: Iterable[Token]) -> bool:
    """Tell whether nothing is left to do."""
    return not list(tokens)


class _Walk:
    """One move on its way: follows flows until every strand waits, joins or ends."""

    def __init__(
        self,
        process: Process,
        standing: list[Token],
        data: Mapping[str, Any],
        holds: Holds,
    ) -> None:
        self.process, self.data, self.holds = process, data, holds
        self.before = list(standing)
        self.standing = list(standing)
        self.passed: list[Node] = []
        self.moves = 0

    def move(self) -> Move:
        self._release_inclusive()
        gone, rest = list(self.before), []
        for token in self.standing:
            if token in gone:
                gone.remove(token)
            else:
                rest.append(token)
        return Move(tuple(gone), tuple(rest), tuple(self.passed))

    def take(self, token: Token) -> None:
        self.standing.remove(token)

    def out_of(self, node: Node) -> None:
        for flow in self._chosen(node):
            self._into(flow)

    def _chosen(self, node: Node) -> Iterable[Flow]:
        flows = self.process.outgoing.get(node.id, ())
        if len(flows) < 2 or node.kind not in {Kind.EXCLUSIVE, Kind.INCLUSIVE}:
            return flows
        open_ways = [
            f for f in flows if not f.is_default and self.holds(f.condition, self.data)
        ]
        if not open_ways:
            return [f for f in flows if f.is_default]
        return open_ways[:1] if node.kind is Kind.EXCLUSIVE else open_ways

    def _into(self, flow: Flow) -> None:
        self.moves += 1
        if self.moves > MOST_MOVES:
            raise RuleBroken(N_("This process runs in a circle by itself."))
        node = self.process.by_id[flow.target]
        if node.kind in WAITING:
            self.standing.append(Token(node.id, flow.id))
        elif node.kind in GATEWAYS:
            self._arrive(node, flow)
        else:
            self.passed.append(node)
            self.out_of(node)

    def _arrive(self, node: Node, flow: Flow) -> None:
        incoming = self.process.incoming[node.id]
        if node.kind is Kind.EXCLUSIVE or len(incoming) == 1:
            self.out_of(node)
            return
        self.standing.append(Token(node.id, flow.id, joining=True))
        if node.kind is Kind.PARALLEL and self._all_came(node):
            self._join(node)

    def _all_came(self, node: Node) -> bool:
        came = {t.via for t in self.standing if t.joining and t.node == node.id}
        return came >= {f.id for f in self.process.incoming[node.id]}

    def _join(self, node: Node) -> None:
        """Take one token of every arrow that brought one, and go on once."""
        taken: set[str] = set()
        for token in [t for t in self.standing if t.joining and t.node == node.id]:
            if token.via not in taken:
                taken.add(token.via)
                self.take(token)
        self.out_of(node)

    def _release_inclusive(self) -> None:
        """Let inclusive joins go for which nothing can come any more."""
        while True:
            joins = self._waiting_joins()
            ready = next((n for n in joins if self._nothing_comes(n)), None)
            if ready is None and joins and all(t.joining for t in self.standing):
                ready = joins[0]  # two joins wait for each other only
            if ready is None:
                return
            self._join(ready)

    def _waiting_joins(self) -> list[Node]:
        nodes = {t.node for t in self.standing if t.joining}
        found = [self.process.by_id[n] for n in sorted(nodes)]
        return [n for n in found if n.kind is Kind.INCLUSIVE]

    def _nothing_comes(self, node: Node) -> bool:
        return not any(
            node.id in self.process.reaches(t.node)
            for t in self.standing
            if not (t.joining and t.node == node.id)
        )

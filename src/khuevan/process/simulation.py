"""Running a process on paper: the author's test cases, and what a change would do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from khuevan.platform.errors import N_, RuleBroken

from .expressions import holds
from .rules.graph import Flow, Kind, Node, Process
from .rules.tokens import Token, begin, leave


MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class Run:
    """One way through: ids of the steps in order, and their hours.

    `hours` is the longest strand where strands run side by side: what the whole takes
    when nobody waits, in working hours.
    """

    path: tuple[str, ...]
    hours: float


def simulate(process: Process, data: Mapping[str, Any]) -> Run:
    """Return the way a dossier with this data takes when every step is done at once.

    Steps that wait side by side are done in the order of the document. Raises
    RuleBroken where the data leads into a way round without end.
    """
    first = begin(process, data, holds)
    served = [n.id for n in first.passed if n.kind is Kind.SERVICE]
    return _run(process, first.new, data, served)


def path_ahead(
    process: Process, tokens: Iterable[Token], data: Mapping[str, Any]
) -> Run:
    """Return the way a dossier takes from where it stands, its steps there included.

    Raises RuleBroken where a condition cannot be computed over its data, or where it
    leads into a way round without end.
    """
    return _run(process, tokens, data, [])


def _run(
    process: Process, tokens: Iterable[Token], data: Mapping[str, Any], path: list[str]
) -> Run:
    order = {node.id: number for number, node in enumerate(process.nodes)}
    ready: dict[Token, float] = dict.fromkeys(tokens, 0.0)
    total = 0.0
    while ready:
        waiting = [t for t in ready if not t.joining]
        if not waiting or len(path) > MOST_STEPS:
            raise RuleBroken(N_("With these answers the dossier never ends."))
        done = min(waiting, key=lambda t: (order[t.node], t.via))
        node = process.by_id[done.node]
        ended = ready[done] + node.hours
        total = max(total, ended)
        path.append(node.id)
        move = leave(process, list(ready), done, data, holds)
        # A join goes on when the last of its strands has come.
        ended = max([ended, *(ready.get(token, 0.0) for token in move.gone)])
        for token in move.gone:
            del ready[token]
        ready |= dict.fromkeys(move.new, ended)
        path.extend(n.id for n in move.passed if n.kind is Kind.SERVICE)
    return Run(tuple(path), total)


UNSURE = frozenset({"outcome", "decision", "finance", "supplements"})
"""What conditions may look at that is known only while a dossier runs."""


def budget(node: Node) -> float:
    """Return the working hours a step has been given."""
    return node.hours


def longest_hours(
    process: Process,
    data: Mapping[str, Any] | None = None,
    hours: Callable[[Node], float] = budget,
) -> float:
    """Return the working hours of the longest way without going back twice.

    What the sum of step budgets is held against: it must fit the legal limit. With
    `data` only the ways this data can open count; a condition on what is known only
    while a dossier runs counts as open. `hours` says what a step takes. Raises
    RuleBroken where a condition cannot be computed over the data.
    """
    order: dict[str, float] = {}
    seen: set[str] = set()

    def walk(name: str) -> float:
        if name in order:
            return order[name]
        if name in seen:
            return float("-inf")  # a way round: its first turn is counted already
        seen.add(name)
        node = process.by_id[name]
        after = [walk(flow.target) for flow in _possible(process, node, data)]
        seen.discard(name)
        order[name] = hours(node) + max(after, default=0.0)
        return order[name]

    return walk(process.start.id)


def _possible(
    process: Process, node: Node, data: Mapping[str, Any] | None
) -> Iterable[Flow]:
    """Return the ways out of a node that some dossier with this data may take."""
    flows = process.outgoing.get(node.id, ())
    if data is None or len(flows) < 2 or node.kind not in CHOOSING:
        return flows
    found = []
    for flow in flows:
        if flow.is_default:
            continue
        sure = not UNSURE & set(_NAMES.findall(flow.condition))
        if sure and not holds(flow.condition, data):
            continue
        found.append(flow)
        if sure and node.kind is Kind.EXCLUSIVE:
            return found  # nothing after it is looked at
    certain = any(not UNSURE & set(_NAMES.findall(f.condition)) for f in found)
    return found if certain else [*found, *(f for f in flows if f.is_default)]


_NAMES = re.compile(r"(?<![\w.])[a-z_]+")
CHOOSING = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE})


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed between two versions of a process, by ids of nodes."""

    added: tuple[Node, ...]
    removed: tuple[Node, ...]
    changed: tuple[tuple[Node, Node], ...]


def differences(old: Process, new: Process) -> Differences:
    """Return the steps that came, went and changed; a step is known by its name first."""
    changed, gone, met = [], [], set()
    for node in (n for n in old.nodes if n.name):
        key = successor_of(old, new, node.id)
        if key is None or key in met:
            gone.append(node)
            continue
        met.add(key)
        if replace(node, id=key) != new.by_id[key]:
            changed.append((node, new.by_id[key]))
    came = [n for n in new.nodes if n.name and n.id not in met]
    return Differences(tuple(came), tuple(gone), tuple(changed))


def successor_of(old: Process, new: Process, node: str) -> str | None:
    """Return where a dossier waiting at a step of the old version goes in the new.

    The only step of the same name and work; else the step of the same id, unless its
    name was another step's before: ids of step tables are places, and places shift.
    Else nothing: a person must say.
    """
    at = old.by_id[node]
    alike = [n for n in new.nodes if n.name == at.name and _same_work(n, at)]
    if len(alike) == 1:
        return alike[0].id
    same = new.by_id.get(node)
    if same is None or not _same_work(same, at):
        return None
    shifted = same.name != at.name and any(n.name == same.name for n in old.nodes)
    return None if shifted else same.id


def _same_work(one: Node, other: Node) -> bool:
    return one.kind is other.kind and one.duty is other.duty

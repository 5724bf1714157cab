"""A process: nodes, flows, and what may be published."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from khuevan.platform.errors import N_, Problem


class Kind(StrEnum):
    """The declared subset. Anything else is refused when it is read."""

    START = "start"
    END = "end"
    USER = "user"  # somebody works in the system
    MANUAL = "manual"  # somebody works outside and says it is done
    SERVICE = "service"  # the platform does it
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    TIMER = "timer"
    MESSAGE = "message"
    CALL = "call"  # another procedure's dossier, a child of this one
    OPINIONS = "opinions"  # several agencies are asked at once


GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE})
WAITING = frozenset(
    {Kind.USER, Kind.MANUAL, Kind.TIMER, Kind.MESSAGE, Kind.CALL, Kind.OPINIONS}
)
"""Nodes at which a token stays until something from outside happens."""
WORK = frozenset({Kind.USER, Kind.MANUAL})


class Duty(StrEnum):
    """Who does a step: the roles of process decisions (quy trình nội bộ)."""

    RECEPTION = "reception"  # cán bộ tiếp nhận
    ASSIGN = "assign"  # lãnh đạo phòng phân công
    HANDLE = "handle"  # chuyên viên thụ lý
    CHECK = "check"  # lãnh đạo phòng kiểm tra
    SIGN = "sign"  # lãnh đạo cơ quan ký
    CLERK = "clerk"  # văn thư
    RETURN = "return"  # trả kết quả


class Party(StrEnum):
    """Whose people do it; any other value is an organisation's code."""

    AGENCY = "agency"  # the agency that decides
    RECEIVER = "receiver"  # the point that received the dossier
    RETURNER = "returner"  # the point that returns the result


@dataclass(frozen=True, slots=True)
class Node:
    """One node. `hours` is the step's budget in working hours."""

    id: str
    kind: Kind
    name: str = ""
    duty: Duty | None = None
    party: str = Party.AGENCY.value
    hours: float = 0
    service: str = ""  # what the platform does; or the message waited for
    procedure: str = ""  # the code of a child dossier's procedure
    asked: tuple[str, ...] = ()  # codes of the agencies whose opinion is asked


@dataclass(frozen=True, slots=True)
class Flow:
    """One arrow. A condition is an expression over the dossier's data."""

    id: str
    source: str
    target: str
    condition: str = ""
    is_default: bool = False
    name: str = ""


@dataclass(frozen=True)
class Process:
    """A graph of nodes and flows, in the order of its document."""

    id: str
    name: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    places: dict[str, tuple[float, float]] = field(default_factory=dict, compare=False)

    @cached_property
    def by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def outgoing(self) -> dict[str, tuple[Flow, ...]]:
        return self._grouped("source")

    @cached_property
    def incoming(self) -> dict[str, tuple[Flow, ...]]:
        return self._grouped("target")

    @cached_property
    def start(self) -> Node:
        return next(node for node in self.nodes if node.kind is Kind.START)

    @property
    def steps(self) -> tuple[Node, ...]:
        """Return the nodes at which somebody or something has work to do."""
        return tuple(n for n in self.nodes if n.kind not in GATEWAYS | _EDGES)

    def reaches(self, start: str) -> frozenset[str]:
        """Return every node that can follow a node, itself only on a loop."""
        kept = self._reached.get(start)
        if kept is None:
            kept = self._reached[start] = frozenset(self._walk(start))
        return kept

    @cached_property
    def _reached(self) -> dict[str, frozenset[str]]:
        return {}

    def _walk(self, start: str) -> Iterable[str]:
        seen: set[str] = set()
        edge = deque([start])
        while edge:
            for flow in self.outgoing.get(edge.popleft(), ()):
                if flow.target not in seen:
                    seen.add(flow.target)
                    edge.append(flow.target)
        return seen

    def _grouped(self, side: str) -> dict[str, tuple[Flow, ...]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.flows:
            found.setdefault(getattr(flow, side), []).append(flow)
        return {key: tuple(flows) for key, flows in found.items()}


_EDGES = frozenset({Kind.START, Kind.END})


def check(process: Process) -> list[Problem]:
    """Return everything that keeps a process from being published."""
    shape = [*_ends(process), *_dangling(process)]
    if shape:
        return shape  # the rest assumes a connected graph
    return [
        *_unreachable(process),
        *_branches(process),
        *_loops(process),
        *_steps(process),
    ]


def hangs_together(process: Process) -> bool:
    """Tell whether one start leads to every node: such a process can be drawn."""
    starts = [node for node in process.nodes if node.kind is Kind.START]
    ends = {key for flow in process.flows for key in (flow.source, flow.target)}
    if len(starts) != 1 or ends - process.by_id.keys():
        return False
    return process.by_id.keys() <= process.reaches(starts[0].id) | {starts[0].id}


def _ends(process: Process) -> Iterable[Problem]:
    starts = [n for n in process.nodes if n.kind is Kind.START]
    if len(starts) != 1:
        yield Problem(process.id, N_("A process has exactly one start."))
    if not any(n.kind is Kind.END for n in process.nodes):
        yield Problem(process.id, N_("A process has at least one end."))


def _dangling(process: Process) -> Iterable[Problem]:
    for flow in process.flows:
        if {flow.source, flow.target} - process.by_id.keys():
            yield Problem(flow.id, N_("This flow leads from or to nowhere."))
    for node in process.nodes:
        if node.kind is not Kind.END and not process.outgoing.get(node.id):
            yield Problem(node.id, N_("Nothing follows this step."))
        if node.kind is not Kind.START and not process.incoming.get(node.id):
            yield Problem(node.id, N_("Nothing leads to this step."))
        if node.kind is Kind.START and process.incoming.get(node.id):
            yield Problem(node.id, N_("Nothing may lead back to the start."))
        if node.kind is Kind.END and process.outgoing.get(node.id):
            yield Problem(node.id, N_("Nothing may follow an end."))


def _unreachable(process: Process) -> Iterable[Problem]:
    reached = process.reaches(process.start.id) | {process.start.id}
    ends = {n.id for n in process.nodes if n.kind is Kind.END}
    for node in process.nodes:
        if node.id not in reached:
            yield Problem(node.id, N_("No way leads from the start to here."))
        elif node.id not in ends and not process.reaches(node.id) & ends:
            yield Problem(node.id, N_("No way leads from here to an end."))


def _branches(process: Process) -> Iterable[Problem]:
    """Only choosing gateways have conditions; each of them has a way for every case."""
    for node in process.nodes:
        flows = process.outgoing.get(node.id, ())
        choosing = node.kind in {Kind.EXCLUSIVE, Kind.INCLUSIVE} and len(flows) > 1
        if choosing and sum(f.is_default for f in flows) != 1:
            yield Problem(
                node.id, N_("Name one default way: what happens in every other case.")
            )
        for flow in flows:
            if choosing and not flow.is_default and not flow.condition:
                yield Problem(flow.id, N_("This way of the choice has no condition."))
            if flow.condition and not choosing:
                yield Problem(flow.id, N_("Only a choice may have conditions."))
        if node.kind not in GATEWAYS and len(flows) > 1:
            yield Problem(node.id, N_("Split with a gateway, not with two arrows."))


def _loops(process: Process) -> Iterable[Problem]:
    """A way round without anybody's work would never stop."""
    automatic = {n.id for n in process.nodes if n.kind not in WAITING}
    graph = {
        node: [
            f.target for f in process.outgoing.get(node, ()) if f.target in automatic
        ]
        for node in automatic
    }
    state: dict[str, int] = {}

    def circles(node: str) -> bool:
        state[node] = 1
        for target in graph[node]:
            if state.get(target) == 1 or (target not in state and circles(target)):
                return True
        state[node] = 2
        return False

    for node in sorted(automatic):
        if node not in state and circles(node):
            yield Problem(node, N_("This loop has no step that waits for anybody."))
            return


_MUST_HAVE: tuple[tuple[frozenset[Kind], str, str], ...] = (
    (WORK, "duty", N_("Say whose duty this step is.")),
    (WORK | {Kind.OPINIONS}, "hours", N_("Give this step its working hours.")),
    (frozenset({Kind.TIMER}), "hours", N_("Say how many working hours to wait.")),
    (
        frozenset({Kind.SERVICE, Kind.MESSAGE}),
        "service",
        N_("Say what the platform does or waits for here."),
    ),
    (
        frozenset({Kind.CALL}),
        "procedure",
        N_("Say which procedure this step opens."),
    ),
    (frozenset({Kind.OPINIONS}), "asked", N_("Say whose opinions are asked.")),
    (frozenset(Kind) - GATEWAYS - _EDGES, "name", N_("Give this step a name.")),
)


def _steps(process: Process) -> Iterable[Problem]:
    for node in process.nodes:
        for kinds, attribute, sentence in _MUST_HAVE:
            if node.kind in kinds and not getattr(node, attribute):
                yield Problem(node.id, sentence)

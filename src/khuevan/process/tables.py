"""Step tables, as agencies publish their internal processes: step, duty, hours.

A row names a step (`name`), whose duty it is (`duty`), its budget in working hours
(`hours`), and where needed the agency (`party`), agencies asked for opinions
(`asked`), a child procedure (`procedure`), a service of the platform (`service`), a
condition under which the step is done at all (`when`), and the name of an earlier
step the work goes back to if `back_when` holds after this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from khuevan.platform.errors import N_, InputRefused, Problem

from .rules.graph import Duty, Flow, Kind, Node, Process


COLUMNS = ("name", "duty", "hours", "party", "asked", "procedure", "service", "when", "back_to", "back_when")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a step table."""

    name: str
    duty: Duty | None = None
    hours: float = 0
    party: str = "agency"
    asked: tuple[str, ...] = ()
    procedure: str = ""
    service: str = ""
    when: str = ""
    back_to: str = ""
    back_when: str = ""

    @property
    def kind(self) -> Kind:
        if self.asked:
            return Kind.OPINIONS
        if self.procedure:
            return Kind.CALL
        if self.duty is None and self.service.startswith("wait:"):
            return Kind.MESSAGE
        return Kind.SERVICE if self.duty is None and self.service else Kind.USER


def read_steps(rows: Iterable[Mapping[str, str]]) -> tuple[Step, ...]:
    """Return the steps of a table; raise InputRefused naming row and column."""
    problems: list[Problem] = []
    steps = [
        _step(f"{number}", row, problems) for number, row in enumerate(rows, start=1)
    ]
    names = {step.name for step in steps}
    problems.extend(
        Problem(f"{number}, back_to", N_("No step has the name “%(name)s”."), "", {"name": s.back_to})
        for number, s in enumerate(steps, start=1)
        if s.back_to and s.back_to not in names
    )  # fmt: skip
    if problems:
        raise InputRefused(problems)
    return tuple(steps)


def _step(where: str, row: Mapping[str, str], problems: list[Problem]) -> Step:
    told = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not told["name"]:
        problems.append(Problem(f"{where}, name", N_("Give this step a name.")))
    try:
        duty = Duty(told["duty"]) if told["duty"] else None
    except ValueError:
        duty = None
        problems.append(
            Problem(f"{where}, duty", N_("“%(duty)s” is no duty; known are %(known)s."), "",
                    {"duty": told["duty"], "known": ", ".join(Duty)})
        )  # fmt: skip
    try:
        hours = float(told["hours"].replace(",", ".") or 0)
    except ValueError:
        hours = 0
        problems.append(
            Problem(f"{where}, hours", N_("“%(hours)s” is no number of working hours."), "",
                    {"hours": told["hours"]})
        )  # fmt: skip
    return Step(
        name=told["name"],
        duty=duty,
        hours=hours,
        party=told["party"] or "agency",
        asked=tuple(told["asked"].replace(",", " ").split()),
        procedure=told["procedure"],
        service=told["service"],
        when=told["when"],
        back_to=told["back_to"],
        back_when=told["back_when"],
    )


def from_steps(process_id: str, name: str, steps: Iterable[Step]) -> Process:
    """Return the process a step table describes: one step after the other.

    A step with a condition is passed by where it does not hold; a step with a way
    back is followed by a choice. Deterministic: the same table, the same ids.
    """
    writer = _Writer()
    writer.node(Node("start", Kind.START))
    for number, step in enumerate(steps, start=1):
        writer.step(f"s{number}", step)
    writer.node(Node("end", Kind.END))
    nodes, flows = _without_idle(writer.nodes, writer.flows)
    return Process(process_id, name, tuple(nodes), tuple(flows))


def _without_idle(
    nodes: list[Node], flows: list[Flow]
) -> tuple[list[Node], list[Flow]]:
    """Leave out gateways that one flow enters and one leaves."""
    for node in [n for n in nodes if n.kind is Kind.EXCLUSIVE]:
        into = [f for f in flows if f.target == node.id]
        out = [f for f in flows if f.source == node.id]
        if len(into) == len(out) == 1:
            nodes = [n for n in nodes if n is not node]
            joined = replace(into[0], target=out[0].target)
            flows = [joined if f is into[0] else f for f in flows if f is not out[0]]
    return nodes, flows


class _Writer:
    """Adds node after node; `open` are the flows that lead to the next one."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self.entries: dict[str, str] = {}
        self._open: list[tuple[str, str, bool]] = []

    def node(self, node: Node) -> None:
        self.nodes.append(node)
        for source, condition, default in self._open:
            self._flow(source, node.id, condition, default)
        self._open = [(node.id, "", False)]

    def step(self, key: str, step: Step) -> None:
        # Ways that meet, meet in a gateway: skipped steps and ways back lead here.
        self.node(Node(f"{key}_in", Kind.EXCLUSIVE))
        self.entries[step.name] = f"{key}_in"
        if step.when:
            self._open = [(f"{key}_in", step.when, False)]
        service = step.service.removeprefix("wait:")
        self.node(
            Node(key, step.kind, step.name, step.duty, step.party, step.hours,
                 service, step.procedure, step.asked)
        )  # fmt: skip
        if step.back_to:
            self.node(Node(f"{key}_back", Kind.EXCLUSIVE))
            self._flow(f"{key}_back", self.entries[step.back_to], step.back_when, False)
            self._open = [(f"{key}_back", "", True)]
        if step.when:
            self._open.append((f"{key}_in", "", True))

    def _flow(self, source: str, target: str, condition: str, default: bool) -> None:
        self.flows.append(
            Flow(f"f{len(self.flows) + 1}", source, target, condition, default)
        )

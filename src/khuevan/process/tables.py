"""Step tables, as agencies publish their internal processes: step, duty, hours.

A row names a step (`name`), whose duty it is (`duty`), its budget in working hours
(`hours`), and where needed the agency (`party`), agencies asked for opinions
(`asked`), a child procedure (`procedure`), a service of the platform (`service`), a
condition under which the step is done at all (`when`), and the name of an earlier
step the work goes back to if `back_when` holds after this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.text import fold

from .expressions import fault_of
from .rules.graph import Duty, Flow, Kind, Node, Process


MOST_HOURS = 10_000
COLUMNS = ("name", "duty", "hours", "party", "asked", "procedure", "service", "when", "back_to", "back_when")  # fmt: skip

DUTIES = {duty.value: duty for duty in Duty} | {
    "can bo tiep nhan": Duty.RECEPTION, "tiep nhan": Duty.RECEPTION, "bo phan mot cua": Duty.RECEPTION,
    "phan cong": Duty.ASSIGN, "lanh dao phong phan cong": Duty.ASSIGN,
    "thu ly": Duty.HANDLE, "chuyen vien": Duty.HANDLE, "chuyen vien thu ly": Duty.HANDLE,
    "kiem tra": Duty.CHECK, "lanh dao phong": Duty.CHECK, "lanh dao phong kiem tra": Duty.CHECK,
    "ky": Duty.SIGN, "ky duyet": Duty.SIGN, "lanh dao co quan": Duty.SIGN, "lanh dao co quan ky": Duty.SIGN,
    "van thu": Duty.CLERK, "tra ket qua": Duty.RETURN,
}  # fmt: skip
"""Duties as tables name them, written without accents."""


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


def read_steps(
    rows: Iterable[Mapping[str, str]], numbers: Sequence[int] | None = None
) -> tuple[Step, ...]:
    """Return the steps of a table; raise InputRefused naming row and column.

    `numbers` are the rows' own numbers where the table is a part of a file; else they
    are counted from 1.
    """
    rows = list(rows)
    problems: list[Problem] = []
    numbers = numbers or range(1, len(rows) + 1)
    steps = [
        _step(f"{number}", row, problems)
        for number, row in zip(numbers, rows, strict=True)
    ]
    earlier: set[str] = set()
    for number, step in zip(numbers, steps, strict=True):
        if step.name in earlier:
            what = N_("Two steps have the name “%(name)s”; give each its own.")
            problems.append(Problem(f"{number}, name", what, "", {"name": step.name}))
        earlier.add(step.name)
        if step.back_to and step.back_to not in earlier:
            what = N_("No earlier step has the name “%(name)s”.")
            problems.append(Problem(f"{number}, back_to", what, "", {"name": step.back_to}))  # fmt: skip
        if bool(step.back_to) != bool(step.back_when):
            what = N_("A way back needs both: the step it leads to, and when.")
            problems.append(Problem(f"{number}, back_to", what))
    if problems:
        raise InputRefused(problems)
    return tuple(steps)


def _step(where: str, row: Mapping[str, str], problems: list[Problem]) -> Step:
    told = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not told["name"]:
        problems.append(Problem(f"{where}, name", N_("Give this step a name.")))
    duty = DUTIES.get(fold(told["duty"]))
    if told["duty"] and duty is None:
        problems.append(
            Problem(f"{where}, duty", N_("“%(duty)s” is no duty; known are %(known)s."), "",
                    {"duty": told["duty"], "known": ", ".join(Duty)})
        )  # fmt: skip
    for name in ("when", "back_when"):
        fault = fault_of(told[name]) if told[name] else ""
        if fault:
            what = N_("This condition is badly written: %(why)s")
            problems.append(Problem(f"{where}, {name}", what, "", {"why": fault}))
    return Step(
        name=told["name"],
        duty=duty,
        hours=_hours(told["hours"], where, problems),
        party=told["party"] or "agency",
        asked=tuple(told["asked"].replace(",", " ").split()),
        procedure=told["procedure"],
        service=told["service"],
        when=told["when"],
        back_to=told["back_to"],
        back_when=told["back_when"],
    )


def _hours(told: str, where: str, problems: list[Problem]) -> float:
    try:
        hours = float(told.replace(",", ".") or 0)
    except ValueError:
        hours = -1
    if 0 <= hours < MOST_HOURS:
        return hours
    what = N_("“%(hours)s” is no number of working hours.")
    problems.append(Problem(f"{where}, hours", what, "", {"hours": told}))
    return 0


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

"""BPMN 2.0 XML, read: the declared subset becomes a graph, anything else is refused.

What BPMN has no word for (duty, budget, agency) stands in attributes of our own
namespace on the standard elements, so any BPMN editor keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from khuevan.platform.errors import N_, InputRefused, Problem

from .expressions import fault_of
from .rules.graph import Duty, Flow, Kind, Node, Process


BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
OURS = "urn:khuevan:process"
LARGEST = 2_000_000

KINDS = {
    "startEvent": Kind.START,
    "endEvent": Kind.END,
    "task": Kind.USER,  # a task that does not say how it is done
    "userTask": Kind.USER,
    "manualTask": Kind.MANUAL,
    "serviceTask": Kind.SERVICE,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "callActivity": Kind.CALL,
}
_EVENTS = {"timerEventDefinition": Kind.TIMER, "messageEventDefinition": Kind.MESSAGE}
_SILENT = {"documentation", "extensionElements", "incoming", "outgoing", "laneSet"}
_DECORATION = {"textAnnotation", "association", "dataObject", "dataObjectReference"}


def read_bpmn(xml: str | bytes) -> Process:
    """Return the process of a BPMN document.

    Raises InputRefused naming every element outside the subset by its id.
    """
    root = _parse(xml)
    processes = root.findall(f"{{{BPMN}}}process")
    if len(processes) != 1:
        raise InputRefused(
            [Problem("BPMN", N_("The document must hold exactly one process."))]
        )
    process = processes[0]
    problems: list[Problem] = []
    nodes, flows = [], []
    defaults = {e.get("default") for e in process if e.get("default")}
    for element in process:
        name = _local(element)
        if name == "sequenceFlow":
            flows.append(_flow(element, defaults, problems))
        elif name in KINDS or name == "intermediateCatchEvent":
            nodes.append(_node(element, name, problems))
        elif name not in _SILENT | _DECORATION:
            problems.append(_outside(element, name))
    problems.extend(_doubles([*nodes, *flows]))
    if problems:
        raise InputRefused(problems)
    return Process(
        id=process.get("id", "process"),
        name=process.get("name", ""),
        nodes=tuple(nodes),
        flows=tuple(flows),
        places=_places(root),
    )


def _parse(xml: str | bytes) -> Element:
    content = xml.encode() if isinstance(xml, str) else xml
    if len(content) > LARGEST:
        raise InputRefused([Problem("BPMN", N_("The document is larger than 2 MB."))])
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as fault:
        raise InputRefused(
            [Problem("BPMN", N_("This is no well-formed XML: %(why)s"), "", {"why": str(fault)})]
        ) from fault  # fmt: skip
    if _local(root) != "definitions" or not root.tag.startswith(f"{{{BPMN}}}"):
        raise InputRefused([Problem("BPMN", N_("This is no BPMN 2.0 document."))])
    return root


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _outside(element: Element, name: str) -> Problem:
    return Problem(
        element.get("id") or name,
        N_("“%(element)s” is outside the subset this platform runs."),
        N_("Use tasks, exclusive, parallel and inclusive gateways, timers and messages."),
        {"element": name},
    )  # fmt: skip


def _node(element: Element, name: str, problems: list[Problem]) -> Node:
    where = element.get("id") or name
    kind = KINDS.get(name) or _event_kind(element)
    inside = {_local(child) for child in element} - _SILENT
    if kind is None:
        problems.append(_outside(element, name))
        kind = Kind.USER
    repeated = "multiInstanceLoopCharacteristics" in inside
    strange = inside - _EVENTS.keys() - {"multiInstanceLoopCharacteristics"}
    if strange or (inside & _EVENTS.keys() and name != "intermediateCatchEvent"):
        problems.append(_outside(element, ", ".join(sorted(inside))))
    if repeated:
        kind = Kind.OPINIONS
    return Node(
        id=where,
        kind=kind,
        name=element.get("name", "").strip(),
        duty=_duty(element, where, problems),
        party=_ours(element, "party") or "agency",
        hours=_hours(element, where, problems),
        service=_ours(element, "service"),
        procedure=_ours(element, "procedure") or element.get("calledElement", ""),
        asked=tuple(filter(None, _ours(element, "asked").replace(",", " ").split())),
    )


def _event_kind(element: Element) -> Kind | None:
    found = [_EVENTS[_local(c)] for c in element if _local(c) in _EVENTS]
    return found[0] if len(found) == 1 else None


def _ours(element: Element, name: str) -> str:
    return element.get(f"{{{OURS}}}{name}", "").strip()


def _duty(element: Element, where: str, problems: list[Problem]) -> Duty | None:
    told = _ours(element, "duty")
    if not told:
        return None
    try:
        return Duty(told)
    except ValueError:
        problems.append(
            Problem(
                where,
                N_("“%(duty)s” is no duty; known are %(known)s."),
                "",
                {"duty": told, "known": ", ".join(Duty)},
            )
        )
        return None


def _hours(element: Element, where: str, problems: list[Problem]) -> float:
    told = _ours(element, "hours")
    try:
        hours = float(told or 0)
    except ValueError:
        hours = -1
    if not 0 <= hours < 10_000:
        problems.append(
            Problem(where, N_("“%(hours)s” is no number of working hours."), "", {"hours": told})
        )  # fmt: skip
        return 0
    return hours


def _flow(element: Element, defaults: set[str | None], problems: list[Problem]) -> Flow:
    where = element.get("id", "")
    expression = element.find(f"{{{BPMN}}}conditionExpression")
    condition = (expression.text or "").strip() if expression is not None else ""
    fault = fault_of(condition) if condition else ""
    if fault:
        problems.append(
            Problem(where, N_("This condition is badly written: %(why)s"), "", {"why": fault})
        )  # fmt: skip
    return Flow(
        id=where,
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        condition=condition,
        is_default=where in defaults,
        name=element.get("name", "").strip(),
    )


def _doubles(parts: Iterable[Node | Flow]) -> Iterable[Problem]:
    seen: set[str] = set()
    for part in parts:
        if not part.id or part.id in seen:
            yield Problem(part.id or "?", N_("Every step and flow has its own id."))
        seen.add(part.id)


def _places(root: Element) -> dict[str, tuple[float, float]]:
    """Return where the author drew each node: kept when written again."""
    places = {}
    for shape in root.iter(f"{{{BPMN_DI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is not None:
            try:
                place = float(bounds.get("x", "")), float(bounds.get("y", ""))
            except ValueError:
                continue
            places[shape.get("bpmnElement", "")] = place
    return places

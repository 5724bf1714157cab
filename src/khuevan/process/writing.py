"""BPMN 2.0 XML, written: from step tables, and for other tools to open."""

from __future__ import annotations

from xml.etree.ElementTree import (
    Element,
    SubElement,
    indent,
    register_namespace,
    tostring,
)

from .bpmn import BPMN, BPMN_DI, DC, DI, KINDS, OURS
from .layout import HEIGHT, WIDTH, Layout, lay_out
from .rules.graph import GATEWAYS, Kind, Node, Process


for prefix, address in (("", BPMN), ("bpmndi", BPMN_DI), ("dc", DC), ("di", DI), ("kv", OURS)):  # fmt: skip
    register_namespace(prefix, address)

_TAGS = {kind: tag for tag, kind in KINDS.items()} | {
    Kind.TIMER: "intermediateCatchEvent",
    Kind.MESSAGE: "intermediateCatchEvent",
    Kind.OPINIONS: "userTask",
}
_DEFINITIONS = {Kind.TIMER: "timerEventDefinition", Kind.MESSAGE: "messageEventDefinition"}  # fmt: skip


def to_bpmn(process: Process) -> str:
    """Return a process as BPMN 2.0 XML with a drawing."""
    root = Element(
        f"{{{BPMN}}}definitions", {"id": "definitions", "targetNamespace": OURS}
    )
    body = SubElement(
        root,
        f"{{{BPMN}}}process",
        {"id": process.id, "name": process.name, "isExecutable": "true"},
    )
    for node in process.nodes:
        _write_node(body, node, process)
    for flow in process.flows:
        told = {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target}
        element = SubElement(
            body,
            f"{{{BPMN}}}sequenceFlow",
            told | ({"name": flow.name} if flow.name else {}),
        )
        if flow.condition:
            SubElement(element, f"{{{BPMN}}}conditionExpression").text = flow.condition
    _write_drawing(root, process, lay_out(process))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True)


def _write_node(body: Element, node: Node, process: Process) -> None:
    told = {"id": node.id} | ({"name": node.name} if node.name else {})
    default = [f.id for f in process.outgoing.get(node.id, ()) if f.is_default]
    if default:
        told["default"] = default[0]
    if node.procedure:
        told["calledElement"] = node.procedure
    ours = {
        "duty": node.duty.value if node.duty else "",
        "party": node.party if node.party != "agency" else "",
        "hours": f"{node.hours:g}" if node.hours else "",
        "service": node.service,
        "asked": " ".join(node.asked),
    }
    told |= {f"{{{OURS}}}{name}": value for name, value in ours.items() if value}
    element = SubElement(body, f"{{{BPMN}}}{_TAGS[node.kind]}", told)
    if node.kind in _DEFINITIONS:
        SubElement(element, f"{{{BPMN}}}{_DEFINITIONS[node.kind]}")
    if node.kind is Kind.OPINIONS:
        SubElement(element, f"{{{BPMN}}}multiInstanceLoopCharacteristics")


def _write_drawing(root: Element, process: Process, layout: Layout) -> None:
    diagram = SubElement(root, f"{{{BPMN_DI}}}BPMNDiagram", {"id": "diagram"})
    plane = SubElement(
        diagram, f"{{{BPMN_DI}}}BPMNPlane", {"id": "plane", "bpmnElement": process.id}
    )
    for node in process.nodes:
        x, y = process.places.get(node.id) or layout.corner(node.id)
        width, height = _size(node.kind)
        shape = SubElement(
            plane,
            f"{{{BPMN_DI}}}BPMNShape",
            {"id": f"{node.id}_shape", "bpmnElement": node.id},
        )
        SubElement(
            shape,
            f"{{{DC}}}Bounds",
            {"x": f"{x:g}", "y": f"{y:g}", "width": f"{width}", "height": f"{height}"},
        )
    for flow in process.flows:
        edge = SubElement(
            plane,
            f"{{{BPMN_DI}}}BPMNEdge",
            {"id": f"{flow.id}_edge", "bpmnElement": flow.id},
        )
        for name in (flow.source, flow.target):
            x, y = process.places.get(name) or layout.corner(name)
            width, height = _size(process.by_id[name].kind)
            right = width if name == flow.source else 0
            SubElement(
                edge,
                f"{{{DI}}}waypoint",
                {"x": f"{x + right:g}", "y": f"{y + height / 2:g}"},
            )


def _size(kind: Kind) -> tuple[int, int]:
    if kind in GATEWAYS:
        return 50, 50
    if kind in {Kind.START, Kind.END, Kind.TIMER, Kind.MESSAGE}:
        return 36, 36
    return WIDTH, HEIGHT

"""What is judged and laid out in plain Python: conformance, control charts, maps."""

from khuevan.platform.control_charts import (
    ControlChart,
    ControlPoint,
    Rule,
    Signal,
    p_chart,
    xmr_chart,
)

from .conformance import Checked, Deviation, Kind, ProcessModel, check
from .layout import Edge, Layout, Node, PlacedEdge, PlacedNode, lay_out


__all__ = [
    "Checked",
    "ControlChart",
    "ControlPoint",
    "Deviation",
    "Edge",
    "Kind",
    "Layout",
    "Node",
    "PlacedEdge",
    "PlacedNode",
    "ProcessModel",
    "Rule",
    "Signal",
    "check",
    "lay_out",
    "p_chart",
    "xmr_chart",
]

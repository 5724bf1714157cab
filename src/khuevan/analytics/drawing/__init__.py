"""Pictures, drawn on the server as SVG with presentation attributes only."""

from .control_chart import control_chart_svg
from .process_map import Shown, process_map_svg


__all__ = ["Shown", "control_chart_svg", "process_map_svg"]

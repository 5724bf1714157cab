"""A process as a picture: steps in columns, the current one marked, waiting shown.

SVG with presentation attributes and classes only (the page's policy forbids styles).
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .layout import GAP_X, GAP_Y, HEIGHT, WIDTH, Layout, lay_out
from .rules.graph import GATEWAYS, Flow, Kind, Node, Process


MARGIN, FOOT = 12, 18
INK, LINE, PAPER, NOW, PAST = "#14202b", "#6b7280", "#ffffff", "#9a3412", "#e8efe9"
_SIGNS = {Kind.EXCLUSIVE: "×", Kind.PARALLEL: "+", Kind.INCLUSIVE: "○"}
_LETTERS = 20


def draw(
    process: Process,
    *,
    title: str,
    description: str,
    current: Mapping[str, str] | None = None,
    past: frozenset[str] = frozenset(),
    notes: Mapping[str, str] | None = None,
) -> SafeString:
    """Return the picture of a process as SVG.

    `current` marks where a dossier is, with words such as how long it has waited;
    `past` are the steps behind it; `notes` stand below steps (hours, counts).
    """
    layout = lay_out(process)
    width = layout.columns * (WIDTH + GAP_X) - GAP_X + 2 * MARGIN
    height = layout.rows * (HEIGHT + GAP_Y) + 2 * MARGIN
    # Ways back run below everything.
    height += FOOT * len(layout.back)
    marks = dict(current or {})
    words = dict(notes or {}) | marks
    return format_html(
        '<svg class="process" viewBox="0 0 {} {}" width="{}" height="{}" role="img"'
        ' aria-labelledby="process-title process-desc"><title id="process-title">{}</title>'
        '<desc id="process-desc">{}</desc><defs><marker id="tip" viewBox="0 0 8 8" refX="7"'
        ' refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"'
        ' fill="{}"/></marker></defs>{}{}</svg>',
        width,
        height,
        width,
        height,
        title,
        description,
        LINE,
        format_html_join(
            "", "{}", ((_draw_flow(f, process, layout, height),) for f in process.flows)
        ),
        format_html_join(
            "",
            "{}",
            (
                (
                    _draw_node(
                        n, layout, n.id in marks, n.id in past, words.get(n.id, "")
                    ),
                )
                for n in process.nodes
            ),
        ),
    )


def _centre(node: str, layout: Layout) -> tuple[float, float]:
    x, y = layout.corner(node)
    return MARGIN + x + WIDTH / 2, MARGIN + y + HEIGHT / 2


def _half(node: Node) -> float:
    if node.kind in GATEWAYS:
        return 20
    return 16 if node.kind in {Kind.START, Kind.END} else WIDTH / 2


def _draw_flow(
    flow: Flow, process: Process, layout: Layout, height: float
) -> SafeString:
    source, target = process.by_id[flow.source], process.by_id[flow.target]
    if flow.id in layout.back:
        foot = height - MARGIN / 2 - FOOT * sorted(layout.back).index(flow.id)
        path = _way_back(source, target, layout, foot)
    else:
        path = _way_on(source, target, layout)
    return format_html(
        '<path d="{}" fill="none" stroke="{}" stroke-width="1.5"'
        ' stroke-linejoin="round" marker-end="url(#tip)"{}/>',
        path,
        LINE,
        SafeString(' stroke-dasharray="5 4"') if flow.id in layout.back else "",
    )


def _way_on(source: Node, target: Node, layout: Layout) -> str:
    """Go along a row that is free, else through the lane under the source's row."""
    (x1, y1), (x2, y2) = _centre(source.id, layout), _centre(target.id, layout)
    (column, row), (last, row_after) = layout.cells[source.id], layout.cells[target.id]
    between = range(column + 1, last)
    start, end = x1 + _half(source), x2 - _half(target)
    near, far = x1 + (WIDTH + GAP_X) / 2, x2 - (WIDTH + GAP_X) / 2
    if layout.is_free(between, row):
        return f"M{start:g} {y1:g}H{far:g}V{y2:g}H{end:g}"
    if layout.is_free(between, row_after):
        return f"M{start:g} {y1:g}H{near:g}V{y2:g}H{end:g}"
    return f"M{start:g} {y1:g}H{near:g}V{_lane(y1):g}H{far:g}V{y2:g}H{end:g}"


def _way_back(source: Node, target: Node, layout: Layout, foot: float) -> str:
    """Go down to the foot of the picture and up again, round what stands below."""
    (x1, y1), (x2, y2) = _centre(source.id, layout), _centre(target.id, layout)
    down = f"M{x1:g} {y1 + _below(source):g}"
    if not layout.ends_column(source.id):
        down += f"V{_lane(y1):g}H{x1 + (WIDTH + GAP_X) / 2:g}"
    if layout.ends_column(target.id):
        return f"{down}V{foot:g}H{x2:g}V{y2 + _below(target):g}"
    aside = x2 - (WIDTH + GAP_X) / 2
    return f"{down}V{foot:g}H{aside:g}V{_lane(y2):g}H{x2:g}V{y2 + _below(target):g}"


def _lane(y: float) -> float:
    return y + (HEIGHT + GAP_Y) / 2


def _below(node: Node) -> float:
    if node.kind in GATEWAYS:
        return 20
    return 16 if node.kind in {Kind.START, Kind.END} else HEIGHT / 2


def _draw_node(
    node: Node, layout: Layout, here: bool, behind: bool, words: str
) -> SafeString:
    x, y = _centre(node.id, layout)
    if node.kind in {Kind.START, Kind.END}:
        return format_html(
            '<circle cx="{}" cy="{}" r="16" fill="{}" stroke="{}" stroke-width="{}"/>',
            f"{x:g}", f"{y:g}", PAPER, INK, 4 if node.kind is Kind.END else 1.5,
        )  # fmt: skip
    if node.kind in GATEWAYS:
        return format_html(
            '<path d="M{} {}l20 20l-20 20l-20 -20z" fill="{}" stroke="{}"/>'
            '<text x="{}" y="{}" text-anchor="middle" font-size="18" fill="{}">{}</text>',
            f"{x:g}", f"{y - 20:g}", PAPER, INK, f"{x:g}", f"{y + 6:g}", INK, _SIGNS[node.kind],
        )  # fmt: skip
    return _draw_step(node, x, y, here, behind, words)


def _draw_step(
    node: Node, x: float, y: float, here: bool, behind: bool, words: str
) -> SafeString:
    lines = wrap(node.name, _LETTERS, max_lines=2 if words else 3, placeholder="…")
    lines_above = len(lines) + bool(words)
    first = y - 7.5 * (lines_above - 1) + 4
    told = format_html_join(
        "",
        '<tspan x="{}" y="{}">{}</tspan>',
        ((f"{x:g}", f"{first + 15 * n:g}", line) for n, line in enumerate(lines)),
    )
    note = format_html(
        '<tspan x="{}" y="{}" font-size="11" fill="{}">{}</tspan>',
        f"{x:g}", f"{first + 15 * len(lines):g}", NOW if here else "#4b5563", words,
    )  # fmt: skip
    return format_html(
        '<g class="step"><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="6"'
        ' fill="{}" stroke="{}" stroke-width="{}"/><text text-anchor="middle"'
        ' font-size="12.5" fill="{}">{}{}</text></g>',
        f"{node.name}. {words}" if words else node.name,
        f"{x - WIDTH / 2:g}", f"{y - HEIGHT / 2:g}", WIDTH, HEIGHT,
        PAST if behind else PAPER, NOW if here else INK, 3 if here else 1.2,
        INK, told, note if words else "",
    )  # fmt: skip

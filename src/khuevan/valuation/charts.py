"""The chart of sensitivity, drawn on the server: what each input moves, the widest first."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext


WIDTH, LEFT, RIGHT, BAR, GAP, TOP = 720, 250, 20, 20, 12, 26
MOST = 10
"""Inputs shown; the table beside the chart has all."""


def tornado_svg(value: int, moved: Sequence[tuple[str, int, int]]) -> SafeString:
    """Draw (name, value when it is a tenth lower, a tenth higher) around the value; đồng."""
    shown = list(moved)[:MOST]
    ends = [end for _name, low, high in shown for end in (low, high)] + [value]
    least, most = min(ends), max(ends)
    span = (most - least) or 1

    def x(amount: int) -> float:
        return round(LEFT + (amount - least) / span * (WIDTH - LEFT - RIGHT), 1)

    bars = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="end" font-size="13" fill="#1f2933">{}</text>'
        '<rect x="{}" y="{}" width="{}" height="{}" fill="#5b7db1"/>'
        '<rect x="{}" y="{}" width="{}" height="{}" fill="#c58a2b"/>',
        (
            (
                LEFT - 8, y + 15, name[:38],
                min(x(low), x(value)), y, _wide(x(low), x(value)), BAR,
                min(x(high), x(value)), y, _wide(x(high), x(value)), BAR,
            )
            for y, (name, low, high) in zip(range(TOP, TOP + len(shown) * (BAR + GAP), BAR + GAP), shown, strict=True)
        ),
    )  # fmt: skip
    height = TOP + len(shown) * (BAR + GAP) + 4
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}'
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="#1f2933"/></svg>',
        WIDTH, height, gettext("What the value becomes when one input is a tenth lower or higher"),
        bars, x(value), x(value), TOP - 8, height,
    )  # fmt: skip


def _wide(one: float, other: float) -> float:
    return round(max(abs(one - other), 0.5), 1)

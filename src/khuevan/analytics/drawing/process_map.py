"""The map of a process: what follows what, how often, after what wait.

Put it into `<div class="scroll" tabindex="0">`: it keeps its size and is scrolled on
narrow screens. Its page shows the same figures in a table.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from khuevan.analytics.queries import Activity, Analysis
from khuevan.analytics.rules import Edge, Node, PlacedEdge, PlacedNode, lay_out
from khuevan.analytics.words import duration_words
from khuevan.platform.text import grouped


START, END = "\x00start", "\x00end"
MARGIN = 12
BOX_WIDTH, BOX_HEIGHT, ROUND = 190.0, 58.0, 30.0
LETTER = 6.3
"""Width of a letter of the labels, in the typeface of the pages at 11 px."""
LOOP = 24
LINE = 24
"""Letters in a line of a box; two lines for a name, one for its count."""
MOST_BOXES, MOST_PATHS = 60, 180
"""More than this nobody reads, and drawing would keep a page waiting."""
THINNEST, THICKEST = 1.2, 7.0
COLOURS = ("#5b6572", "#6d6200", "#9a5b00", "#b4430c", "#a3241b")
"""From little waiting to much; each 4.5 : 1 or more on white."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How much of the map is drawn: shares from 0 to 1, the most frequent first."""

    activities: float = 1.0
    paths: float = 0.4


@dataclass(frozen=True, slots=True)
class _Path:
    """An edge of the map; `wait` is None where nothing is waited for."""

    source: str
    target: str
    count: int
    wait: float | None


def process_map_svg(
    analysis: Analysis,
    *,
    shown: Shown = Shown(),
    words: Callable[[float], str] = duration_words,
    ident: str = "process-map",
) -> SafeString:
    """Draw the map top-down; `words` writes a wait in seconds, `ident` makes ids.

    Every activity shown keeps its most frequent way in and out, however few paths
    are asked for.
    """
    kept = _kept_activities(analysis.activities, shown.activities)
    paths = _kept_paths(_all_paths(analysis, kept), shown.paths)
    places = [_Path(p.source, p.target, p.count, p.wait) for p in paths]
    straight = [p for p in places if p.source != p.target]
    layout = lay_out(
        _boxes(kept, straight), [_edge(p, words) for p in straight], last=END
    )
    by_ends = {(p.source, p.target): p for p in straight}
    thick = max((p.count for p in places), default=1)
    scale = _scale([p.wait for p in places if p.wait is not None])
    lines = [(e, by_ends[e.edge.source, e.edge.target]) for e in layout.edges]
    names = {a.name: a for a in kept}
    loops = {p.source: p for p in places if p.source == p.target}
    beside = LOOP * 4 if loops else 0
    width, height = ceil(layout.width) + 2 * MARGIN + beside, ceil(layout.height)
    return format_html(
        '<svg class="process-map" viewBox="{} {} {} {}" width="{}" height="{}" role="img"'
        ' aria-labelledby="{}-title {}-desc" font-size="11">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}{}{}{}{}</svg>',
        *(-MARGIN, -MARGIN, width, height + 2 * MARGIN, width, height + 2 * MARGIN),
        *(ident, ident, ident, gettext("Map of the process")),
        *(ident, _description(analysis, kept, paths, words)),
        _arrows(ident),
        _joined(_line(e, p, thick, scale, words, ident) for e, p in lines),
        _joined(_box(n, names.get(n.node.name)) for n in layout.nodes),
        _joined(
            _loop(n, loops[n.node.name], thick, scale, words, ident)
            for n in layout.nodes
            if n.node.name in loops
        ),
        _joined(_label(e, p, words) for e, p in lines),
    )


def _joined(parts: object) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))  # type: ignore[attr-defined]


def _kept_activities(
    activities: Sequence[Activity], share: float
) -> tuple[Activity, ...]:
    """Return the most frequent activities, at least one."""
    return tuple(activities[: min(MOST_BOXES, max(1, ceil(share * len(activities))))])


def _all_paths(analysis: Analysis, kept: Sequence[Activity]) -> list[_Path]:
    names = {activity.name for activity in kept}
    found = [
        _Path(p.source, p.target, p.count, p.mean_wait)
        for p in analysis.pairs
        if {p.source, p.target} <= names
    ]
    found += [_Path(START, a.name, a.starts, None) for a in kept if a.starts]
    found += [_Path(a.name, END, a.ends, None) for a in kept if a.ends]
    return sorted(found, key=lambda p: (-p.count, p.source, p.target))


def _kept_paths(paths: Sequence[_Path], share: float) -> list[_Path]:
    most = min(MOST_PATHS, ceil(share * len(paths)))
    has_way_in: set[str] = set()
    has_way_out: set[str] = set()
    kept = []
    for n, path in enumerate(paths):
        loop = path.source == path.target
        needed = not loop and (
            path.source not in has_way_out or path.target not in has_way_in
        )
        if n < most or needed:
            kept.append(path)
            if not loop:
                has_way_out.add(path.source)
                has_way_in.add(path.target)
    return kept


def _boxes(kept: Sequence[Activity], paths: Sequence[_Path]) -> list[Node]:
    used = {name for path in paths for name in (path.source, path.target)}
    ends = [Node(name, ROUND, ROUND) for name in (START, END) if name in used]
    return [*ends, *(Node(a.name, BOX_WIDTH, BOX_HEIGHT) for a in kept)]


def _edge(path: _Path, words: Callable[[float], str]) -> Edge:
    width = max(len(line) for line in _texts(path, words)) * LETTER + 10
    return Edge(path.source, path.target, path.count, width)


def _texts(path: _Path, words: Callable[[float], str]) -> list[str]:
    count = grouped(path.count)
    return [count] if path.wait is None else [count, words(path.wait)]


def _scale(waits: Sequence[float]) -> list[float]:
    """Return where colours change: the fifths of the waits that are shown."""
    ranked = sorted(set(waits))
    return [ranked[len(ranked) * n // len(COLOURS)] for n in range(1, len(COLOURS))] if ranked else []  # fmt: skip


def _colour(wait: float | None, scale: Sequence[float]) -> int:
    return 0 if wait is None else sum(wait >= step for step in scale)


def _thickness(count: int, most: int) -> float:
    return round(THINNEST + (THICKEST - THINNEST) * sqrt(count / most), 2)


def _arrows(ident: str) -> SafeString:
    return format_html(
        "<defs>{}</defs>",
        format_html_join(
            "",
            '<marker id="{}-{}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9"'
            ' markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
            '<path d="M0 0 8 4 0 8z" fill="{}"/></marker>',
            ((ident, n, colour) for n, colour in enumerate(COLOURS)),
        ),
    )


def _line(
    placed: PlacedEdge,
    path: _Path,
    most: int,
    scale: Sequence[float],
    words: Callable[[float], str],
    ident: str,
) -> SafeString:
    points = placed.points
    parts = [f"M{_xy(points[0])}"]
    for n, (a, b) in enumerate(pairwise(points)):
        third = (b[1] - a[1]) / 3
        leave = (a[0] + _lean(points, n), a[1] + third)
        reach = (b[0] - _lean(points, n + 1), b[1] - third)
        parts.append(f"C{_xy(leave)} {_xy(reach)} {_xy(b)}")
    return _path(" ".join(parts), path, most, scale, words, ident)


def _lean(points: Sequence[tuple[float, float]], n: int) -> float:
    """Return by how much a line leans at a point, in a third of a layer."""
    if n in {0, len(points) - 1}:
        return 0.0
    return (points[n + 1][0] - points[n - 1][0]) / 6


def _path(
    course: str,
    path: _Path,
    most: int,
    scale: Sequence[float],
    words: Callable[[float], str],
    ident: str,
) -> SafeString:
    colour = _colour(path.wait, scale)
    return format_html(
        '<path d="{}" fill="none" stroke="{}" stroke-width="{}"{}'
        ' marker-end="url(#{}-{})"><title>{} → {}: {}</title></path>',
        course,
        COLOURS[colour],
        _thickness(path.count, most),
        SafeString(' stroke-dasharray="4 4"') if path.wait is None else "",
        ident,
        colour,
        _name(path.source),
        _name(path.target),
        " · ".join(_texts(path, words)),
    )


def _xy(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _name(name: str) -> str:
    return {START: gettext("Start"), END: gettext("End")}.get(name, name)


def _box(placed: PlacedNode, activity: Activity | None) -> SafeString:
    x, y = placed.x, placed.y
    if activity is None:
        return format_html(
            '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="#1f2933" stroke-width="2">'
            "<title>{}</title></circle>",
            *(f"{x:.1f}", f"{y:.1f}", ROUND / 2 - 1),
            "#ffffff" if placed.node.name == START else "#1f2933",
            _name(placed.node.name),
        )
    lines = textwrap.wrap(activity.name, LINE, max_lines=2, placeholder=" …")
    texts = [*lines, grouped(activity.count)]
    top = y - 14 * (len(texts) - 1) / 2 + 4
    return format_html(
        '<g><title>{}: {}</title><rect x="{}" y="{}" width="{}" height="{}" rx="6"'
        ' fill="#ffffff" stroke="#1f2933" stroke-width="1.5"/>{}</g>',
        activity.name,
        grouped(activity.count),
        *(f"{x - BOX_WIDTH / 2:.1f}", f"{y - BOX_HEIGHT / 2:.1f}"),
        *(BOX_WIDTH, BOX_HEIGHT),
        format_html_join(
            "",
            '<text x="{}" y="{}" text-anchor="middle" font-size="12"'
            ' font-weight="{}" fill="#1f2933">{}</text>',
            (
                (f"{x:.1f}", f"{top + 14 * n:.1f}", 400 if n == len(lines) else 700, t)
                for n, t in enumerate(texts)
            ),
        ),
    )


def _loop(
    placed: PlacedNode,
    path: _Path,
    most: int,
    scale: Sequence[float],
    words: Callable[[float], str],
    ident: str,
) -> SafeString:
    x, y, reach = placed.x + BOX_WIDTH / 2, placed.y, LOOP
    course = f"M{_xy((x, y - 12))} C{_xy((x + reach, y - 24))} {_xy((x + reach, y + 24))} {_xy((x, y + 12))}"  # fmt: skip
    line = _path(course, path, most, scale, words, ident)
    return line + _text((x + reach, y), _texts(path, words), "start")


def _label(
    placed: PlacedEdge, path: _Path, words: Callable[[float], str]
) -> SafeString:
    return _text(placed.label, _texts(path, words), "middle")


def _text(place: tuple[float, float], texts: Sequence[str], anchor: str) -> SafeString:
    x, y = place
    top = y - 13 * (len(texts) - 1) / 2 + 4
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}" fill="#1f2933" stroke="#ffffff"'
        ' stroke-width="4" paint-order="stroke">{}</text>',
        (
            (f"{x:.1f}", f"{top + 13 * n:.1f}", anchor, text)
            for n, text in enumerate(texts)
        ),
    )


def _description(
    analysis: Analysis,
    kept: Sequence[Activity],
    paths: Sequence[_Path],
    words: Callable[[float], str],
) -> str:
    told = gettext(
        "%(cases)s cases. Shown are %(activities)s of %(all_activities)s activities and "
        "%(paths)s paths; thicker lines are more frequent, redder ones wait longer."
    ) % {
        "cases": grouped(analysis.cases),
        "activities": len(kept),
        "all_activities": len(analysis.activities),
        "paths": len(paths),
    }
    slowest = max(
        (p for p in paths if p.wait is not None),
        key=lambda p: p.count * (p.wait or 0.0),
        default=None,
    )
    if slowest is None or slowest.wait is None:
        return told
    most = gettext(
        "Most of the waiting is from “%(source)s” to “%(target)s”: %(count)s times, "
        "%(wait)s on average."
    ) % {
        "source": slowest.source,
        "target": slowest.target,
        "count": grouped(slowest.count),
        "wait": words(slowest.wait),
    }
    return f"{told} {most}"

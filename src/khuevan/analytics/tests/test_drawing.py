from __future__ import annotations

from itertools import combinations

import pytest
from defusedxml import ElementTree
from django.utils import translation
from hypothesis import given, settings, strategies as st

from khuevan.analytics.public import Shown, analyse, process_map_svg
from khuevan.analytics.rules import Edge, Node, lay_out

from .logs import log_of


def _drawn(*traces, **options):
    text = process_map_svg(analyse(log_of(*traces)), **options)
    return ElementTree.fromstring(text), text


def test_every_activity_and_pair_is_on_the_map():
    root, text = _drawn("abbc", "acb", shown=Shown(1, 1))
    titles = {element.text for element in root.iter("title")}
    assert "b → b: 1 · 1 h 0 min" in titles
    assert {"a: 2", "b: 3", "c: 2"} <= titles
    assert "style=" not in text


def test_the_map_describes_itself():
    root, _ = _drawn("abc", "abc", "ac")
    description = root.find("desc").text
    assert description.startswith("3 cases. Shown are 3 of 3 activities")
    assert "Most of the waiting is from “a” to “b”: 2 times" in description


def test_waiting_is_written_in_the_words_passed_in():
    _, text = _drawn("ab", words=lambda seconds: f"{seconds:.0f} giây")
    assert "3600 giây" in text


def test_few_paths_still_leave_every_activity_a_way_in_and_out():
    root, _ = _drawn("abcd", "acbd", "adbc", shown=Shown(1, 0))
    titles = [t.text for t in root.iter("title") if t.text and "→" in t.text]
    for name in "abcd":
        assert any(t.startswith(f"{name} →") for t in titles)
        assert any(f"→ {name}:" in t for t in titles)


def test_the_rarest_activities_can_be_left_out():
    root, _ = _drawn("ab", "ab", "ax", shown=Shown(0.6, 1))
    assert "x: 1" not in {element.text for element in root.iter("title")}


def test_the_map_speaks_vietnamese():
    with translation.override("vi"):
        root, text = _drawn("ab", "ab")
    assert root.find("title").text == "Sơ đồ quy trình"
    assert "a → b: 2 · 1 giờ 0 phút" in text


def test_names_from_outside_cannot_become_markup():
    root, text = _drawn(["<script>alert(1)</script>", 'b"&'])
    assert "<script>" not in text
    assert any(t.text.startswith("<script>") for t in root.iter("title"))


edges = st.sets(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda e: e[0] != e[1]),
    max_size=20,
)


@settings(deadline=None, max_examples=60)
@given(edges)
def test_boxes_never_overlap_and_lie_inside_the_drawing(edges):
    nodes = [Node(str(n), 100, 40) for n in range(8)]
    lines = [Edge(str(a), str(b), 1 + a, 50) for a, b in sorted(edges)]
    found = lay_out(nodes, lines, last="7")
    for one, other in combinations(found.nodes, 2):
        apart = abs(one.x - other.x) >= 99.9 or abs(one.y - other.y) >= 40
        assert apart
    for placed in found.nodes:
        assert 49.9 <= placed.x <= found.width - 49.9
        assert 20 <= placed.y <= found.height - 20
    assert [line.edge for line in found.edges] == lines
    for one, other in combinations(found.edges, 2):
        (ax, ay), (bx, by) = one.label, other.label
        assert ay != by or abs(ax - bx) == pytest.approx(50) or abs(ax - bx) > 50

"""Answers that are kept for a minute."""

from __future__ import annotations

from khuevan.platform import briefly as kept
from khuevan.platform.briefly import briefly


def counting(monkeypatch, seconds):
    monkeypatch.setattr(kept, "SECONDS", seconds)
    asked = []

    @briefly
    def count(what):
        asked.append(what)
        return len(asked)

    return count, asked


def test_an_answer_is_given_again_while_it_is_young(monkeypatch):
    count, asked = counting(monkeypatch, 60)
    assert [count("a"), count("a"), count("b")] == [1, 1, 2]
    assert asked == ["a", "b"]


def test_an_old_answer_is_counted_anew(monkeypatch):
    count, _ = counting(monkeypatch, 0)
    assert [count("a"), count("a")] == [1, 2]


def test_only_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    count, asked = counting(monkeypatch, 60)
    for what in ("a", "b", "c", "c", "a"):
        count(what)
    assert asked == ["a", "b", "c", "a"]

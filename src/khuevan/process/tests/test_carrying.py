"""Where a dossier's strands stand when it goes over to another version."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from khuevan.platform.errors import RuleBroken
from khuevan.process.public import begin, fit, holds, path_ahead

from .factories import process
from .test_tokens import CHOICE, FORK, SOME, done, names


LINE = process("s:start a:user b:user c:user e:end", "s>a | a>b | b>c | c>e")
THREE = process(
    "s:start q:parallel d:user a:user b:user k:parallel c:user e:end",
    "s>q | q>d | q>a | q>b | d>k | a>k | b>k | k>c | c>e",
)
DEEP = process(
    "s:start p:parallel a:user d1:user d2:user j:parallel c:user e:end",
    "s>p | p>a | p>d1 | d1>d2 | a>j | d2>j | j>c | c>e",
)
SAME = {key: key for key in ("a", "b", "c", "d")}


def after(graph, tokens, *nodes):
    for node in nodes:
        tokens = done(graph, tokens, node)
    return tokens


def start(graph):
    return list(begin(graph, {}, holds).new)


def test_a_strand_that_waits_at_a_join_waits_for_the_arrows_of_the_new_version():
    tokens = after(FORK, start(FORK), "b")
    went = fit(THREE, tokens, SAME, {"b"})
    assert names(went.tokens) == {"a", "d"}  # nobody has done d yet
    assert {t.via for t in went.tokens if t.joining} == {"f7"}
    assert [t.node for t in went.new] == ["d"]
    end = after(THREE, list(went.tokens), "a", "d")
    assert names(end) == {"c"}


def test_work_done_side_by_side_counts_where_the_new_version_has_it_in_a_line():
    tokens = after(FORK, start(FORK), "a")
    went = fit(LINE, tokens, SAME, {"a"})
    assert names(went.tokens) == {"b"}
    assert [after_ for before, after_ in went.kept if before.joining] == [None]
    assert path_ahead(LINE, went.tokens, {}).path == ("b", "c")


def test_what_follows_in_a_line_is_asked_side_by_side_in_the_new_version():
    went = fit(FORK, after(LINE, start(LINE)), SAME, set())
    assert names(went.tokens) == {"a", "b"}
    assert path_ahead(FORK, went.tokens, {}).path == ("a", "b", "c")


def test_a_new_strand_begins_at_its_beginning():
    went = fit(DEEP, after(LINE, start(LINE)), SAME, set())
    assert names(went.tokens) == {"a", "d1"}
    went = fit(DEEP, after(LINE, start(LINE)), SAME, {"d1"})
    assert names(went.tokens) == {"a", "d2"}


def test_two_strands_that_are_sent_to_one_step_meet_there():
    went = fit(LINE, start(FORK), {"a": "b", "b": "b"}, set())
    assert [(a.node, b and b.node) for a, b in went.kept] == [("a", "b"), ("b", None)]
    assert path_ahead(LINE, went.tokens, {}).path == ("b", "c")


def test_two_steps_that_never_wait_together_are_refused():
    with pytest.raises(RuleBroken, match="no dossier can be at"):
        fit(LINE, start(FORK), SAME, set())


def test_an_inclusive_join_counts_the_ways_that_were_gone():
    tokens = done(SOME, start(SOME), "a", b=True, c=True)
    tokens = after(SOME, tokens, "b")
    went = fit(SOME, tokens, SAME, {"a", "b"})
    assert set(went.tokens) == set(tokens)
    assert went.new == ()


def test_a_condition_the_answers_do_not_fit_is_told():
    graph = process(
        "s:start a:user x:exclusive b:user c:user e:end",
        "s>a | a>x | x>b[answers.n > 5] | x>c* | b>e | c>e",
    )
    [token] = start(graph)
    assert path_ahead(graph, [token], {"answers": {"n": 9}}).path == ("a", "b")
    with pytest.raises(RuleBroken, match="cannot be computed"):
        path_ahead(graph, [token], {"answers": {"n": "nine"}})


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4), st.booleans())
def test_going_over_to_the_same_version_changes_nothing(order, many):
    graph = THREE if many else FORK
    tokens, finished = start(graph), set()
    for node in order:
        if node in names(tokens):
            tokens, finished = done(graph, tokens, node), finished | {node}
    went = fit(graph, tokens, SAME, finished)
    assert sorted(went.tokens, key=str) == sorted(tokens, key=str)
    assert went.new == ()


def test_choices_leave_no_trace():
    went = fit(CHOICE, after(CHOICE, start(CHOICE)), SAME, set())
    assert went.tokens == tuple(start(CHOICE))

"""Where a dossier is, and where it goes when a step is done."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.process.public import (
    Duty,
    Step,
    Token,
    begin,
    check,
    from_steps,
    holds,
    leave,
    longest_hours,
    read_steps,
    simulate,
    successor_of,
)

from .factories import STUCK, process


FORK = process(
    "s:start p:parallel a:user b:user j:parallel c:user e:end",
    "s>p | p>a | p>b | a>j | b>j | j>c | c>e",
)
CHOICE = process(
    "s:start a:user x:exclusive b:user c:user e:end",
    "s>a | a>x | x>b[n > 1] | x>c* | b>e | c>e",
)
SOME = process(
    "s:start a:user i:inclusive b:user c:user d:user j:inclusive e:end",
    "s>a | a>i | i>b[b == true] | i>c[c == true] | i>d* | b>j | c>j | d>j | j>e",
)


def names(tokens) -> set[str]:
    return {t.node for t in tokens if not t.joining}


def done(graph, tokens, node, **data):
    """Return the tokens after a step was done."""
    token = next(t for t in tokens if t.node == node and not t.joining)
    move = leave(graph, tokens, token, data, holds)
    rest = list(tokens)
    for gone in move.gone:
        rest.remove(gone)
    return [*rest, *move.new]


def test_strands_run_side_by_side_and_join_when_all_came():
    tokens = list(begin(FORK, {}, holds).new)
    assert names(tokens) == {"a", "b"}
    tokens = done(FORK, tokens, "b")
    assert names(tokens) == {"a"}
    tokens = done(FORK, tokens, "a")
    assert names(tokens) == {"c"}
    assert done(FORK, tokens, "c") == []


@pytest.mark.parametrize(("n", "next_step"), [(1, "c"), (2, "b"), (None, "c")])
def test_a_choice_takes_the_first_way_that_holds_else_the_default(n, next_step):
    tokens = list(begin(CHOICE, {}, holds).new)
    if n is None:
        n = 0
    assert names(done(CHOICE, tokens, "a", n=n)) == {next_step}


@pytest.mark.parametrize(
    ("data", "opened"),
    [
        ({"b": True, "c": True}, {"b", "c"}),
        ({"b": True, "c": False}, {"b"}),
        ({"b": False, "c": False}, {"d"}),
    ],
)
def test_an_inclusive_choice_opens_every_way_that_holds_and_joins_them(data, opened):
    tokens = done(SOME, list(begin(SOME, {}, holds).new), "a", **data)
    assert names(tokens) == opened
    for node in sorted(opened):
        tokens = done(SOME, tokens, node)
    assert tokens == []


def test_a_step_that_does_not_wait_cannot_be_done():
    tokens = list(begin(FORK, {}, holds).new)
    with pytest.raises(RuleBroken, match="not waiting"):
        leave(FORK, tokens, Token("c", "f6"), {}, holds)


ENDLESS = process(
    "s:start m:exclusive a:user p:parallel x:exclusive e:end",
    "s>m | m>a | a>p | p>m | p>x | x>e",
)
GROWING = process(
    "s:start m:exclusive a:user p:parallel y:exclusive e:end",
    "s>m | m>a | a>p | p>m | p>y | y>m | p>e",
)
ROUND = process(
    "s:start m:exclusive x:exclusive e:end", "s>m | m>x | x>m[n == 1] | x>e*"
)


@pytest.mark.parametrize(
    ("graph", "sentence"),
    [
        (STUCK, "for ever"),
        (ENDLESS, "never ends"),
        (GROWING, "multiply"),
        (ROUND, "no step that waits"),
        (process("s:start a:user", "s>a"), "end"),
        (process("s:start a:user b:user e:end", "s>a | a>e"), "leads to"),
        (process("s:start x:exclusive a:user e:end", "s>x | x>a[n > 1] | x>e[n < 1] | a>e"), "default"),
        (process("s:start a:user b:user e:end", "s>a | a>b | a>e | b>e"), "gateway"),
    ],
)  # fmt: skip
def test_what_could_strand_a_dossier_is_refused(graph, sentence):
    assert any(sentence in str(p) for p in check(graph))


@pytest.mark.parametrize("graph", [FORK, CHOICE, SOME])
def test_sound_processes_pass(graph):
    assert check(graph) == []


def test_a_step_table_becomes_a_process_with_its_ways_round():
    table = [
        {"name": "Tiếp nhận", "duty": "reception", "hours": "4", "party": "receiver"},
        {"name": "Thẩm định", "duty": "handle", "hours": "8,5"},
        {
            "name": "Kiểm tra", "duty": "check", "hours": "2",
            "back_to": "Thẩm định", "back_when": "outcome == 'redo'",
        },
        {"name": "Hỏi ý kiến", "asked": "H26.XD H26.CATP", "hours": "16", "when": "answers.big == true"},
        {"name": "Ký", "duty": "sign", "hours": "2"},
    ]  # fmt: skip
    made = from_steps("p", "P", read_steps(table))
    assert check(made) == []
    small = simulate(made, {"answers": {"big": False}})
    assert small.path == ("s1", "s2", "s3", "s5")
    assert small.hours == 16.5
    assert simulate(made, {"answers": {"big": True}}).hours == 32.5 == longest_hours(made)  # fmt: skip
    back = done(made, [Token("s3", "f")], "s3", outcome="redo")
    assert names(back) == {"s2"}


def test_faults_of_a_step_table_are_named_by_row_and_column():
    with pytest.raises(InputRefused) as refused:
        read_steps([{"name": "", "duty": "boss", "hours": "x", "back_to": "nowhere"}])
    assert {p.where for p in refused.value.problems} == {
        "1, name", "1, duty", "1, hours", "1, back_to",
    }  # fmt: skip


def test_parallel_strands_count_once_in_the_hours_of_a_run():
    assert simulate(FORK, {}).hours == 2
    assert set(simulate(FORK, {}).path) == {"a", "b", "c"}


def test_a_dossier_finds_its_step_in_the_new_version_by_id_or_by_its_only_name():
    old = from_steps("p", "P", [Step("A", Duty.HANDLE, 1), Step("B", Duty.SIGN, 1)])
    new = from_steps("p", "P", [Step("C", Duty.HANDLE, 1), Step("B", Duty.SIGN, 2)])
    assert successor_of(old, new, "s2") == "s2"
    moved = process("s:start B:user e:end", "s>B | B>e")
    assert successor_of(old, moved, "s1") is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["work", "ask", "maybe", "back"]), st.integers(1, 40)
        ),
        min_size=1,
        max_size=7,
    ),
    st.randoms(),
)
def test_every_step_table_ends_whatever_is_decided(rows, dice):
    """Random tables, random decisions: the dossier never strands and never doubles."""
    steps = []
    for number, (shape, hours) in enumerate(rows):
        steps.append(
            Step(
                f"step {number}",
                Duty.HANDLE if shape != "ask" else None,
                hours,
                asked=("H26.XD",) if shape == "ask" else (),
                when=f"go == {number}" if shape == "maybe" else "",
                back_to=steps[0].name if shape == "back" and steps else "",
                back_when=f"back == {number}" if shape == "back" and steps else "",
            )
        )
    made = from_steps("p", "P", steps)
    assert check(made) == []
    tokens = list(begin(made, {"go": -1}, holds).new)
    for turn in range(200):
        if not tokens:
            break
        assert len(tokens) == 1
        data = {"go": dice.randrange(-1, 8), "back": dice.randrange(8) if turn < 50 else -1}  # fmt: skip
        tokens = done(made, tokens, tokens[0].node, **data)
    assert tokens == []

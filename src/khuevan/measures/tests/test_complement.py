"""No hidden count follows from the sums of its row, its column and the whole."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from khuevan.measures.rules.complement import ALL, Hidden, complement


SMALLEST = 3
ROWS, COLUMNS = ("a", "b", "c"), ("x", "y", "z")
tables = st.fixed_dictionaries({(r, c): st.integers(0, 7) for r in ROWS for c in COLUMNS})  # fmt: skip


def with_sums(table):
    sums = {(ALL, c): sum(n for (_, col), n in table.items() if col == c) for c in {c for _, c in table}}  # fmt: skip
    return table | sums


def small(counts):
    return {cell for cell, count in counts.items() if count < SMALLEST}


def others(counts, hidden):
    """Return every table with the same visible cells and the same sums, by trying all.

    Known are the sum of each row, and of each column whose sum is not hidden itself.
    """
    rows = sorted({r for r, _ in counts if r != ALL})
    known = {c: n for (r, c), n in counts.items() if r == ALL and (r, c) not in hidden}
    left = {c: n - sum(m for (r, col), m in counts.items() if col == c and r != ALL and (r, col) not in hidden) for c, n in known.items()}  # fmt: skip
    found = []

    def fill(at, left, told):
        if at == len(rows):
            if not any(left.values()):
                found.append(told)
            return
        cells = [cell for cell in counts if cell[0] == rows[at] and cell in hidden]
        for parts in spread(sum(counts[cell] for cell in cells), len(cells)):
            after = dict(left)
            for (_, column), part in zip(cells, parts, strict=True):
                if column in after:
                    after[column] -= part
            if all(n >= 0 for n in after.values()):
                fill(at + 1, after, told | dict(zip(cells, parts, strict=True)))

    fill(0, left, {})
    return found


def spread(amount, cells):
    if cells == 0:
        return [()] if amount == 0 else []
    if cells == 1:
        return [(amount,)]
    return [(n, *rest) for n in range(amount + 1) for rest in spread(amount - n, cells - 1)]  # fmt: skip


def given_away(counts, hidden):
    """Return the hidden counts that are the same in every possible table."""
    tables = others(counts, hidden)
    assert {c: counts[c] for c in hidden if c[0] != ALL} in tables
    return {c for c in hidden if c[0] != ALL and counts[c] and len({t[c] for t in tables}) == 1}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(tables)
def test_no_hidden_count_follows_from_the_sums(table):
    counts = with_sums(table)
    hidden = complement(counts, small(counts))
    for row, column in given_away(counts, hidden):
        # Nothing else is left to hide in its row and its column.
        beside = [c for c in counts if c[0] != ALL and (c[0] == row or c[1] == column)]
        assert all(c in hidden or not counts[c] for c in beside)


@settings(max_examples=150, deadline=None)
@given(tables)
def test_the_search_for_a_way_back_says_what_trying_every_table_says(table):
    counts = with_sums(table)
    hidden = small(counts)
    told = Hidden(counts, hidden)
    assert {c for c in hidden if c[0] != ALL and told.follows(c)} == given_away(counts, hidden)  # fmt: skip


@settings(deadline=None)
@given(tables)
def test_a_line_hides_none_or_two(table):
    counts = with_sums({cell: n + 1 for cell, n in table.items()})
    hidden = complement(counts, small(counts))
    for row in ROWS:
        assert len([c for c in COLUMNS if (row, c) in hidden]) != 1
    for column in COLUMNS:
        assert len([r for r in (ALL, *ROWS) if (r, column) in hidden]) != 1


@settings(deadline=None)
@given(tables)
def test_what_was_hidden_stays_hidden_and_sums_are_not_hidden_on_top(table):
    counts = with_sums(table)
    hidden = complement(counts, small(counts))
    assert small(counts) <= hidden
    assert {c for c in hidden if c[0] == ALL} == {c for c in small(counts) if c[0] == ALL}  # fmt: skip


def test_the_smallest_count_that_helps_is_hidden():
    counts = with_sums({("a", "x"): 1, ("a", "y"): 9, ("a", "z"): 6, ("b", "x"): 8, ("b", "y"): 7, ("b", "z"): 20})  # fmt: skip
    hidden = complement(counts, small(counts))
    assert hidden == {("a", "x"), ("a", "z"), ("b", "x"), ("b", "z")}


def test_a_unit_with_one_procedure_alone_cannot_be_helped():
    counts = with_sums({("a", "x"): 1, ("b", "x"): 9, ("b", "y"): 9})
    hidden = complement(counts, small(counts))
    assert ("a", "x") in given_away(counts, hidden)

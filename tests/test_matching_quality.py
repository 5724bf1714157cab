"""The published set stays sound, and matching stays better on it than plain BM25."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.matching import (
    matched,
    ndcg,
    plain,
    quality,
    read_set,
    recall,
    unaccented,
)
from khuevan.matching.public import obstacles


@pytest.fixture(scope="module")
def published():
    return read_set()


def test_the_set_is_as_large_and_as_wide_as_it_says(published):
    needs, offers, grades = published
    assert (len(needs), len(offers)) == (60, 420)
    assert set(Counter(need.fields for need in needs).values()) == {6}
    assert len({offer.title for offer in offers}) == 420
    assert all(len(grades[need.code]) == 4 for need in needs)


def test_no_relevant_offer_breaks_a_hard_constraint(published):
    needs, offers, grades = published
    by_code = {offer.code: offer for offer in offers}
    broken = [
        (need.code, code)
        for need in needs
        for code in grades[need.code]
        if obstacles(need, by_code[code])
    ]
    assert broken == []


def test_the_measures_are_right_where_they_are_easy_to_reckon():
    grades = {"a": 3, "b": 1}
    assert ndcg(["a", "b"], grades) == 1
    assert ndcg(["x", "y"], grades) == 0
    assert ndcg(["b", "a"], grades) == pytest.approx((1 + 7 / 1.58496) / (7 + 1 / 1.58496), abs=1e-4)  # fmt: skip
    assert recall(["x", "b"], grades) == 0.5


@pytest.mark.slow
def test_matching_beats_plain_bm25_and_loses_nothing_without_accents(published):
    needs, offers, grades = published
    plain_ndcg, plain_recall = quality(plain(needs, offers), grades)
    with_accents = matched(needs, offers)
    ours_ndcg, ours_recall = quality(with_accents, grades)
    assert ours_ndcg > plain_ndcg + 0.25
    assert ours_recall > plain_recall + 0.5
    bare_ndcg, _recall = quality(
        matched([unaccented(need) for need in needs], offers), grades
    )
    assert bare_ndcg > ours_ndcg * 0.98

"""Vietnamese is folded as people type it and sorted as dictionaries print it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, strategies as st

from khuevan.platform.ids import uuid7
from khuevan.platform.text import fold, initials, sort_key


DICTIONARY = [
    "2 Tháng 9", "10 Tháng 10", "a", "à", "ả", "ã", "á", "ạ", "an", "án", "anh",
    "ăn", "ân", "ba", "ba ba", "ba má", "bà", "bà ba", "bả", "bã", "bá", "bạ", "ban",
    "bạn", "băn", "bân", "be", "bé", "bê", "co", "cô", "cơ", "da", "dạ", "đa", "đà",
    "Hà Đông", "Hà Nội", "Hạ Long", "Quận 2", "Quận 10", "tu", "tụ", "tư", "từ", "xa", "y",
]  # fmt: skip

SYLLABLES = st.sampled_from(
    [
        "ba",
        "bà",
        "bả",
        "bá",
        "bạ",
        "ban",
        "bán",
        "băn",
        "bân",
        "da",
        "đa",
        "đà",
        "o",
        "ô",
        "ơ",
        "u",
        "ư",
        "2",
        "10",
    ]
)
PHRASES = st.lists(SYLLABLES, max_size=4).map(" ".join)
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONED = {
    "à": ("a", 1), "ả": ("a", 2), "á": ("a", 4), "ạ": ("a", 5),
}  # fmt: skip


def reference(phrase):
    """Say the order again, slowly: per syllable its letters, then its tone."""
    order = []
    for syllable in phrase.split():
        if syllable.isdigit():
            order.append(([(0, int(syllable))], 0))
            continue
        letters = [TONED.get(letter, (letter, 0)) for letter in syllable]
        order.append(
            (
                [(1, LETTERS.index(base)) for base, _ in letters],
                max(t for _, t in letters),
            )
        )
    return order


def test_a_shuffled_dictionary_is_put_in_order():
    shuffled = random.sample(DICTIONARY, len(DICTIONARY))
    assert sorted(shuffled, key=sort_key) == DICTIONARY


@given(PHRASES, PHRASES)
def test_keys_order_as_the_dictionary_does(one, other):
    assert (sort_key(one) < sort_key(other)) == (reference(one) < reference(other))


@given(st.text(max_size=40))
def test_keys_hold_only_what_every_collation_orders_alike(text):
    assert set(sort_key(text)) <= set("0123456789abcdef")


@given(st.text(max_size=40))
def test_keys_ignore_case_and_composition(text):
    assert sort_key(text.upper().lower()) == sort_key(text.upper())


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Đường Ấp Bắc", "duong ap bac"),
        ("Ðà Nẵng", "da nang"),
        ("  Nguyễn   Thị\tHằng ", "nguyen thi hang"),
        ("Nguye\u0302\u0303n", "nguyen"),
    ],
)
def test_text_folds_to_what_people_type(written, typed):
    assert fold(written) == typed


def test_initials_are_of_family_and_given_name():
    assert initials("Nguyễn Văn Ánh") == "NÁ"
    assert initials("Ánh") == "Á"
    assert initials("") == ""


def test_identifiers_grow_within_a_process():
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {identifier.version for identifier in made} == {7}
    assert {identifier.variant for identifier in made} == {"specified in RFC 4122"}


def test_identifiers_grow_when_the_clock_steps_back(monkeypatch):
    before = uuid7()
    monkeypatch.setattr("khuevan.platform.ids.time.time_ns", lambda: 10**18)
    assert uuid7() > before

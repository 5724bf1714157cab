"""Codes, moves, contacts, ratings, and words for the public."""

import pytest
from hypothesis import given, strategies as st

from khuevan.feedback.rules.codes import make_code, read_code
from khuevan.feedback.rules.contacts import check_contact, plain_phone, same_contact
from khuevan.feedback.rules.petitions import (
    MOVES,
    Judged,
    Move,
    State,
    after,
    check_public,
)
from khuevan.feedback.rules.ratings import check_rating
from khuevan.platform.errors import RuleBroken


CRITERIA = frozenset({"overall", "attitude"})


@given(
    st.integers(2000, 2099),
    st.integers(0, 10**7 - 1),
    st.integers(0, 8),
    st.integers(1, 9),
)
def test_one_wrong_digit_of_a_code_shows(year, number, at, by):
    code = make_code(year, number)
    places = [i for i, letter in enumerate(code) if letter.isdigit()]
    place = places[at]
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert read_code(code.lower().replace("-", " ")) == code
    assert read_code(wrong) == ""


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_none(text):
    assert read_code(text) in {"", read_code(text)}


def test_every_state_but_the_ends_can_be_left_and_ends_stay():
    left = {state for sources, _ in MOVES.values() for state in sources}
    assert set(State) - left == {State.REFUSED, State.FORWARDED, State.MERGED}
    for state in (State.REFUSED, State.FORWARDED, State.MERGED):
        for move in Move:
            with pytest.raises(RuleBroken, match="moved on"):
                after(state, move)


@pytest.mark.parametrize(
    ("judged", "on_time", "due", "dissatisfied"),
    [
        (Judged(True, True, False, False), True, True, False),
        (Judged(True, False, False, False), False, False, False),
        (Judged(True, False, True, False), False, True, True),
        (Judged(True, True, True, False), False, True, True),
        (Judged(True, True, False, True), True, True, True),
        (Judged(True, True, False, False, 1, 1), True, True, False),
        (Judged(True, True, False, False, 1, 2), True, True, True),
        (Judged(False, False, True, False), False, False, True),
    ],
)
def test_a_petition_counts_as_the_index_says(judged, on_time, due, dissatisfied):
    assert (judged.on_time, judged.due, judged.dissatisfied) == (
        on_time,
        due,
        dissatisfied,
    )


@pytest.mark.parametrize(
    "trace", ["0912 345 678", "+84912345678", "a.b@example.org", "001099012345"]
)
def test_words_for_the_public_hold_no_numbers_of_people(trace):
    with pytest.raises(RuleBroken, match="personal data"):
        check_public(f"Ông A liên hệ qua {trace} để được giải quyết", "public_text")
    assert check_public("Đã thay 12 bóng đèn ngày 23/11/2026 tại ngõ 5", "x")


def test_a_sender_without_account_leaves_a_contact():
    assert check_contact("0912345678", "", signed_in=False) == ("+84912345678", "")
    assert check_contact("", "", signed_in=True) == ("", "")
    for phone, email, field in (
        ("", "", "phone"),
        ("123", "", "phone"),
        ("", "x", "email"),
    ):
        with pytest.raises(RuleBroken) as refused:
            check_contact(phone, email, signed_in=False)
        assert refused.value.field == field


def test_the_second_factor_is_the_contact_in_any_form():
    assert same_contact("+84 912 345 678", plain_phone("0912.345.678"), "")
    assert same_contact(" An@Example.org", "", "an@example.org")
    assert not same_contact("", "", "")
    assert not same_contact("0912345679", "+84912345678", "")


def test_stars_make_a_thumb_and_nonsense_is_refused():
    def check(**changes):
        fields = {
            "good": None,
            "stars": None,
            "scores": {},
            "comment": "",
            "criteria": CRITERIA,
        }
        return check_rating(**(fields | changes))

    assert [check(stars=n).good for n in range(1, 6)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    for changes in ({}, {"stars": 6}, {"good": True, "scores": {"x": 1}},
                    {"good": True, "scores": {"overall": 3}}, {"good": True, "comment": "x" * 1001}):  # fmt: skip
        with pytest.raises(RuleBroken):
            check(**changes)

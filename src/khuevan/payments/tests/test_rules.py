"""Books, references and amounts in words."""

from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from khuevan.payments.rules.books import (
    Books,
    Line,
    Payer,
    State,
    check_lines,
    check_refund,
)
from khuevan.payments.rules.reconciling import Kind, Movement, Verdict, compare
from khuevan.payments.rules.references import (
    find_reference,
    is_reference,
    make_reference,
)
from khuevan.payments.rules.words import in_words
from khuevan.platform.errors import RuleBroken


MONEY = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("books", "state", "missing", "surplus"),
    [
        (Books(100), State.WAITING, 100, 0),
        (Books(100, 40), State.WAITING, 60, 0),
        (Books(100, 100), State.PAID, 0, 0),
        (Books(100, 130), State.PAID, 0, 30),
        (Books(100, 130, returned=30), State.PAID, 0, 0),
        (Books(100, 100, returned=100), State.REFUNDED, 0, 0),
        (Books(100, 100, returning=100), State.PAID, 0, 0),
        (Books(100, 40, closed=State.CANCELLED), State.CANCELLED, 0, 40),
        (Books(100, 100, closed=State.EXPIRED), State.EXPIRED, 0, 100),
        (Books(0), State.PAID, 0, 0),
        (Books(0, 5), State.PAID, 0, 5),
    ],
)
def test_an_order_stands_as_its_money_says(books, state, missing, surplus):
    assert (books.state, books.missing, books.surplus) == (state, missing, surplus)


@given(MONEY, MONEY, MONEY, st.sampled_from([None, State.CANCELLED, State.EXPIRED]))
def test_no_dong_is_lost_or_invented(amount, received, part, closed):
    returned = min(part, received)
    books = Books(amount, received, returned, closed=closed)
    assert 0 <= books.surplus <= received - returned
    kept = received - returned - books.surplus
    assert kept <= (0 if closed else amount)
    if books.state is State.WAITING:
        assert books.missing + received == amount


def test_only_what_is_held_can_be_refunded():
    check_refund(Books(100, 130), 100)
    for amount in (0, -1, 101):
        with pytest.raises(RuleBroken, match="Between 1 and 100"):
            check_refund(Books(100, 130), amount)
    with pytest.raises(RuleBroken, match="Only a paid order"):
        check_refund(Books(100, 40), 1)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (Line("a", "", 1),),
        (Line("a", "A", -1),),
        (Line("a", "A", 1), Line("a", "B", 1)),
    ],
)
def test_lines_that_make_no_order_are_refused(lines):
    with pytest.raises(RuleBroken) as refused:
        check_lines(lines)
    assert refused.value.field == "lines"


@given(st.integers(0, 10**9 - 1), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_of_a_reference_shows(number, at, by):
    code = make_reference(number)
    digit = (int(code[2 + at]) + by) % 10
    assert is_reference(code)
    assert not is_reference(code[: 2 + at] + str(digit) + code[3 + at :])


def test_a_reference_is_found_in_the_words_of_a_transfer():
    code, other = make_reference(123), make_reference(124)
    assert find_reference(f"MBVCB.123.{code.lower()} chuyen tien") == code
    assert find_reference(f"{code} {code}") == code
    assert find_reference(f"{code} {other}") == ""
    assert find_reference("KV0000001230 sai") in {"", code}
    assert find_reference("") == ""


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (101, "Một trăm linh một đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (120_000, "Một trăm hai mươi nghìn đồng"),
        (1_050_000, "Một triệu không trăm năm mươi nghìn đồng"),
        (2_000_000_000, "Hai tỷ đồng"),
        (3_000_000_001, "Ba tỷ không trăm linh một đồng"),
        (1_234_567_890, "Một tỷ hai trăm ba mươi bốn triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi đồng"),
    ],
)  # fmt: skip
def test_amounts_are_said_in_words(amount, words):
    assert in_words(amount) == words


def test_a_day_is_compared_whatever_the_order_of_its_list():
    theirs = [Movement("a", Kind.PAYMENT, 1), Movement("b", Kind.PAYMENT, 2), Movement("d", Kind.REFUND, 4)]  # fmt: skip
    ours = [Movement("a", Kind.PAYMENT, 1), Movement("b", Kind.PAYMENT, 3), Movement("c", Kind.PAYMENT, 9)]  # fmt: skip
    found = {c.transaction: c.verdict for c in compare(theirs, ours)}
    assert found == {
        "a": Verdict.MATCHED,
        "b": Verdict.DIFFERENT_AMOUNT,
        "c": Verdict.MISSING_THERE,
        "d": Verdict.MISSING_HERE,
    }
    assert all(compare(p, ours) == compare(theirs, ours) for p in permutations(theirs))


def test_who_pays_is_one_of_two():
    assert {p.value for p in Payer} == {"applicant", "city"}

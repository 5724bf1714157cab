"""The exchange's fee: free for two years, then nothing is guessed and somebody is told."""

from __future__ import annotations

from datetime import date

import pytest

from khuevan.payments import fees
from khuevan.payments.fees import Fee, exchange_fee_on, fee_undecided_after


LAST_FREE = date(2028, 2, 2)
NEXT = Fee(150, "1/NQ-HĐND", "2", date(2028, 2, 3))


@pytest.fixture
def decided(monkeypatch):
    """A document that says what is taken after the free years."""
    rows = (NEXT, *fees.exchange_fees())
    monkeypatch.setattr(fees, "exchange_fees", lambda: rows)


@pytest.mark.parametrize("day", [date(2026, 2, 2), date(2026, 2, 3), LAST_FREE, date(2028, 2, 3), date(2031, 1, 1)])  # fmt: skip
def test_nothing_is_taken_in_the_free_years_nor_guessed_after_them(day):
    assert exchange_fee_on(day) == 0


def test_a_row_whose_free_time_is_over_takes_nothing_whatever_it_says(monkeypatch):
    wrong = Fee(100, "1/NQ-HĐND", "", date(2026, 2, 3), LAST_FREE)
    monkeypatch.setattr(fees, "exchange_fees", lambda: (wrong,))
    assert exchange_fee_on(date(2028, 2, 3)) == 0


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 11, 23), None),
        (date(2027, 8, 5), None),
        (date(2027, 8, 6), LAST_FREE),
        (LAST_FREE, LAST_FREE),
        (date(2031, 1, 1), LAST_FREE),
    ],
)
def test_the_end_of_the_free_years_is_told_from_half_a_year_ahead(day, told):
    assert fee_undecided_after(day) == told


@pytest.mark.usefixtures("decided")
def test_the_next_document_decides_from_its_day_on():
    assert (exchange_fee_on(LAST_FREE), exchange_fee_on(date(2028, 2, 3))) == (0, 150)
    assert fee_undecided_after(date(2027, 12, 1)) is None
    assert fee_undecided_after(date(2030, 1, 1)) is None

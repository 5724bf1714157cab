from datetime import date

import pytest
from hypothesis import given, strategies as st

from khuevan.law.rules import (
    LIVE,
    Ending,
    RuleBasis,
    Severity,
    Status,
    Validity,
    last_day,
    lies_within,
    reference_key,
    status_on,
    weigh,
)


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
JULY = date(2026, 7, 1)


def test_a_document_holds_from_its_first_to_its_last_day():
    validity = Validity(date(2026, 1, 1), date(2027, 2, 28))
    assert status_on(validity, date(2025, 12, 31)) is Status.NOT_YET_IN_FORCE
    assert status_on(validity, date(2026, 1, 1)) is Status.IN_FORCE
    assert status_on(validity, date(2027, 2, 28)) is Status.IN_FORCE
    assert status_on(validity, date(2027, 3, 1)) is Status.EXPIRED


def test_a_replaced_document_dies_the_day_the_new_one_lives():
    validity = Validity(date(2022, 8, 15), endings=(Ending("224", JULY),))
    assert status_on(validity, date(2026, 6, 30)) is Status.IN_FORCE
    assert status_on(validity, JULY) is Status.REPEALED


def test_a_repealed_clause_kills_only_itself():
    validity = Validity(date(2026, 1, 1), endings=(Ending("224", JULY, "1(9)"),))
    assert status_on(validity, JULY) is Status.PARTLY_REPEALED
    assert status_on(validity, JULY, "1(9)") is Status.REPEALED
    assert status_on(validity, JULY, "1 (9)(a)") is Status.REPEALED
    assert status_on(validity, JULY, "1(8)") is Status.PARTLY_REPEALED


def test_articles_with_a_common_beginning_are_different():
    assert not lies_within("1(90)", "1(9)")
    assert not lies_within("19", "1")


def test_a_number_is_found_however_it_is_typed():
    assert reference_key(" 224/2026/nđ-cp ") == reference_key("224/2026/NĐ-CP")
    assert reference_key("57-NQ/TW") != reference_key("57/NQ-TW")


@given(DAYS, st.none() | DAYS, st.lists(st.tuples(DAYS, st.sampled_from(["", "3"]))))
def test_a_basis_lives_until_its_last_day_and_never_after(start, end, endings):
    validity = Validity(start, end, tuple(Ending("x", d, p) for d, p in endings))
    last = last_day(validity, "3")
    if last is None:
        assert status_on(validity, date(2031, 1, 1), "3") in LIVE
        return
    after = date.fromordinal(last.toordinal() + 1)
    assert status_on(validity, after, "3") not in LIVE
    if last >= start:
        assert status_on(validity, last, "3") in LIVE


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("validity", "basis", "severity"),
    [
        (None, RuleBasis("x", "", "w"), Severity.MISSING),
        (None, RuleBasis("x", "", "w", valid_to=date(2026, 1, 1)), None),
        (Validity(JULY), RuleBasis("x", "", "w"), None),
        (
            Validity(date(2027, 3, 1)),
            RuleBasis("x", "", "w"),
            Severity.NOT_YET_IN_FORCE,
        ),
        (Validity(date(2027, 3, 1)), RuleBasis("x", "", "w", date(2027, 3, 1)), None),
        (Validity(None, date(2026, 6, 30)), RuleBasis("x", "", "w"), Severity.DEAD),
        (Validity(None, date(2027, 1, 21)), RuleBasis("x", "", "w"), Severity.EXPIRING),
        (Validity(None, date(2027, 1, 22)), RuleBasis("x", "", "w"), None),
        (
            Validity(None, date(2026, 12, 31)),
            RuleBasis("x", "", "w", None, date(2026, 12, 31)),
            None,
        ),
    ],
)
def test_a_rule_is_weighed_by_its_basis(validity, basis, severity):
    assert weigh(validity, basis, TODAY, 60) is severity

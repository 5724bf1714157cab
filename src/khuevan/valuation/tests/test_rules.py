"""The arithmetic of every method, and what may be said of prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.valuation.rules.concluding import (
    Right,
    check_conclusion,
    spread,
    weighted,
    years_left,
)
from khuevan.valuation.rules.prices import (
    ONE_BUYS_MOST,
    TOO_FEW,
    Disclosure,
    Lot,
    Price,
    Source,
    alike,
    band,
    group,
    last_quarter_end,
    rounded,
)
from khuevan.valuation.rules.sheets import (
    Adjustment,
    Comparable,
    Method,
    Sheet,
    check_sheet,
    number_of,
)
from khuevan.valuation.rules.working import adjusted, swings, work

from .factories import SOURCE, cost, figure, market, relief


RULE = Disclosure(prices=5, sellers=3, most_of_one=50)
DAY = date(2026, 3, 10)
dong = st.integers(1, 10**12)
flows = st.lists(st.integers(0, 10**12), min_size=1, max_size=20)
shares = st.integers(0, 60)


def refused(sheet: Sheet, *, least: int = 3, last: int | None = None) -> list[str]:
    with pytest.raises(InputRefused) as caught:
        check_sheet(sheet, least_comparables=least, last_year=last)
    return [problem.where for problem in caught.value.problems]


# ------------------------------------------------------------------- methods


def test_relief_from_royalty_by_hand():
    # 5 % of a billion, a fifth of it tax: 40 million a year in the middle of each year.
    by_hand = 40_000_000 / Decimal("1.15") ** Decimal("0.5") + 40_000_000 / Decimal("1.15") ** Decimal("1.5")  # fmt: skip
    assert work(relief(10**9, 10**9)).value == round(by_hand)


def test_a_payment_spared_at_once_counts_after_tax_and_undiscounted():
    sheet = relief(10**9)
    with_it = replace(sheet, figures={**sheet.figures, "upfront": figure(100_000_000)})
    assert work(with_it).value - work(sheet).value == 80_000_000


def test_cost_by_hand():
    sheet = cost(800, materials=200, index=150, margin=10, functional=20, economic=25)
    assert work(sheet).value == 990  # 1000 · 1,5 · 1,1 · 0,8 · 0,75


def test_the_market_s_value_is_the_middle_of_adjusted_prices():
    told = Comparable("A", 1_000, SOURCE, (Adjustment("độc quyền", Decimal(-10), "không độc quyền"), Adjustment("nước", Decimal(5), "rộng hơn")))  # fmt: skip
    assert adjusted(told) == 950
    assert (
        work(Sheet(Method.MARKET, {}, (told, *market(900, 2_000).comparables))).value
        == 950
    )
    assert work(market(100, 300)).value == 200


def test_premium_and_incremental_profit_are_differences():
    common = {"tax": figure(20), "discount": figure(0)}
    premium = Sheet(Method.PREMIUM, {"profit_with": figure(500, 500), "profit_without": figure(300, 400), **common})  # fmt: skip
    rest = Sheet(Method.INCREMENTAL, {"profit": figure(500, 500), "other_assets": figure(300, 400), **common})  # fmt: skip
    assert work(premium).value == work(rest).value == 240


@given(flows)
def test_without_discount_and_tax_the_value_is_the_sum(revenue):
    assert work(relief(*revenue, royalty="100", tax="0", discount="0")).value == sum(
        revenue
    )


@given(flows, shares, shares)
def test_a_higher_royalty_is_never_worth_less(revenue, one, more):
    low = work(relief(*revenue, royalty=str(one))).value
    assert work(relief(*revenue, royalty=str(min(one + more, 100)))).value >= low


@given(flows, shares, shares)
def test_a_higher_discount_is_never_worth_more(revenue, one, more):
    near = work(relief(*revenue, discount=str(one))).value
    assert work(relief(*revenue, discount=str(one + more))).value <= near


@given(st.lists(dong, min_size=1, max_size=9))
def test_the_market_s_value_lies_among_its_prices(prices):
    assert min(prices) <= work(market(*prices)).value <= max(prices)


@given(flows)
def test_what_moves_most_stands_first_and_around_the_value(revenue):
    sheet = relief(*revenue)
    value, found = work(sheet).value, swings(sheet)
    assert [s.width for s in found] == sorted((s.width for s in found), reverse=True)
    assert all(min(s.lower, s.higher) <= value <= max(s.lower, s.higher) for s in found)
    assert {s.name for s in found} == set(sheet.figures)


@given(st.sampled_from([relief(10**9, 5), cost(7), market(3, 4, 5)]))
def test_a_sheet_comes_back_from_its_json(sheet):
    assert Sheet.from_json(sheet.to_json()) == sheet


# --------------------------------------------------------------------- sheets


def test_a_figure_without_source_is_refused():
    sheet = relief(10**9)
    assert refused(replace(sheet, figures={**sheet.figures, "tax": figure(20, source=" ")})) == ["tax"]  # fmt: skip


def test_missing_and_foreign_figures_are_all_named():
    sheet = Sheet(Method.RELIEF, {"revenue": figure(1), "labour": figure(1)})
    assert refused(sheet) == ["royalty", "tax", "discount", "labour"]


def test_years_that_do_not_agree_are_refused():
    sheet = relief(1, 2, 3)
    assert refused(
        replace(sheet, figures={**sheet.figures, "upkeep": figure(1, 2)})
    ) == ["upkeep"]


def test_no_forecast_goes_beyond_the_right():
    check_sheet(relief(1, 2, 3), least_comparables=3, last_year=3)
    assert refused(relief(1, 2, 3, 4), last=3) == ["revenue"]


def test_too_few_comparables_are_refused_fewer_suffice_for_the_state():
    assert refused(market(1, 2)) == ["comparables"]
    check_sheet(market(1, 2), least_comparables=2, last_year=None)


def test_an_adjustment_needs_its_reason_and_leaves_something():
    gone = Comparable("A", 10, SOURCE, (Adjustment("x", Decimal(-100), "mất hết giá trị"), Adjustment("y", Decimal(0), " ")))  # fmt: skip
    assert refused(Sheet(Method.MARKET, {}, (gone,)), least=1) == [
        "comparable 1",
        "comparable 1",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.250.000", "1250000"), ("12,5", "12.5"), ("12.5", "12.5"), ("1.250,75", "1250.75"),
     (" 7 % ", "7"), ("3 000 ₫", "3000"), ("-1.000", "-1000"), ("1250000", "1250000")],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text, value):
    assert number_of(text, where="x") == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "một", "1,2,3", "1.25,000,1", "NaN", "Infinity", "1e9e"]
)
def test_what_is_no_number_is_said_to_be_none(text):
    with pytest.raises(RuleBroken) as caught:
        number_of(text, where="revenue")
    assert caught.value.field == "revenue"


# ---------------------------------------------------------------- concluding


def test_weights_make_up_the_whole():
    assert weighted([(100, 30), (200, 70)]) == 170
    for parts in ([], [(100, 99)], [(1, 120), (1, -20)]):
        with pytest.raises(RuleBroken):
            weighted(parts)


def test_a_conclusion_lies_among_the_worksheets_and_says_why():
    check_conclusion(150, [100, 200], "Vì hợp đồng đang chạy.")
    for amount, why in ((99, "x" * 30), (201, "x" * 30), (150, "vì thế")):
        with pytest.raises(RuleBroken):
            check_conclusion(amount, [100, 200], why)


@given(dong, dong)
def test_the_spread_is_the_same_from_both_sides(one, other):
    assert spread(one, other) == spread(other, one)
    assert (spread(one, other) == 0) >= (one == other)


def test_years_left_count_the_one_begun():
    assert years_left(date(2026, 3, 10), date(2028, 3, 10)) == 2
    assert years_left(date(2026, 3, 10), date(2028, 3, 11)) == 3
    assert years_left(date(2026, 3, 10), None) is None


# ------------------------------------------------------------ reference prices


def price(amount: int, *, seller: UUID | None = None, buyer: UUID | None = None, on: date = date(2025, 6, 1), right: Right = Right.OWNERSHIP, kept: date | None = None, public: bool = False) -> Price:  # fmt: skip
    return Price(uuid4(), "Lọc nước", on, kept or on, "environment", "technology", right, amount, None, 7,
                 seller or uuid4(), buyer or uuid4(), Source.DEAL, public)  # fmt: skip


def told(prices: list[Price], until: date = date(2025, 12, 31)):
    return group(prices, field="environment", right=None, rule=RULE, until=until)


def test_five_prices_of_three_sellers_speak():
    found = told([price(n * 1_000_000) for n in (100, 200, 300, 400, 500)])
    assert (found.count, found.low, found.middle, found.high) == (5, 200_000_000, 300_000_000, 400_000_000)  # fmt: skip


def test_four_prices_are_silent():
    found = told([price(n) for n in (1, 2, 3, 4)])
    assert found.count is None
    assert found.middle is None


def test_one_seller_does_not_make_a_market():
    one = uuid4()
    prices = [price(n, seller=one) for n in range(1, 9)] + [price(1), price(2)]
    assert told(prices).count is None


def test_two_sides_who_trade_often_count_once():
    seller, buyer = uuid4(), uuid4()
    often = [price(n, seller=seller, buyer=buyer) for n in range(1, 9)]
    assert told([*often, price(1), price(2), price(3)]).count is None
    assert told([*often, price(1), price(2), price(3), price(4)]).count == 5


def test_a_quarter_that_runs_says_nothing_yet():
    old = [price(n) for n in (1, 2, 3, 4)]
    assert told([*old, price(5, on=date(2026, 1, 2))]).count is None
    assert last_quarter_end(DAY) == date(2025, 12, 31)
    assert last_quarter_end(date(2026, 4, 1)) == date(2026, 3, 31)


@given(st.lists(dong, min_size=5, max_size=30))
def test_what_a_group_tells_is_in_order_and_rounded(amounts):
    found = told([price(amount) for amount in amounts])
    assert found.low <= found.middle <= found.high
    for value in (found.low, found.middle, found.high):
        assert len(str(value).rstrip("0")) <= 2


@given(st.lists(dong, max_size=20), st.lists(dong, min_size=1, max_size=4))
def test_open_prices_never_make_a_few_closed_ones_speak(public, closed):
    prices = [*(price(n, public=True) for n in public), *(price(n) for n in closed)]
    assert (told(prices).count, told(prices).why) == (None, TOO_FEW)


@given(st.lists(dong, min_size=1, max_size=20))
def test_open_prices_alone_speak(amounts):
    assert told([price(n, public=True) for n in amounts]).count == len(amounts)
    assert told([]).why == TOO_FEW


@given(st.lists(dong, min_size=5, max_size=15), st.lists(dong, min_size=1, max_size=5))
def test_a_price_kept_after_the_quarter_changes_nothing_of_it(old, new):
    before = [price(amount) for amount in old]
    late = [price(amount, kept=date(2026, 1, 1)) for amount in new]
    assert told([*before, *late]) == told(before)
    later = told([*before, *late], until=date(2026, 3, 31))
    assert later.count == len(old) + len(new)


@given(st.integers(0, 8), st.lists(dong, min_size=6, max_size=6))
def test_one_buyer_behind_most_of_it_silences_the_group(others, amounts):
    one = uuid4()
    bought = [price(amount, buyer=one) for amount in amounts]
    prices = [*bought, *(price(1) for _ in range(others))]
    found = told([*prices, *(price(n, public=True) for n in amounts)])
    assert (found.why == ONE_BUYS_MOST) is (others < 6)
    assert (found.count is None) is (others < 6)


@given(dong)
def test_a_band_holds_its_price_and_rounding_stays_near(amount):
    low, high = band(amount)
    assert low <= amount < high
    assert abs(rounded(Decimal(amount)) - amount) * 20 <= amount


def test_what_is_alike_says_in_what():
    lot = Lot(
        "environment", "technology", Right.OWNERSHIP, 7, frozenset({"loc", "nuoc"}), DAY
    )
    same = alike(lot, price(1), frozenset({"loc", "nuoc"}))
    other = alike(
        lot, price(1, right=Right.NON_EXCLUSIVE, on=date(2015, 1, 1)), frozenset({"xe"})
    )
    assert same.score == 100
    assert len(same.reasons) == 6
    assert other.score == 45
    assert "the same right passed" not in other.reasons

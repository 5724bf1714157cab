"""Shares of profit and bases of royalties: whole đồng that add up."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from khuevan.contracts.public import Royalty, RoyaltyBase
from khuevan.deals.dated import nda_version, share_rule_on
from khuevan.deals.rules.royalties import FIGURES, base_of, periods, royalty_of
from khuevan.deals.rules.shares import WHOLE, apportion, part, split_profit
from khuevan.platform.errors import RuleBroken


RULE = share_rule_on(date(2026, 11, 1))
money = st.integers(0, 10**15)
share = st.integers(0, WHOLE)


@given(money, share, share, share)
def test_a_divided_profit_always_adds_up(profit, author, broker, science):
    broker = broker % (RULE.broker_most + 1)
    author = author % (WHOLE - broker + 1)
    told = split_profit(profit, author=author, broker=broker, science=science % (RULE.science_most + 1), rule=RULE)  # fmt: skip
    parts = (told.author, told.broker, told.science, told.rewards)
    assert sum(parts) == profit
    assert all(0 <= each <= profit for each in parts)
    assert abs(told.broker * WHOLE - profit * broker) < WHOLE


def test_a_broker_nobody_agreed_with_has_what_the_decree_sets():
    told = split_profit(1_000_000_001, author=3_000, broker=None, science=5_000, rule=RULE)  # fmt: skip
    assert (told.author, told.broker, told.science, told.rewards) == (300_000_000, 100_000_000, 300_000_001, 300_000_000)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"broker": 1_001}, "76/2018"), ({"author": 9_500}, "all of it"),
        ({"science": 5_001}, "rest"), ({"profit": -1}, "negative"),
    ],
)  # fmt: skip
def test_what_the_decree_does_not_allow_is_refused(change, why):
    told = {"profit": 100, "author": 3_000, "broker": 1_000, "science": 5_000} | change
    with pytest.raises(RuleBroken, match=why):
        split_profit(told.pop("profit"), rule=RULE, **told)


@given(money, st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_any_shares_of_the_whole_add_up(amount, weights):
    shares = [weight * WHOLE // sum(weights) for weight in weights]
    shares[0] += WHOLE - sum(shares)
    assert sum(apportion(amount, shares)) == amount


def test_shares_that_make_no_whole_are_refused():
    with pytest.raises(RuleBroken, match="100 per cent"):
        apportion(100, [5_000, 4_999])


@pytest.mark.parametrize(("amount", "rate", "expected"), [(10_000, 1, 1), (15_000, 1, 2), (14_999, 1, 1), (0, 500, 0)])  # fmt: skip
def test_a_share_is_rounded_half_up(amount, rate, expected):
    assert part(amount, rate) == expected


SALES = dict.fromkeys({name for rows in FIGURES.values() for name, _ in rows}, 10) | {"sales": 1_000}  # fmt: skip


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (RoyaltyBase.NET_PRICE, 950), (RoyaltyBase.NET_REVENUE, 970),
        (RoyaltyBase.PROFIT_BEFORE_TAX, 960), (RoyaltyBase.PROFIT_AFTER_TAX, 950),
    ],
)  # fmt: skip
def test_each_base_follows_the_decrees_formula(base, expected):
    assert base_of(base, SALES) == expected
    assert base_of(base, SALES | {"sales": 1}) == 0


def test_a_royalty_is_never_below_the_least_agreed():
    royalty = Royalty(RoyaltyBase.NET_REVENUE, 1_000, 6, 12, least=200)
    assert royalty_of(royalty, SALES) == (970, 200)
    assert royalty_of(royalty, SALES | {"sales": 10_030}) == (10_000, 1_000)


@given(st.dates(date(2026, 1, 1), date(2040, 12, 31)), st.integers(1, 24), st.integers(1, 120))  # fmt: skip
def test_periods_follow_one_another_without_a_gap(start, every, months):
    royalty = Royalty(RoyaltyBase.NET_PRICE, 100, min(every, months), months)
    found = list(periods(royalty, start))
    assert found[0].first == start
    for one, after in pairwise(found):
        assert (after.first - one.last).days == 1
        assert after.number == one.number + 1
    assert all(each.first <= each.last for each in found)


def test_an_unknown_version_of_the_nda_is_refused():
    with pytest.raises(RuleBroken, match="no version"):
        nda_version("1")

"""Nobody takes one contract's price from what is told to everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from random import Random

import pytest
from django.urls import reverse

from khuevan.contracts.public import Milestone
from khuevan.deals.public import State
from khuevan.deals.tests.factories import TERMS, call_off, make_deal, note_signed
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.exchange.public import Field
from khuevan.exchange.tests.factories import State as ListingState, make_listing
from khuevan.indicators.public import catch_up
from khuevan.platform import clock
from khuevan.results.actions import set_targets
from khuevan.results.dated import begun, disclosure_on
from khuevan.results.queries import statistics, targets


pytestmark = pytest.mark.django_db
FIELDS = (Field.ENVIRONMENT, Field.HEALTH)
UNIT = 1_000_000


def terms_for(number):
    """Return terms whose price is a power of two, so that a sum tells what it is made of."""
    price = UNIT * 2**number
    return replace(TERMS, milestones=(Milestone("Bàn giao", "Biên bản", 30, price),))


def words_of(number):
    """Return words no other listing has: two that say the same are refused."""
    letters = Random(number)
    return " ".join("".join(letters.choices("aeioubcdghklmnpt", k=6)) for _word in range(30))  # fmt: skip


def sign(cast, field, number, days):
    """Let a contract be signed so many days from now."""
    listing = make_listing(cast.exchange, ListingState.PUBLISHED, field=field, title_vi=words_of(number)[:80], title_en="", summary_vi=words_of(number), summary_en="", description=words_of(number + 99), advantage="Giảm 30 % " + words_of(number + 199)[:70])  # fmt: skip
    deal = make_deal(replace(cast, listing=listing), State.CONTRACTING, terms_for(number))  # fmt: skip
    with clock.telling(clock.now() + timedelta(days=days)):
        return note_signed(deal, cast)


def told_sums(days):
    """Return every sum a stranger is told for any stretch of days and any field."""
    edges = [begun(), *days]
    found = set()
    for since, last in combinations(sorted(set(edges)), 2):
        for first in (since, since + timedelta(days=1)):
            for field in ("", *map(str, FIELDS)):
                worth = statistics(first, last, field).worth
                found.add(worth.value // UNIT if worth else 0)
            found |= {part.worth.value // UNIT for part in statistics(first, last).fields if part.worth}  # fmt: skip
    return found


def test_no_two_told_sums_differ_by_fewer_contracts_than_the_least(cast):
    least = disclosure_on(clock.today()).least_contracts
    plan = [(0, 0), (0, 1), (1, 1), (0, 2), (0, 4), (1, 5), (1, 5), (0, 6), (0, 7), (1, 8)]  # fmt: skip
    told = {0}
    for number, (field, days) in enumerate(plan):
        sign(cast, FIELDS[field], number, days)
        told |= told_sums([clock.today() + timedelta(days=day) for day in (0, 2, 4, 6, 9)])  # fmt: skip
    assert len(told) > 3, "nothing was told, so nothing was tried"
    for one, other in combinations(told, 2):
        apart = one ^ other
        assert apart.bit_count() >= least, f"{one:b} and {other:b}"


def test_who_undoes_a_contract_does_not_show_its_price(cast):
    signed = [sign(cast, Field.HEALTH, number, 0) for number in range(4)]
    before = statistics(begun(), clock.today()).worth
    assert (before.contracts, before.value) == (3, 7 * UNIT)
    call_off(signed[0], cast)
    assert statistics(begun(), clock.today()).worth is None


def test_a_field_of_few_contracts_is_not_in_the_sum_of_all(cast, client):
    for number in range(3):
        sign(cast, Field.HEALTH, number, 0)
    sign(cast, Field.ENVIRONMENT, 3, 0)
    told = client.get("/api/v1/results").json()
    assert (told["contracts"], told["value"], told["value_contracts"]) == (4, 7 * UNIT, 3)  # fmt: skip
    page = client.get(reverse("results"), {"time": "all"}).text
    assert "tổng của 3 hợp đồng trong đó" in page


def test_the_targets_tell_strangers_no_more_than_the_sums(
    cast, client, feed_shows_this_transaction
):
    set_targets(by=None)
    sign(cast, Field.HEALTH, 1, 0)
    catch_up()
    value = next(one for one in targets() if one.aim.indicator == "deals.value")
    assert (value.card.value.value, value.card.series.points, value.whole) == (0, (), False)  # fmt: skip
    inside = next(one for one in targets(inside=True) if one.aim.indicator == "deals.value")  # fmt: skip
    assert inside.card.value.value == 2 * UNIT
    [row] = [row for row in client.get("/api/v1/results").json()["targets"] if row["indicator"] == "deals.value"]  # fmt: skip
    assert (row["value"], row["rating"], row["whole"]) == (0, "none", False)


def test_the_value_of_contracts_as_indicator_is_for_the_exchange_and_who_reads_everything(cast, client):  # fmt: skip
    address = reverse("indicator", args=["deals.value"])
    assert client.get(address).status_code == 302
    client.force_login(cast.recipient_head)
    assert client.get(address).status_code in {403, 404}
    for person in (cast.staff, make_person(Role.INSPECTOR)):
        client.force_login(person)
        assert client.get(address).status_code == 200

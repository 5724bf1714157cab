"""Deals by the regions of their sides, and what contracts cost: no sum shows one contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import count

import pytest
from openpyxl import load_workbook

from khuevan.deals.public import State
from khuevan.deals.tests.factories import TERMS, finish_work, make_cast, make_deal
from khuevan.exchange.tests.factories import actions as exchange, different
from khuevan.platform import clock
from khuevan.results.dated import disclosure_on
from khuevan.results.sides import costs, regions


pytestmark = pytest.mark.django_db
_numbers = count(1)
DAYS = (date(2025, 1, 1), date(2030, 1, 1))


def least():
    return disclosure_on(clock.today()).least_contracts


def others():
    """Other sides over another listing of the same field."""
    return make_cast(different(next(_numbers)))


def by_code():
    return {row.code: row for row in regions(*DAYS)}


def counts(told):
    return {step.value: count for step, count in told.items()}


def sit(cast, region):
    """Let the recipient say in which province it sits."""
    exchange.describe_member(member=cast.buyer, profile_vi=cast.buyer.profile_vi, region=region, by=cast.recipient)  # fmt: skip


def test_deals_are_counted_where_both_sides_sit(cast, client):
    sit(cast, "79")
    make_deal(cast, State.PERFORMING)
    other = others()
    sit(other, "79")
    make_deal(other, State.ASKED)
    found = by_code()
    assert counts(found["79"].received) == {"contact": 2, "signed": 1, "delivered": 0}
    assert counts(found["79"].provided) == {"contact": 0, "signed": 0, "delivered": 0}
    assert counts(found[""].provided)["contact"] == 2
    page = client.get("/exchange/results/?time=all").content.decode()
    assert "Hồ Chí Minh" in page
    kinds, regions_there = page.index("Theo loại tin"), page.index("Theo vùng")
    assert "</table>" in page[kinds:regions_there]
    told = client.get("/api/v1/results").json()
    row = next(row for row in told["regions"] if row["region"] == "79")
    assert row["received"] == {"contact": 2, "signed": 1, "delivered": 0}


def test_a_field_counts_its_own_deals_only(cast):
    sit(cast, "79")
    deal = make_deal(cast, State.ASKED)
    assert {row.code for row in regions(*DAYS, deal.field)} == {"79", ""}
    assert regions(*DAYS, "energy" if deal.field != "energy" else "health") == ()


def test_who_is_hidden_in_its_listing_is_counted_nowhere(db):
    cast = make_cast(levels={"provider": "nda"})
    provider = cast.listing.member
    exchange.describe_member(member=provider, profile_vi=provider.profile_vi, region="01", by=cast.provider)  # fmt: skip
    make_deal(cast, State.PERFORMING)
    found = by_code()
    assert "01" not in found
    assert counts(found[""].provided)["signed"] == 1


def test_what_contracts_cost_is_told_once_a_whole_group_has_ended(cast, client):
    terms = replace(TERMS, milestones=TERMS.milestones[:1])
    casts = [cast, *(others() for _each in range(least() - 1))]
    deals = [make_deal(each, State.PERFORMING, terms) for each in casts]
    for each, deal in zip(casts[:-1], deals, strict=False):
        finish_work(each, deal)
    assert costs(*DAYS) is None
    inside = costs(*DAYS, inside=True)
    assert inside is not None
    assert (inside.contracts, inside.value) == (least(), least() * terms.price)
    finish_work(casts[-1], deals[-1])
    told = costs(*DAYS)
    assert told is not None
    assert (told.contracts, told.value, told.total) == (
        least(),
        least() * terms.price,
        0,
    )
    shown = client.get("/api/v1/results").json()["costs"]
    assert (shown["contracts"], shown["share"]) == (least(), 0)
    assert "Chi phí ngoài giá hợp đồng" in client.get("/exchange/results/?time=all").content.decode()  # fmt: skip


def test_a_group_that_is_not_full_tells_nothing(cast, client):
    for _each in range(least() - 1):
        finish_work(cast, make_deal(cast, State.PERFORMING))
    assert costs(*DAYS) is None
    assert client.get("/api/v1/results").json()["costs"] is None
    page = client.get("/exchange/results/?time=all").content.decode()
    assert "nhóm mà mọi giao dịch đã kết thúc" in page


def test_the_brokers_share_and_the_fee_are_costs(cast, monkeypatch):
    monkeypatch.setattr("khuevan.deals.actions.escrow_common.exchange_fee_on", lambda day: 150)  # fmt: skip
    terms = replace(TERMS, milestones=TERMS.milestones[:1], broker=100)
    deal = make_deal(cast, State.PERFORMING, terms, brokered=True)
    finish_work(cast, deal)
    told = costs(*DAYS, inside=True)
    assert told is not None
    assert told.broker == round(terms.price / 100)
    assert told.exchange == deal.milestones.get().fee > 0
    assert told.share == (told.broker + told.exchange) / terms.price


def test_workbook_and_report_tell_regions_and_costs(cast, client):
    sit(cast, "79")
    make_deal(cast, State.PERFORMING)
    book = load_workbook(BytesIO(client.get("/exchange/results/statistics.xlsx?time=all").content))  # fmt: skip
    assert "Theo vùng" in book.sheetnames
    assert "Chi phí" in book.sheetnames
    assert book["Chi phí"].max_row == 1
    client.force_login(cast.staff)
    month = f"{clock.today():%Y-%m}"
    page = client.get(f"/exchange/results/report/?month={month}").content.decode()
    assert "Hồ Chí Minh" in page
    assert "mọi giao dịch đã kết thúc" in page

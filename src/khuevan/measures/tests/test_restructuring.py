"""Before and after: golden figures of the calculator, and the sheet on real dossiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given, strategies as st

from khuevan.catalogue.public import Fee, FeeKind, Task, Way, table_of
from khuevan.catalogue.tests.factories import make_officer, make_version, publish
from khuevan.counter.public import Business
from khuevan.counter.tests.factories import (
    STEPS,
    definition,
    make_cast,
    make_dossier,
)
from khuevan.indicators.public import catch_up
from khuevan.measures.assumptions import assumed_on
from khuevan.measures.queries.restructuring import last_quarter, restructuring
from khuevan.measures.rules.restructuring import Compared, Shape, compare, once, trips
from khuevan.platform import clock


ASSUMED = assumed_on(date(2026, 1, 1))


def shape(**changes):
    plain = Shape(steps=Fraction(7), automatic=0, papers=Fraction(3), conditional=0, fields=10, hours=Fraction(18), fee=Fraction(0), trips={"counter": 2, "portal": 0})  # fmt: skip
    return replace(plain, **changes)


def test_the_city_s_own_example_saves_seventy_seven_percent():
    # Decision 1811/QĐ-TTPVHCC of 24-12-2025, procedure 2.000635.
    told = Compared("cost", Fraction(1_024_000), Fraction(231_000), 3_228)
    assert round(float(told.percent), 2) == 77.44
    assert told.saved == 793_000 * 3_228


def test_ten_days_of_work_at_forty_thousand_an_hour_cost_thirty_two_million():
    # Đồng Nai 2025: 80 hours × 10 dossiers × 40,000 đồng.
    once_ = Way((Task("other", hours=Decimal(80)),)).once(ASSUMED.income_per_hour)
    assert 10 * once_ == 32_000_000


def test_the_cost_of_one_time_follows_the_stated_assumptions():
    # 3 papers × 0.5 h + 10 fields × 0.02 h + 2 trips × 2 h + 0.25 h = 5.95 h.
    expected = round(Decimal("5.95") * 40_000) + 2 * 20_000
    assert once(shape(), {"counter": 4}, ASSUMED) == expected
    assert once(shape(fee=Fraction(8_000)), {"counter": 4}, ASSUMED) == expected + 8_000


@pytest.mark.parametrize(
    ("channel", "electronic", "presence", "expected"),
    [("counter", False, False, 2), ("counter", True, True, 1), ("portal", True, False, 0),
     ("portal", True, True, 1), ("post", False, False, 0), ("assisted", True, False, 1),
     ("vneid", False, False, 1)],
)  # fmt: skip
def test_trips_follow_the_channel_and_the_result(channel, electronic, presence, expected):  # fmt: skip
    assert trips(channel, electronic_result=electronic, presence=presence) == expected


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 10_000))
def test_asking_for_fewer_papers_never_costs_more(before, fewer, dossiers):
    old = shape(papers=Fraction(before + fewer))
    new = shape(papers=Fraction(before))
    costs = tuple(once(s, {"portal": 1}, ASSUMED) for s in (old, new))
    told = {c.lever: c for c in compare(old, new, costs, {"portal": 1}, dossiers)}
    assert told["papers"].saved == fewer * dossiers
    assert told["cost"].saved >= 0


def test_the_quarter_before_is_whole():
    assert last_quarter(date(2026, 11, 22)) == (date(2026, 7, 1), date(2026, 9, 30))
    assert last_quarter(date(2026, 1, 1)) == (date(2025, 10, 1), date(2025, 12, 31))


@pytest.fixture
def cast(db, feed_shows_this_transaction):
    first = definition(is_key=True)
    cast = make_cast(first)
    for state in (Business.FILED, Business.DECIDED):
        make_dossier(state, cast=cast)
    make_dossier(Business.FILED, cast=cast, von=5)
    lighter = tuple(
        replace(c, when="von > 100") if c.code == "hop_dong_thue" else c
        for c in first.components
    )
    publish(replace(first, components=lighter))
    catch_up()
    return cast


def _next_quarter():
    return last_quarter(clock.today())[1] + timedelta(days=100)


def test_the_sheet_counts_papers_as_often_as_their_conditions_were_met(
    cast, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        told = restructuring(cast.head, _next_quarter())
    [row] = told.rows
    levers = {lever.lever: lever for lever in row.levers}
    assert (row.dossiers, row.before.number, row.after.number) == (3, 1, 2)
    assert (levers["papers"].before, levers["papers"].after) == (1, Fraction(2, 3))
    assert levers["papers"].saved == 1
    assert levers["fields"].before == 2
    assert levers["trips"].before == 0
    assert levers["hours"].before == 18
    assert levers["cost"].saved > 0
    assert row.entered == (False, False)


def test_steps_and_fees_that_depend_on_answers_are_tried_on_the_quarters_dossiers(cast):
    rows = [*STEPS[:3], {"name": "Xác minh vốn", "duty": "handle", "hours": "6", "when": "answers.von > 100"}, *STEPS[3:]]  # fmt: skip
    table = table_of([({"answers.von": "> 100"}, {"amount": "90000"}), ({}, {"amount": "0"})])  # fmt: skip
    fee = Fee("f", "Phí thẩm định", FeeKind.APPRAISAL, "council", table=table)
    make_version("draft", definition=definition(rows, code=cast.procedure, fees=(fee,)))  # fmt: skip
    [row] = restructuring(make_officer(), _next_quarter()).rows
    # Two of the three dossiers have more than 100 đồng.
    assert row.then.steps == Fraction(8 + 8 + 7, 3)
    assert row.then.hours == 18 + Fraction(2 * 6, 3)
    assert row.then.fee == 60_000
    assert not row.longest
    [later] = restructuring(make_officer(), _next_quarter() + timedelta(days=200)).rows
    assert (later.then.steps, later.then.hours, later.longest) == (8, 24, True)


def test_a_proposal_is_seen_by_those_who_keep_the_catalogue_alone(cast):
    proposed = definition(code=cast.procedure, is_key=True, components=())
    make_version("draft", definition=proposed)
    [seen] = restructuring(make_officer(), _next_quarter()).rows
    assert seen.after.draft
    assert seen.then.papers == 0
    [other] = restructuring(cast.head, _next_quarter()).rows
    assert not other.after.draft


def test_the_sheet_is_shown_and_handed_out(cast, client, tmp_path):
    page, file = reverse("measures-restructuring"), reverse("measures-restructuring-file")  # fmt: skip
    assert client.get(page).status_code == 302
    client.force_login(cast.citizen)
    assert client.get(page).status_code == client.get(file).status_code == 403
    client.force_login(cast.head)
    assert cast.procedure in client.get(page).text
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(b"".join(client.get(file).streaming_content))
    book = openpyxl.load_workbook(path)
    assert book.worksheets[0]["A2"].value == cast.procedure
    assert len(book.worksheets) == 2

"""Open data: no small cell leaves, none can be computed, nobody is named."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given, settings, strategies as st

from khuevan.catalogue.tests.factories import publish
from khuevan.counter.public import Business
from khuevan.counter.tests.factories import definition, make_cast, make_dossier
from khuevan.indicators.public import catch_up, declared, sums_between
from khuevan.measures.queries.open_data import COUNTS, PARTS, open_rows, whole_months
from khuevan.measures.rules.complement import ALL
from khuevan.measures.rules.suppression import gives_away, suppress, suppress_table
from khuevan.platform import clock

from .test_complement import COLUMNS, ROWS, given_away


counts = st.integers(0, 40)


@given(st.fixed_dictionaries(dict.fromkeys(COUNTS, counts)))
def test_no_small_count_leaves_and_none_can_be_computed(row):
    told = suppress(row, PARTS)
    assert not gives_away(told, PARTS)
    assert all(told[name] in {None, row[name]} for name in COUNTS)


@given(st.integers(5, 1000), st.data())
def test_whoever_knows_the_rule_cannot_pin_a_hidden_part_down(whole, data):
    part = data.draw(st.integers(0, whole))
    told = suppress({"whole": whole, "part": part}, [("part", "whole")])
    if told["part"] is None:
        alike = [p for p in range(whole + 1) if suppress({"whole": whole, "part": p}, [("part", "whole")]) == told]  # fmt: skip
        assert len(alike) >= min(5, whole)


def test_a_part_of_a_hidden_whole_is_hidden():
    assert suppress({"whole": 4, "part": 4}, [("part", "whole")]) == {"whole": None, "part": None}  # fmt: skip
    assert suppress({"whole": 20, "part": 18}, [("part", "whole")]) == {"whole": 20, "part": None}  # fmt: skip
    assert suppress({"whole": 20, "part": 20}, [("part", "whole")]) == {"whole": 20, "part": 20}  # fmt: skip


SHOWN = ("filed", "accepted")
cell_rows = st.fixed_dictionaries({"filed": st.integers(0, 6), "accepted": st.integers(0, 6)})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({(r, c): cell_rows for r in ROWS for c in COLUMNS}))
def test_no_hidden_count_of_a_table_follows_from_its_sums(table):
    for column in COLUMNS:
        rows = [row for (_, c), row in table.items() if c == column]
        table[ALL, column] = {name: sum(row[name] for row in rows) for name in SHOWN}
    told = suppress_table(table, [("accepted", "filed")], smallest=3)
    for name in SHOWN:
        counts = {cell: row[name] for cell, row in table.items()}
        hidden = {cell for cell, row in told.items() if row[name] is None}
        for row, column in given_away(counts, hidden):
            beside = [c for c in counts if c[0] != ALL and (c[0] == row or c[1] == column)]  # fmt: skip
            assert all(c in hidden or not counts[c] for c in beside)
    for row in told.values():
        assert not gives_away(row, [("accepted", "filed")], smallest=3)
        assert row["filed"] is not None or row["accepted"] is None


@pytest.fixture
def casts(db):
    many, few = make_cast(), make_cast()
    for _ in range(5):
        make_dossier(Business.FILED, cast=many)
    make_dossier(Business.REFUSED, cast=many)
    make_dossier(Business.DECIDED, cast=few)
    return many, few


def test_a_file_tells_large_counts_alone(casts):
    many, _few = casts
    today = clock.today()
    [row] = open_rows(today, today)
    assert (row["procedure"], row["filed"]) == (many.procedure, 6)
    assert all(row[name] is None for name in COUNTS if name != "filed")
    assert not gives_away({n: row[n] for n in COUNTS}, PARTS)


def test_a_small_count_does_not_follow_from_the_sum_of_its_unit(
    feed_shows_this_transaction, casts
):
    many, _few = casts
    other = replace(many, procedure=publish(definition()).code)
    make_dossier(Business.FILED, cast=other)
    today = clock.today()
    cell = {"unit": str(many.commune.pk)}
    catch_up()
    [told] = sums_between(["measures.filed"], today, today, cell).values()
    # Seven are told on the unit's page: with the six, the one would follow.
    assert told.numerator == 7
    assert list(open_rows(today, today)) == []


def test_a_small_count_hides_behind_procedures_of_other_months(casts):
    many, _few = casts
    other = replace(many, procedure=publish(definition()).code)
    third = replace(many, procedure=publish(definition()).code)
    make_dossier(Business.FILED, cast=other)
    today = clock.today()
    with clock.telling(clock.now() + timedelta(days=40)):
        make_dossier(Business.FILED, cast=third)
        rows = list(open_rows(today, clock.today()))
    assert [(row["procedure"], row["filed"]) for row in rows] == [(many.procedure, 6)]


def test_sums_of_single_procedures_are_for_people_with_a_post(casts, client):
    many, _few = casts
    address = reverse("indicator", args=["measures.filed_by_procedure"])
    assert client.get(address).status_code == 302
    client.force_login(many.citizen)
    assert client.get(address).status_code == 404
    inner = {one.code for one in declared() if one.inner}
    assert {"measures.filed_by_procedure", "measures.on_time_by_procedure"} <= inner
    client.force_login(many.officer)
    assert client.get(address).status_code == 200


def _next_year(client, form):
    """Ask in a month after the one of the dossiers, for the year these belong to."""
    year = clock.today().year
    with clock.telling(clock.now() + timedelta(days=40)):
        answer = client.get(reverse("measures-open-file", args=[year, form]))
        assert answer.status_code == 200
        return b"".join(answer.streaming_content).decode()


def test_files_are_for_everybody_and_name_no_applicant(casts, client):
    many, few = casts
    table, told = _next_year(client, "csv"), _next_year(client, "json")
    rows = list(csv.DictReader(table.removeprefix("\ufeff").splitlines()))
    assert [r["procedure"] for r in rows] == [many.procedure]
    data = json.loads(told)
    assert data["licence"].startswith("https://")
    assert [r["filed"] for r in data["rows"]] == [6]
    for text in (table, told):
        for person in (many.citizen, few.citizen, many.receiver):
            assert person.full_name not in text
            assert str(person.pk) not in text
        assert "001190000001" not in text
        assert few.procedure not in text


def test_a_running_month_is_not_told(casts, client):
    today = clock.today()
    _, last = whole_months(today.year) or (None, date(today.year - 1, 12, 31))
    assert last < today.replace(day=1)
    assert whole_months(today.year + 1) is None
    assert client.get(reverse("measures-open-file", args=[today.year + 1, "csv"])).status_code == 404  # fmt: skip
    assert client.get(reverse("measures-open-file", args=[today.year, "exe"])).status_code == 404  # fmt: skip


def test_the_page_describes_every_field(client, db, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        page = client.get(reverse("measures-open")).text
    assert all(f"<code>{name}</code>" in page for name in COUNTS)

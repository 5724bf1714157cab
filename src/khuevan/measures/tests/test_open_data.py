"""Open data: no small cell leaves, none can be computed, nobody is named."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given, strategies as st

from khuevan.counter.public import Business
from khuevan.counter.tests.factories import make_cast, make_dossier
from khuevan.measures.queries.open_data import COUNTS, PARTS, open_rows, whole_months
from khuevan.measures.rules.suppression import gives_away, suppress
from khuevan.platform import clock


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

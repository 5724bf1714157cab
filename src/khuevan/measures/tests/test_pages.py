"""Scorecards and the records behind them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from khuevan.counter.public import Business
from khuevan.counter.tests.factories import make_cast, make_dossier
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.indicators.public import audit, catch_up, declared, refill, value
from khuevan.measures.queries.scores import scorecard
from khuevan.measures.queries.shadow import shadow
from khuevan.measures.queries.summary import summary
from khuevan.platform import clock


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]
OURS = [i for i in declared() if i.code.startswith("measures.")]


@pytest.fixture
def cast(db):
    cast = make_cast()
    for state in (Business.FILED, Business.REFUSED, Business.IN_PROCESS, Business.SUPPLEMENT, Business.STOPPED, Business.WITHDRAWN, Business.DECIDED, Business.DECIDED):  # fmt: skip
        make_dossier(state, cast=cast)
    catch_up()
    return cast


@pytest.mark.parametrize("indicator", OURS, ids=lambda i: i.code)
def test_every_live_figure_equals_the_records(cast, indicator):
    assert audit(indicator).sound
    before = value(indicator.code)
    refill([indicator])
    assert value(indicator.code) == before
    assert audit(indicator).sound


def test_all_figures_can_be_set_from_the_records_at_once(
    cast, django_assert_max_num_queries
):
    for indicator in OURS:
        assert audit(indicator).sound
    before = [value(indicator.code) for indicator in OURS]
    with django_assert_max_num_queries(20):  # five readings for nineteen figures
        cells = refill(OURS)
    assert cells.keys() == {indicator.code for indicator in OURS}
    assert cells["measures.filed"] > 0
    assert [value(indicator.code) for indicator in OURS] == before


def test_the_summary_names_each_share_with_its_parts(cast):
    told = summary(clock.today())
    assert (told.dossiers, told.online.numerator) == (8, 8)
    assert (told.electronic_results.numerator, told.electronic_results.denominator) == (2, 2)  # fmt: skip
    assert told.as_json()["electronic_results"]["percent"] == 100


def test_a_unit_is_scored_on_its_own_dossiers(cast):
    today = clock.today()
    own = {
        s.item.code: s.measured for s in scorecard(today, today, cast.commune).scored
    }
    assert (own["PROGRESS_ON_TIME"].numerator, own["PROGRESS_ON_TIME"].denominator) == (6, 6)  # fmt: skip
    other = make_cast().commune
    none = {s.item.code: s.measured for s in scorecard(today, today, other).scored}
    assert none["PROGRESS_ON_TIME"].denominator == 0


def test_scorecards_are_for_everybody_records_for_whom_they_concern(
    cast, client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20):
        assert client.get(reverse("measures")).status_code == 200
    assert client.get(reverse("measures-unit", args=[cast.commune.pk])).status_code == 200  # fmt: skip
    address = reverse("measures-dossiers") + "?flow=on_time&part=numerator"
    assert client.get(address).status_code == 302
    client.force_login(cast.head)
    own = client.get(address).text
    assert own.count("/dossiers/0") == 4
    client.force_login(make_person(Role.OFFICIAL))
    assert "/dossiers/0" not in client.get(address).text
    assert client.get(reverse("measures-dossiers") + "?flow=nonsense").status_code == 404  # fmt: skip


def test_the_map_of_a_procedure_names_its_worst_bottleneck(cast, client):
    address = reverse("measures-process", args=[cast.procedure])
    assert client.get(address).status_code == 302
    client.force_login(cast.citizen)
    assert client.get(address).status_code == 403
    client.force_login(cast.head)
    page = client.get(address).text
    assert "<svg" in page
    assert "Tiếp nhận" in page
    assert client.get(reverse("measures-processes")).status_code == 200
    assert client.get(reverse("measures-process", args=["0.0"])).status_code == 404


def test_shadow_measures_count_touches_and_whose_waiting_it_was(cast):
    told = shadow(clock.today(), clock.today(), procedure=cast.procedure)
    assert told.cases > 0
    assert told.touches
    assert {one.party for one in told.waiting if not one.applicant} <= {cast.commune.short_name}  # fmt: skip
    assert told.looked_at == told.cases
    assert told.guards.filed == 8

"""Decree 224 Art. 19: services and steps for whoever works here, people for few."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from khuevan.catalogue.public import Initiative, Proactive
from khuevan.counter.public import Business
from khuevan.counter.tests.factories import definition, make_cast, make_dossier
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.feedback.public import issue_rating_link
from khuevan.indicators.public import catch_up
from khuevan.measures.queries.actors import actors
from khuevan.measures.queries.services import services, steps_of
from khuevan.platform import clock


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


@pytest.fixture
def cast(db):
    cast = make_cast()
    for state in (Business.FILED, Business.IN_PROCESS, Business.DECIDED, Business.DECIDED):  # fmt: skip
        make_dossier(state, cast=cast)
    catch_up()
    return cast


def test_a_service_is_told_with_both_parts_of_every_share(cast):
    today = clock.today()
    told = services([cast.procedure], today, today)[cast.procedure]
    assert (told.filed, told.online, told.ended, told.on_time) == (4, 4, 2, 2)
    assert told.processed_online == 2
    assert told.median_days is not None
    yesterday = today - timedelta(days=1)
    assert services([cast.procedure], yesterday, yesterday) == {}


def test_every_step_stands_against_its_budget(cast):
    today = clock.today()
    told = {s.name: s for s in steps_of(cast.procedure, today, today)}
    assert (told["Thẩm định"].count, told["Thẩm định"].budget) == (2, 8)
    assert told["Tiếp nhận"].count == 3
    assert told["Tiếp nhận"].on_time <= told["Tiếp nhận"].dated


def test_an_official_sees_only_their_own_work_the_head_everybody_s(cast):
    today = clock.today()
    [own] = actors(cast.officer, today, today)
    assert (own.key, own.steps, own.dossiers) == (cast.officer.pk, 2, 2)
    led = {a.key for a in actors(cast.head, today, today)}
    assert {cast.officer.pk, cast.receiver.pk, cast.division.pk} <= led
    for other in (make_person(Role.HEAD), make_person(Role.LEADER), cast.citizen):
        assert actors(other, today, today) == []


def test_pages_are_for_whoever_holds_a_post(
    cast, client, django_assert_max_num_queries
):
    one = reverse("measures-service", args=[cast.procedure])
    for address in (reverse("measures-services"), one):
        assert client.get(address).status_code == 302
    client.force_login(cast.citizen)
    assert client.get(one).status_code == 403
    client.force_login(make_person(Role.OFFICIAL))
    with django_assert_max_num_queries(18):
        page = client.get(one).text
    assert "Thẩm định" in page
    assert cast.officer.full_name not in page
    client.force_login(cast.head)
    assert cast.officer.full_name in client.get(one).text
    with django_assert_max_num_queries(16):
        assert cast.procedure in client.get(reverse("measures-services")).text
    assert client.get(reverse("measures-service", args=["0.0"])).status_code == 404


def test_few_ratings_are_shown_to_nobody(cast, client):
    issue_rating_link(
        subject="counter.dossier:x", organisation=cast.commune, procedure=cast.procedure, by=None,
    )  # fmt: skip
    client.force_login(cast.head)
    page = client.get(reverse("measures-service", args=[cast.procedure])).text
    assert "dưới năm" in page or "fewer than five" in page


def test_a_service_is_as_proactive_as_somebody_stated(client):
    told = Proactive(Initiative.PREPARE, date(2026, 3, 1), "Sinh con, theo giấy chứng sinh điện tử", "Trần Thị B, Giám đốc")  # fmt: skip
    silent, stated = make_cast(), make_cast(definition(proactive=told))
    client.force_login(silent.officer)
    page = client.get(reverse("measures-service", args=[silent.procedure])).text
    assert "chưa ai công bố mức nào" in page
    page = client.get(reverse("measures-service", args=[stated.procedure])).text
    assert "Mức 2: nhắc và chuẩn bị sẵn hồ sơ" in page
    assert "do Trần Thị B, Giám đốc công bố, từ 01/03/2026" in page

"""Where people come in: the services first, then the programme."""

from __future__ import annotations

import pytest
from django.urls import reverse

from khuevan.counter.public import Business
from khuevan.counter.tests.factories import make_cast as make_dossier_cast, make_dossier
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.steering.tests.factories import make_cast, make_task


pytestmark = pytest.mark.django_db


def test_a_stranger_finds_the_services_on_the_first_page(client):
    page = client.get(reverse("home")).text
    for name in ("procedures", "my-dossiers", "dossier-follow", "centre", "measures"):
        assert reverse(name) in page


def test_the_city_page_tells_services_with_both_parts_of_every_share(client):
    page = client.get(reverse("city")).text
    assert page.count(f'href="{reverse("measures")}"') >= 7
    assert page.count("0 / 0") >= 3
    assert reverse("indicator", args=["measures.filed"]) not in page


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.CLERK, "counter-inbox"),
        (Role.DIVISION_HEAD, "counter-inbox"),
        (Role.PROCEDURE_OFFICER, "catalogue-desk"),
    ],
)
def test_who_works_on_dossiers_starts_at_them(client, role, place):
    client.force_login(make_person(role))
    assert client.get(reverse("home")).url == reverse(place)


def test_an_official_starts_where_more_waits(client):
    cast = make_dossier_cast()
    client.force_login(cast.receiver)
    assert client.get(reverse("home")).url == reverse("steering-inbox")
    make_dossier(Business.FILED, cast=cast)
    assert client.get(reverse("home")).url == reverse("counter-inbox")


def test_dossiers_of_others_lead_nobody_away_from_their_tasks(client):
    make_dossier(Business.FILED, cast=make_dossier_cast())
    steering = make_cast()
    make_task(cast=steering)
    client.force_login(steering.official)
    assert client.get(reverse("home")).url == reverse("steering-inbox")

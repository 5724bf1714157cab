"""Organisations and posts with their days, and what became of old units."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.directory.actions.register import (
    appoint,
    close_organisation,
    end_appointment,
    register_organisation,
    rename_organisation,
)
from khuevan.directory.models import Appointment, Area, Organisation, Succession
from khuevan.directory.queries import find_organisations, successions_of
from khuevan.directory.rules import OrganisationKind, Role
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import OrganisationFactory, make_person


pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(db):
    return make_person(Role.OPERATOR)


@pytest.fixture
def unit(db):
    return OrganisationFactory.create()


def put(person, unit, by, role=Role.OFFICIAL, **days):
    days = {"valid_from": clock.today(), **days}
    return appoint(
        person=person, organisation=unit, role=role, title="Chuyên viên", by=by, **days
    )


def test_operators_appoint_and_end(operator, unit):
    person = make_person()
    post = put(person, unit, operator)
    end_appointment(appointment=post, last_day=clock.today(), by=operator)
    assert [f.kind for f in facts_about(post.ref)] == [
        "directory.person_appointed",
        "directory.appointment_ended",
    ]
    with clock.telling(clock.now() + timedelta(days=1)):
        assert not type(person).objects.get(pk=person.pk).authority.has_in(unit.pk, Role.OFFICIAL)  # fmt: skip


APPOINTS = [
    (Role.HEAD, "own", Role.OFFICIAL, True),
    (Role.HEAD, "below", Role.HEAD, True),
    (Role.HEAD, "own", Role.HEAD, False),
    (Role.HEAD, "own", Role.OPERATOR, False),
    (Role.HEAD, "other", Role.OFFICIAL, False),
    (Role.OFFICIAL, "own", Role.OFFICIAL, False),
    (Role.LEADER, "own", Role.OFFICIAL, False),
]


@pytest.mark.parametrize(("role", "where", "given", "allowed"), APPOINTS)
def test_heads_staff_their_own_units(unit, role, where, given, allowed):
    by = make_person(role, unit)
    below = OrganisationFactory.create(parent=unit)
    target = {"own": unit, "below": below, "other": OrganisationFactory.create()}[where]
    before = Appointment.objects.count() + 1
    person = make_person()
    if allowed:
        put(person, target, by, given)
    else:
        with pytest.raises(PermissionDenied):
            put(person, target, by, given)
    assert Appointment.objects.count() == before + allowed


def test_the_same_post_is_not_held_twice(operator, unit):
    person = make_person()
    put(person, unit, operator)
    with pytest.raises(RuleBroken):
        put(person, unit, operator, valid_from=clock.today() + timedelta(days=5))
    assert person.appointments.filter(organisation=unit).count() == 1


def test_posts_lie_within_their_organisation(operator):
    unit = OrganisationFactory.create(valid_from=date(2025, 7, 1))
    with pytest.raises(RuleBroken):
        put(make_person(), unit, operator, valid_from=date(2025, 6, 30))
    assert not unit.appointments.exists()


def order(**changes):
    city = Organisation.objects.get(code="H26")
    return {
        "code": "H26.99", "kind": OrganisationKind.DEPARTMENT, "name": "Sở Thử việc",
        "short_name": "Sở TN", "parent": city, "valid_from": date(2026, 1, 1), **changes,
    }  # fmt: skip


def test_a_body_is_registered_under_its_identifier(operator):
    unit = register_organisation(**order(), by=operator)
    (fact,) = facts_about(unit.ref)
    assert fact.figures["code"] == "H26.99"
    assert find_organisations(person=operator, text="so thu viec") == [
        ("Sở Thử việc", "H26.99", f"/organisations/{unit.pk}/")
    ]


@pytest.mark.parametrize("code", ["H26.KHCN", "H27.01", "h 26", "", "H26."])
def test_faulty_identifiers_are_refused(operator, code):
    before = Organisation.objects.count()
    with pytest.raises(RuleBroken):
        register_organisation(**order(code=code), by=operator)
    assert Organisation.objects.count() == before


def test_old_names_lead_to_the_new(operator, unit):
    old = unit.name
    rename_organisation(
        organisation=unit, name="Sở Đổi mới", short_name="Sở ĐM",
        since=clock.today(), by=operator,
    )  # fmt: skip
    rows = find_organisations(person=operator, text=old)
    assert rows == [("Sở Đổi mới", f"← {old}", f"/organisations/{unit.pk}/")]


def test_closing_ends_the_posts_in_it(operator, unit):
    make_person(Role.HEAD, unit)
    close_organisation(organisation=unit, last_day=clock.today(), by=operator)
    assert unit.appointments.get().valid_to == clock.today()
    with pytest.raises(RuleBroken):
        close_organisation(organisation=unit, last_day=clock.today(), by=operator)


def test_nothing_closes_above_what_lives(operator, unit):
    OrganisationFactory.create(parent=unit)
    with pytest.raises(RuleBroken):
        close_organisation(organisation=unit, last_day=clock.today(), by=operator)
    unit.refresh_from_db()
    assert unit.valid_to is None


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.OPERATOR])
def test_only_operators_keep_the_register(unit, role):
    by = make_person(role, unit)
    with pytest.raises(PermissionDenied):
        register_organisation(**order(), by=by)
    with pytest.raises(PermissionDenied):
        close_organisation(organisation=unit, last_day=clock.today(), by=by)
    with pytest.raises(PermissionDenied):
        rename_organisation(
            organisation=unit, name="X", short_name="X", since=clock.today(), by=by
        )


def test_every_commune_knows_what_it_was_formed_from():
    """Resolution 1656: each of the 126 areas that names old units has successions."""
    for area in Area.objects.exclude(formed_from="").select_related("organisation"):
        names = set(area.organisation.successions.values_list("old_name", flat=True))
        assert names
        assert not any("phần còn lại" in name or name.endswith(",") for name in names)
        assert all(name in area.formed_from for name in names)


def test_an_old_ward_is_found_without_accents():
    rows = successions_of("phuong kim ma")
    assert {row.name for row in rows} == {
        "UBND phường Ba Đình", "UBND phường Ngọc Hà", "UBND phường Giảng Võ",
    }  # fmt: skip
    assert {row.share for row in rows} == {"part"}
    assert [r.share for r in successions_of("xa tri thuy")] == ["whole"]


def test_an_old_unit_is_whole_or_in_parts():
    for name in set(Succession.objects.values_list("old_name", flat=True)):
        shares = list(Succession.objects.filter(old_name=name).values_list("share", flat=True))  # fmt: skip
        assert shares == ["whole"] or set(shares) == {"part"}


def test_strangers_search_organisations(client):
    page = client.get("/organisations/", {"q": "thuy khue"}).content.decode()
    assert "Phường Thụy Khuê" in page
    assert "UBND phường Ba Đình" in page
    empty = client.get("/organisations/", {"q": "khong co dau het"})
    assert empty.status_code == 200


def test_the_list_costs_three_queries_at_most(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        client.get("/organisations/", {"q": "phuong"})


def test_doubtful_populations_are_told(client):
    area = Area.objects.exclude(population_doubt="").first()
    client.cookies["django_language"] = "en"
    page = client.get(f"/organisations/{area.organisation_id}/").content.decode()
    assert area.population_doubt in page


def test_strangers_see_heads_and_colleagues_see_all(client, unit):
    make_person(Role.HEAD, unit, full_name="Người Đứng Đầu")
    official = make_person(Role.OFFICIAL, unit, full_name="Người Chuyên Viên")
    address = f"/organisations/{unit.pk}/"
    page = client.get(address).content.decode()
    assert "Người Đứng Đầu" in page
    assert "Người Chuyên Viên" not in page
    assert "/people/" not in page
    client.force_login(official)
    assert f"/people/{official.pk}/" in client.get(address).content.decode()


def test_the_register_is_kept_on_pages(client, operator, unit):
    client.force_login(operator)
    city = Organisation.objects.get(code="H26")
    assert client.get("/organisations/new/").status_code == 200
    client.post("/organisations/new/", {**order(parent=city.pk), "valid_from": "2026-01-01"})  # fmt: skip
    made = Organisation.objects.get(code="H26.99")
    again = client.post("/organisations/new/", {**order(parent=city.pk), "valid_from": "2026-01-01"})  # fmt: skip
    assert again.status_code == 422
    person = make_person(username="moi")
    base = f"/organisations/{made.pk}"
    answer = client.post(
        f"{base}/appoint/",
        {"username": "moi", "role": "head", "title": "Giám đốc", "valid_from": "2026-02-01"},
    )  # fmt: skip
    assert answer.url == f"{base}/"
    post = person.appointments.get(organisation=made)
    assert client.post(f"{base}/appoint/", {"username": "ai"}).status_code == 422
    assert client.get(f"/appointments/{post.pk}/end/").status_code == 200
    client.post(f"/appointments/{post.pk}/end/", {"last_day": "2026-03-01"})
    post.refresh_from_db()
    assert post.valid_to == date(2026, 3, 1)
    client.post(f"{base}/rename/", {"name": "Sở Mới", "short_name": "SM", "since": "2026-03-02"})  # fmt: skip
    assert "Sở Mới" in client.get(f"{base}/").content.decode()
    assert client.post(f"{base}/close/", {"last_day": "2026-04-01"}).url == f"{base}/"


@pytest.mark.parametrize("page", ["rename", "close", "appoint"])
def test_others_may_not_keep_the_register(client, unit, page):
    client.force_login(make_person(Role.OFFICIAL, unit))
    assert client.get(f"/organisations/{unit.pk}/{page}/").status_code == 403
    assert client.get("/organisations/new/").status_code == 403

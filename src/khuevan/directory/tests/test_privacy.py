"""Personal data is declared, masked, read with a purpose, and the reading is told."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField
from hypothesis import given, strategies as st

from khuevan.directory.actions.privacy import read_personal_data
from khuevan.directory.models import Person
from khuevan.directory.privacy import (
    LABELS,
    MASKS,
    SHOWABLE,
    mask_email,
    mask_national_id,
    mask_phone,
)
from khuevan.directory.rules import Purpose, Role
from khuevan.journal.public import facts_about
from khuevan.platform.errors import RuleBroken

from .factories import OrganisationFactory, make_person


ABOUT_PEOPLE = {
    "email", "phone", "national_id", "birth_date", "gender", "residence", "full_name",
}  # fmt: skip
MODELS = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("khuevan.")
    if hasattr(model, "Privacy")
    if any(
        field.name in ABOUT_PEOPLE
        or (field.is_relation and field.related_model is Person)
        for field in model._meta.get_fields()
        if field.concrete
    )
]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_declarations_cover_exactly_the_fields(model):
    personal, is_open = set(model.Privacy.personal), set(model.Privacy.open)
    fields = {field.name for field in model._meta.get_fields() if field.concrete}
    assert personal | is_open == fields
    assert not personal & is_open
    switches = {f.name for f in model._meta.fields if isinstance(f, BooleanField)}
    assert not is_open & (ABOUT_PEOPLE - {"full_name"} - switches)


def test_every_personal_field_has_words_and_a_mask():
    assert set(LABELS) == set(Person.Privacy.personal)
    assert set(MASKS) == set(SHOWABLE)


@given(st.text(min_size=3), st.text(min_size=3))
def test_a_masked_address_shows_one_letter(name, host):
    address = f"{name}@{host}"
    assert mask_email(address) == f"{address[0]}…@…"


@given(st.from_regex(r"\A[0-9]{12}\Z"))
def test_a_masked_number_shows_three_digits(number):
    assert mask_national_id(number) == "•" * 9 + number[-3:]
    assert mask_phone(f"+84 {number}") == f"••• {number[-3:]}"


@pytest.mark.parametrize("short", ["", "12", "12345"])
def test_short_numbers_show_nothing(short):
    assert mask_phone(short) == mask_national_id(short) == "•••"


@pytest.fixture
def unit(db):
    return OrganisationFactory.create()


@pytest.fixture
def read(unit):
    return make_person(
        organisation=unit,
        email="lan@example.org",
        phone="0912 345 678",
        national_id="001099012345",
        full_name="Vũ Ngọc Lan",
    )


@pytest.fixture
def head(unit):
    return make_person(Role.HEAD, unit, full_name="Hoàng Đức Thịnh")


def test_reading_is_a_fact_about_the_person_read(read, head):
    told = read_personal_data(
        person=read,
        fields=["email"],
        purpose=Purpose.STAFF,
        about="TB-12/2026",
        by=head,
    )
    assert told == {"email": "lan@example.org"}
    (fact,) = facts_about(read.ref)
    assert (fact.kind, fact.actor) == ("directory.personal_data_read", head.ref)
    assert fact.organisation == head.organisation_ref
    assert fact.figures == {"fields": ["email"], "purpose": "staff", "about": "TB-12/2026"}  # fmt: skip


def test_one_s_own_data_is_read_freely(read):
    told = read_personal_data(
        person=read, fields=["email"], purpose=Purpose.CONTACT, by=read
    )
    assert told == {"email": "lan@example.org"}
    assert facts_about(read.ref) == []


def test_colleagues_without_a_duty_read_nothing(read, unit):
    with pytest.raises(PermissionDenied):
        read_personal_data(
            person=read, fields=["email"], purpose=Purpose.CONTACT,
            by=make_person(organisation=unit),
        )  # fmt: skip
    assert facts_about(read.ref) == []


@pytest.mark.parametrize("fields", [["password"], ["email", "last_login"], []])
def test_other_fields_are_never_shown(read, head, fields):
    with pytest.raises(RuleBroken):
        read_personal_data(person=read, fields=fields, purpose=Purpose.STAFF, by=head)
    assert facts_about(read.ref) == []


SEES = [
    (Role.LEADER, False, 200, 200),
    (Role.COMMITTEE_OFFICE, False, 200, 200),
    (Role.INSPECTOR, False, 200, 200),
    (Role.OPERATOR, False, 200, 200),
    (Role.HEAD, True, 200, 200),
    (Role.OFFICIAL, True, 200, 403),
    (Role.HEAD, False, 404, 404),
    (Role.OFFICIAL, False, 404, 404),
    (Role.MEMBER, False, 404, 404),
]


@pytest.mark.parametrize(("role", "same", "page", "reveal"), SEES)
def test_the_matrix_of_roles_holds(client, read, unit, role, same, page, reveal):
    client.force_login(make_person(role, unit if same else None))
    assert client.get(f"/people/{read.pk}/").status_code == page
    assert client.get(f"/people/{read.pk}/reveal/").status_code == reveal


def test_the_page_masks_until_asked_why(client, read, head):
    client.force_login(head)
    page = client.get(f"/people/{read.pk}/").content.decode()
    assert "l…@…" in page
    assert "••• 678" in page
    assert "lan@example.org" not in page
    asked = client.post(f"/people/{read.pk}/reveal/", {"about": "x"})
    assert "lan@example.org" not in asked.content.decode()
    assert facts_about(read.ref) == []
    shown = client.post(f"/people/{read.pk}/reveal/", {"purpose": "staff"})
    assert "lan@example.org" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    assert len(facts_about(read.ref)) == 1


def test_purposes_hold_no_words_about_people(client, read, head):
    client.force_login(head)
    client.post(
        f"/people/{read.pk}/reveal/", {"purpose": "staff", "about": "vì Lan ốm"}
    )
    assert facts_about(read.ref) == []


def test_the_owner_sees_who_read_what(client, read, head, unit):
    read_personal_data(person=read, fields=["phone"], purpose=Purpose.CONTACT, by=head)
    client.force_login(read)
    page = client.get("/account/who-read-my-data/").content.decode()
    assert "Hoàng Đức Thịnh" in page
    assert unit.name in page
    client.force_login(head)
    assert "Hoàng Đức Thịnh" not in client.get("/account/who-read-my-data/").content.decode().split("<main")[1]  # fmt: skip


def test_readings_cost_the_same_however_many(
    client, read, head, django_assert_num_queries
):
    client.force_login(read)
    for _ in range(3):
        read_personal_data(
            person=read, fields=["phone"], purpose=Purpose.CONTACT, by=head
        )
    with django_assert_num_queries(
        7
    ):  # session, authority, facts, readers, organisations, bar 2
        client.get("/account/who-read-my-data/")


def test_one_s_own_data_can_be_taken_along(client, read, head):
    read_personal_data(person=read, fields=["phone"], purpose=Purpose.CONTACT, by=head)
    client.force_login(read)
    answer = client.get("/account/my-data.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.content)
    assert told["person"]["national_id"] == "001099012345"
    assert "password" not in answer.content.decode().replace("password_changed_at", "")
    assert told["who_read_it"][0]["who"] == "Hoàng Đức Thịnh"
    assert told["posts"][0]["role"] == "official"

"""Accounts from the machine itself."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from khuevan.directory.models import Organisation, Person
from khuevan.directory.rules import Role

from .conftest import PASSWORD, kinds


pytestmark = pytest.mark.django_db


@pytest.fixture
def people(monkeypatch):
    def run(*words, typed=""):
        monkeypatch.setattr("sys.stdin", StringIO(typed))
        out = StringIO()
        call_command("people", *words, stdout=out)
        return out.getvalue()

    return run


def test_the_first_operator_is_made_and_signs_in(people, client):
    unit = Organisation.objects.get(code="H26.KHCN")
    people("add", "bao", "Ngô Gia Bảo", "--email", "bao@example.org",
           "--role", "operator", "--organisation", "H26.KHCN", "--title", "Quản trị")  # fmt: skip
    people("set-password", "bao", typed=f"{PASSWORD}\n")
    person = Person.objects.get(username="bao")
    assert person.authority.has_in(unit.pk, Role.OPERATOR)
    assert client.post("/sign-in/", {"login": "bao", "password": PASSWORD}).status_code == 302  # fmt: skip
    assert "operator H26.KHCN" in people("list", "ngo")


def test_unknown_organisations_leave_no_account(people):
    with pytest.raises(CommandError):
        people("add", "bao", "Ngô Gia Bảo", "--role", "operator")
    assert not Person.objects.filter(username="bao").exists()


def test_accounts_are_disabled_and_enabled(people, member):
    people("disable", "ha")
    assert "ha (disabled)" in people("list")
    with pytest.raises(CommandError):
        people("disable", "ha")
    people("enable", "ha@example.org")
    assert "disabled" not in people("list")
    assert kinds(member.ref) == [
        "directory.person_disabled",
        "directory.person_enabled",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("add", "HA", "Người khác"),
        ("add", "khac", "Người khác", "--email", "HA@example.org"),
        ("add", "khac", "Người khác", "--email", "không phải"),
        ("add", "khac", "Người khác", "--national-id", "123"),
        ("add", "khac", " "),
        ("disable", "ai-do"),
    ],
)
def test_faulty_orders_change_nothing(people, member, words):
    with pytest.raises(CommandError):
        people(*words)
    assert Person.objects.count() == 1


def test_weak_passwords_are_refused(people, member):
    with pytest.raises(CommandError):
        people("set-password", "ha", typed="ngắn\n")
    assert Person.objects.get().check_password(PASSWORD)

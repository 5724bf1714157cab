"""The second step: codes of an app, recovery codes, keys, and who must have one."""

from __future__ import annotations

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from khuevan.directory.rules import Role
from khuevan.journal.public import facts_about

from .conftest import PASSWORD, kinds
from .factories import make_person


pytestmark = pytest.mark.django_db


def code(secret, steps=0):
    """Return the code an app shows now, or some half minutes from now."""
    counter = int(time.time()) // 30 + steps
    return format_hotp_value(hotp_value(secret, counter))


@pytest.fixture
def secret(client, sign_in, member, django_capture_on_commit_callbacks):
    """An app set up through the pages; returns its secret, signed out again."""
    sign_in()
    address = "/sign-in/second-step/totp/activate/"
    again = client.get(address)
    assert again.url.startswith("/sign-in/again/")
    assert client.get(again.url).status_code == 200
    client.post(again.url, {"password": PASSWORD, "next": address})
    page = client.get(address).content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    assert "style=" not in page
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, {"code": code(secret)}).status_code == 302
    client.post("/sign-out/")
    return secret


def test_an_app_asks_for_its_code(client, sign_in, member, secret):
    assert sign_in().url == "/sign-in/second-step/authenticate/"
    page = client.get("/sign-in/second-step/authenticate/")
    assert page.status_code == 200
    assert client.get("/account/").status_code == 302
    answer = client.post(
        "/sign-in/second-step/authenticate/", {"code": code(secret, 1)}
    )
    assert answer.status_code == 302
    assert client.get("/account/").status_code == 200
    assert facts_about(member.ref)[-1].figures == {"method": "password+mfa"}


def recovery_code(person):
    return (
        Authenticator.objects.get(user=person, type="recovery_codes")
        .wrap()
        .get_unused_codes()[0]
    )


def test_setting_up_leaves_facts(member, secret):
    assert "directory.second_step_added" in kinds(member.ref)


def test_secrets_are_encrypted_at_rest(member, secret):
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert recovery_code(member) not in kept


def test_a_recovery_code_works_once(client, sign_in, member, secret):
    once = recovery_code(member)
    sign_in()
    client.post("/sign-in/second-step/authenticate/", {"code": once})
    client.post("/sign-out/")
    sign_in()
    page = client.post("/sign-in/second-step/authenticate/", {"code": once})
    assert page.status_code == 200
    assert client.get("/account/").status_code == 302


def test_wrong_codes_lock_the_account(client, sign_in, member, secret, settings):
    settings.SECURITY_PROFILE = "qcvn"
    sign_in()
    for _ in range(6):
        client.post("/sign-in/second-step/authenticate/", {"code": "000000"})
    assert "directory.account_locked" in kinds(member.ref)
    page = client.post(
        "/sign-in/second-step/authenticate/", {"code": recovery_code(member)}
    )
    assert page.status_code == 200
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("role", [Role.LEADER, Role.OPERATOR, Role.COMMITTEE_OFFICE])
def test_powerful_roles_set_up_a_second_step_first(client, sign_in, role):
    person = make_person(role, username="manh")
    person.set_password(PASSWORD)
    person.save()
    sign_in("manh")
    assert client.get("/account/").url == "/sign-in/second-step/"
    assert client.get("/sign-in/second-step/").status_code == 200
    assert client.get("/city/").url == "/sign-in/second-step/"
    Authenticator.objects.create(user=person, type="webauthn", data={})
    assert client.get("/account/").status_code == 200


def test_the_demo_asks_nobody_for_a_second_step(client, settings):
    settings.DEMO = True
    make_person(Role.LEADER, username="leader", is_invented=True)
    client.post("/sign-in/", {"username": "leader"})
    assert client.get("/account/").status_code == 200


PAGES = [
    "/sign-in/second-step/",
    "/sign-in/second-step/totp/activate/",
    "/sign-in/second-step/webauthn/",
    "/sign-in/second-step/webauthn/add/",
    "/sign-in/second-step/reauthenticate/",
    "/sign-in/second-step/recovery-codes/generate/",
    "/sign-in/second-step/recovery-codes/",
    "/sign-in/second-step/totp/deactivate/",
    "/sign-in/again/",
    "/account/password/",
    "/sign-in/password/",
    "/sign-in/inactive/",
    "/sign-in/cancelled/",
    "/sign-in/error/",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_ours_and_runs_no_inline_script(
    client, sign_in, member, page, language
):
    sign_in()
    client.post("/sign-in/again/", {"password": PASSWORD})
    client.cookies["django_language"] = language
    if "recovery" in page or "deactivate" in page:
        Authenticator.objects.create(user=member, type="totp", data={"secret": "x"})
    if page.endswith("recovery-codes/"):
        client.post("/sign-in/second-step/recovery-codes/generate/")
    answer = client.get(page)
    if page == "/sign-in/second-step/reauthenticate/":
        assert answer.status_code == 302  # there is no app yet
        return
    text = answer.content.decode()
    assert answer.status_code == (401 if page.endswith("error/") else 200)
    assert 'class="bar"' in text
    inline = re.findall(r"<script(?![^>]*src=)([^>]*)>", text)
    assert all('type="application/json"' in attributes for attributes in inline)
    assert " style=" not in text
    assert " onclick" not in text


def test_switching_the_app_off_asks_again(client, sign_in, member):
    Authenticator.objects.create(user=member, type="totp", data={"secret": "x"})
    client.force_login(member)
    answer = client.post("/sign-in/second-step/totp/deactivate/")
    assert answer.url.startswith("/sign-in/again/")
    assert Authenticator.objects.count() == 1


def test_powerful_roles_keep_their_last_second_step(client, sign_in):
    person = make_person(Role.OPERATOR, username="manh")
    person.set_password(PASSWORD)
    person.save()
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    client.force_login(person)
    client.post("/sign-in/again/", {"password": PASSWORD})
    page = client.post("/sign-in/second-step/totp/deactivate/")
    assert page.status_code == 200
    assert Authenticator.objects.count() == 1

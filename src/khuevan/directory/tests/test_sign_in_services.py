"""Signing in through a service, against a real OpenID Connect provider."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from khuevan.directory.actions.people import disable_person
from khuevan.directory.models import Person
from khuevan.journal.public import facts_about

from .conftest import kinds
from .factories import make_person


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
ACCOUNTS = {
    "verified": {"email": "HA@example.org", "email_verified": True, "name": "Hà"},
    "unverified": {"email": "ha@example.org", "email_verified": False},
    "citizen": {"national_id": "001099012345", "name": "An"},
    "stranger": {"email": "ai@example.org", "email_verified": True},
}


@pytest.fixture(scope="module")
def provider():
    """Run the provider on a free port; return its address."""
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    told = {
        "redirect_uri": "http://testserver/sign-in/with/city/callback/",
        "accounts": ACCOUNTS,
    }
    process = subprocess.Popen(
        ["node", SCRIPT, str(port), json.dumps(told)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    for line in process.stdout:
        if line.strip() == "ready":
            break
    yield f"http://localhost:{port}"
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def service(settings, provider):
    """Configure the provider as the city's sign-in service."""
    app = {
        "provider_id": "city",
        "name": "Tài khoản thành phố",
        "client_id": "khuevan",
        "secret": "a secret between the two of them",
        "settings": {"server_url": provider, "national_id_claim": "national_id"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    }
    return provider


def go_through(client, provider, account, **form):
    """Do what a browser does: our page, the provider's, and back."""
    leaving = client.post("/sign-in/with/city/?process=login", form)
    assert leaving.url.startswith(provider)
    assert "code_challenge" in leaving.url
    browser = requests.Session()
    asked = browser.get(leaving.url, allow_redirects=False, timeout=10)
    address = provider + urlsplit(asked.headers["Location"]).path
    answer = browser.post(
        address, {"login": account}, allow_redirects=False, timeout=10
    )
    while urlsplit(address := answer.headers["Location"]).netloc != "testserver":
        answer = browser.get(address, allow_redirects=False, timeout=10)
    back = urlsplit(address)
    return client.get(f"{back.path}?{back.query}")


def test_a_verified_address_links_and_signs_in(client, member, service):
    answer = go_through(client, service, "verified")
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/account/").status_code == 200
    assert kinds(member.ref) == [
        "directory.identity_linked",
        "directory.person_signed_in",
    ]
    assert facts_about(member.ref)[-1].figures == {"method": "socialaccount"}


def test_linked_accounts_need_no_address_again(client, member, service):
    go_through(client, service, "verified")
    Person.objects.filter(pk=member.pk).update(email="moi@example.org")
    again = Client()
    assert go_through(again, service, "verified").url == "/"
    assert again.get("/account/").status_code == 200
    assert kinds(member.ref).count("directory.identity_linked") == 1


def test_identity_numbers_link_where_the_service_states_them(client, service, db):
    citizen = make_person(national_id="001099012345", email="")
    assert go_through(client, service, "citizen").url == "/"
    assert kinds(citizen.ref)[-1] == "directory.person_signed_in"


def test_nothing_the_service_told_is_kept(client, member, service):
    go_through(client, service, "verified")
    go_through(Client(), service, "verified")
    assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()


@pytest.mark.parametrize("account", ["stranger", "unverified"])
def test_strangers_are_told_there_is_no_account(client, member, service, account):
    page = go_through(client, service, account)
    assert page.status_code == 200
    assert page.templates == [] or "signup_closed" in str(page.templates)
    assert client.get("/account/").status_code == 302
    assert Person.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_two_people_with_one_address_are_linked_to_neither(client, member, service):
    make_person(email="ha@example.org")
    go_through(client, service, "verified")
    assert client.get("/account/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_closed_accounts_stay_closed(client, member, service):
    go_through(client, service, "verified")
    client.post("/sign-out/")
    disable_person(person=member, by=None)
    assert go_through(client, service, "verified").url == "/sign-in/inactive/"
    assert client.get("/account/").status_code == 302


def test_refusing_over_there_signs_nobody_in(client, member, service):
    page = go_through(client, service, "")
    assert page.status_code in {200, 302, 401}
    assert client.get("/account/").status_code == 302


def test_forms_may_lead_to_the_service_only(client, service, db):
    page = client.get("/sign-in/")
    policy = page.headers["Content-Security-Policy"]
    assert f"form-action 'self' {service};" in policy + ";"
    assert "Tài khoản thành phố" in page.content.decode()
    assert service not in client.get("/city/").headers["Content-Security-Policy"]
    asking = client.get("/sign-in/with/city/")
    assert asking.status_code == 200
    assert service in asking.headers["Content-Security-Policy"]


def test_unknown_services_are_nowhere(client, db):
    assert client.post("/sign-in/with/nowhere/").status_code == 404

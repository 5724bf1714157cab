"""Tokens as the protocol says: given for credentials, short-lived, ended at once."""

from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from khuevan.clients import actions
from khuevan.clients.models import AccessToken, ClientSecret
from khuevan.clients.rules import TOKEN_LASTS, Scope
from khuevan.platform import clock

from .factories import bearer, make_client, token_of


pytestmark = pytest.mark.django_db
ASKED = "/api/v1/exchange/listings"


def basic(client, secret):
    return {"Authorization": f"Basic {b64encode(f'{client.pk}:{secret}'.encode()).decode()}"}  # fmt: skip


def ask_token(client, registered, secret, **more):
    body = {"grant_type": "client_credentials"} | more
    return send(client, "oauth-token", body, basic(registered, secret))


def send(client, name, body, headers=None):
    return client.post(
        reverse(name), urlencode(body), headers=headers,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip


def status_with(client, token):
    return client.get(ASKED, headers={"Authorization": f"Bearer {token}"}).status_code


def test_credentials_give_a_token_of_the_scopes_asked_for(client):
    registered, secret = make_client(Scope.EXCHANGE_READ, Scope.STEERING_READ)
    told = ask_token(client, registered, secret, scope="exchange:read").json()
    assert told["token_type"] == "Bearer"
    assert told["expires_in"] == TOKEN_LASTS.total_seconds()
    assert told["scope"] == "exchange:read"
    assert "refresh_token" not in told
    assert status_with(client, told["access_token"]) == 200


def test_nothing_that_opens_anything_is_stored_in_clear():
    registered, secret = make_client()
    token = token_of(registered, secret)
    assert secret not in {s.digest for s in ClientSecret.objects.all()}
    assert token not in {t.digest for t in AccessToken.objects.all()}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "dossiers:write"}, "invalid_scope"),
        ({"scope": "no:such"}, "invalid_scope"),
    ],
)
def test_other_grants_and_scopes_are_refused(client, change, error):
    registered, secret = make_client(Scope.EXCHANGE_READ)
    answer = ask_token(client, registered, secret, **change)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert not AccessToken.objects.exists()


def test_false_credentials_are_refused(client):
    registered, secret = make_client()
    other, _secret = make_client()
    for who, what in ((registered, "x"), (other, secret)):
        answer = ask_token(client, who, what)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    broken = send(client, "oauth-token", {"grant_type": "client_credentials"}, {"Authorization": "Basic %%%"})  # fmt: skip
    assert broken.status_code == 401
    assert not AccessToken.objects.exists()


def test_a_client_that_waits_or_is_revoked_gets_no_token(client):
    registered, secret = make_client(Scope.EXCHANGE_READ)
    registered.approved_at = None
    registered.save()
    assert ask_token(client, registered, secret).status_code == 401
    actions.approve_client(client=registered, by=None)
    token = token_of(registered, secret)
    assert status_with(client, token) == 200
    actions.revoke_client(client=registered, by=None)
    assert status_with(client, token) == 401
    assert ask_token(client, registered, secret).status_code == 401


def test_a_token_ends_with_its_hour(client):
    headers = bearer(Scope.EXCHANGE_READ)
    with clock.telling(clock.now() + TOKEN_LASTS - timedelta(seconds=5)):
        assert client.get(ASKED, headers=headers).status_code == 200
    with clock.telling(clock.now() + TOKEN_LASTS + timedelta(seconds=1)):
        assert client.get(ASKED, headers=headers).status_code == 401


def test_a_client_ends_its_own_token_and_no_other(client):
    registered, secret = make_client(Scope.EXCHANGE_READ)
    stranger, theirs = make_client(Scope.EXCHANGE_READ)
    token = token_of(registered, secret)
    answer = send(client, "oauth-revoke", {"token": token}, basic(stranger, theirs))
    assert (answer.status_code, status_with(client, token)) == (200, 200)
    answer = send(client, "oauth-revoke", {"token": token}, basic(registered, secret))
    assert (answer.status_code, status_with(client, token)) == (200, 401)


def test_two_secrets_hold_while_the_machine_changes_over(client):
    registered, old = make_client(Scope.EXCHANGE_READ)
    new = actions.add_secret(client=registered, by=None)
    assert {ask_token(client, registered, s).status_code for s in (old, new)} == {200}
    token = token_of(registered, old)
    first = registered.secrets.order_by("made_at").first()
    actions.end_secret(secret=first, by=None)
    assert ask_token(client, registered, old).status_code == 401
    assert ask_token(client, registered, new).status_code == 200
    assert status_with(client, token) == 401


def test_the_server_says_what_it_offers(client):
    told = client.get("/.well-known/oauth-authorization-server").json()
    assert told["grant_types_supported"] == ["client_credentials"]
    assert told["token_endpoint"].endswith("/oauth/token")
    assert set(told["scopes_supported"]) == {scope.value for scope in Scope}


def test_a_false_token_is_not_taken_for_a_stranger(client):
    assert client.get(ASKED).status_code == 200
    answer = client.get(ASKED, headers={"Authorization": "Bearer kvt_x"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'

"""So often may one ask: counted apart, told ahead, refused with a time to come back."""

from datetime import timedelta

import pytest

from khuevan.clients.rates import forget_rates, today_of
from khuevan.clients.rules import Scope
from khuevan.platform import clock

from .factories import make_client, token_of


pytestmark = pytest.mark.django_db
ASKED = "/api/v1/exchange/listings"


@pytest.fixture(autouse=True)
def few(settings):
    settings.API_RATE_ANONYMOUS, settings.API_RATE_CLIENT = 2, 3


@pytest.fixture(autouse=True)
def one_minute():
    with clock.telling(clock.now().replace(second=20, microsecond=0)):
        yield


def statuses(client, times, **more):
    return [client.get(ASKED, **more).status_code for _n in range(times)]


def test_strangers_are_counted_by_their_address(client):
    assert statuses(client, 3, REMOTE_ADDR="203.0.113.7") == [200, 200, 429]
    assert statuses(client, 1, REMOTE_ADDR="203.0.113.8") == [200]


def test_a_household_of_ipv6_is_one_address(client):
    assert statuses(client, 2, REMOTE_ADDR="2001:db8::1") == [200, 200]
    assert statuses(client, 1, REMOTE_ADDR="2001:db8::2") == [429]
    assert statuses(client, 1, REMOTE_ADDR="2001:db8:0:1::1") == [200]


def test_a_refusal_says_when_to_come_back(client):
    first = client.get(ASKED)
    assert first["RateLimit-Policy"] == '"address";q=2;w=60'
    assert first["RateLimit"] == '"address";r=1;t=40'
    client.get(ASKED)
    refused = client.get(ASKED)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "40"
    assert refused.json()["type"] == "urn:khuevan:problem:too-often"
    with clock.telling(clock.now() + timedelta(seconds=40)):
        assert client.get(ASKED).status_code == 200


def test_each_client_has_its_own_count_and_its_page_shows_it(client):
    ours, other = (make_client(Scope.EXCHANGE_READ) for _n in range(2))
    headers = {"Authorization": f"Bearer {token_of(*ours)}"}
    assert statuses(client, 5, headers=headers) == [200, 200, 200, 429, 429]
    assert today_of(ours[0]) == (5, 2)
    assert today_of(other[0]) == (0, 0)
    theirs = {"Authorization": f"Bearer {token_of(*other)}"}
    assert statuses(client, 1, headers=theirs) == [200]
    with clock.telling(clock.now() + timedelta(days=1)):
        assert today_of(ours[0]) == (0, 0)


def test_credentials_cannot_be_tried_without_end(client):
    body = "grant_type=client_credentials&client_id=x&client_secret=y"
    form = "application/x-www-form-urlencoded"
    tried = [client.post("/oauth/token", body, content_type=form) for _n in range(3)]
    assert [answer.status_code for answer in tried] == [401, 401, 429]
    assert tried[-1]["Retry-After"] == "40"


def test_old_counters_are_forgotten(client):
    client.get(ASKED)
    assert forget_rates() == 0
    with clock.telling(clock.now() + timedelta(days=3)):
        assert forget_rates() == 1

"""So often may one ask: counted apart, told ahead, refused with a time to come back."""

from datetime import timedelta

import pytest

from khuevan.clients.rates import forget_rates, today_of
from khuevan.clients.rules import Scope
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
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


@pytest.fixture
def one_file(settings):
    settings.API_RATE_FILES = 1


def taken(client, address, **more):
    """Return the answer to asking for a file, read to its end."""
    answer = client.get(address, **more)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


FILES = [
    "/dtmarket/ocds.json",
    "/exchange/listings.csv",
    "/exchange/results/statistics.xlsx",
    "/api/v1/exchange/export.jsonl",
    "/api/v1/exchange/export.csv",
]


@pytest.mark.parametrize("address", FILES)
def test_a_file_that_costs_much_is_counted_by_address(client, one_file, address):
    assert taken(client, address).status_code != 429
    assert taken(client, address, REMOTE_ADDR="203.0.113.8").status_code != 429
    refused = taken(client, address)
    assert (refused.status_code, refused["Retry-After"]) == (429, "40")
    assert refused["RateLimit"] == '"files";r=0;t=40'


def test_a_refused_file_is_a_page_for_people_and_a_problem_for_programs(
    client, one_file
):
    taken(client, FILES[0])
    page = taken(client, FILES[0], headers={"Accept": "text/html"})
    assert "Quá 1 yêu cầu" in page.content.decode()
    told = taken(client, FILES[0], headers={"Accept": "application/json"})
    assert told.json()["type"] == "urn:khuevan:problem:too-often"


def test_files_are_counted_by_account_wherever_somebody_sits(client, one_file):
    client.force_login(make_person(Role.OFFICIAL))
    first = taken(client, FILES[2], REMOTE_ADDR="203.0.113.7")
    assert first["RateLimit-Policy"] == '"files";q=1;w=60'
    assert taken(client, FILES[2], REMOTE_ADDR="203.0.113.8").status_code == 429
    client.logout()
    assert taken(client, FILES[2], REMOTE_ADDR="203.0.113.7").status_code == 200


def test_files_are_counted_by_client_beside_its_requests(client, one_file):
    ours, other = (make_client(Scope.EXCHANGE_READ) for _n in range(2))
    headers = {"Authorization": f"Bearer {token_of(*ours)}"}
    assert taken(client, FILES[3], headers=headers).status_code == 200
    assert taken(client, FILES[4], headers=headers).status_code == 429
    assert client.get(ASKED, headers=headers).status_code == 200
    theirs = {"Authorization": f"Bearer {token_of(*other)}"}
    assert taken(client, FILES[3], headers=theirs).status_code == 200


def test_a_session_is_counted_by_account_and_not_by_address(client):
    first, second = make_person(Role.OFFICIAL), make_person(Role.OFFICIAL)
    client.force_login(first)
    assert client.get(ASKED)["RateLimit-Policy"] == '"account";q=3;w=60'
    assert statuses(client, 3, REMOTE_ADDR="203.0.113.9") == [200, 200, 429]
    client.force_login(second)
    assert statuses(client, 1) == [200]

"""The log of calls: what each machine asked, for who answers for it, for a dated while."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuevan.clients import calls
from khuevan.clients.models import Call
from khuevan.clients.rules import Scope
from khuevan.clients.tasks import forget
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.platform import clock

from .factories import make_client, token_of


pytestmark = pytest.mark.django_db
LISTINGS = "/api/v1/exchange/listings"
NOON = datetime(2026, 11, 20, 12, tzinfo=clock.HANOI)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.telling(NOON):
        yield


@pytest.fixture
def machine():
    return make_client(Scope.EXCHANGE_READ, organisation=OrganisationFactory.create())


def asking(machine):
    return {"Authorization": f"Bearer {token_of(*machine)}"}


def page_of(client, person, machine, **asked):
    client.force_login(person)
    return client.get(reverse("client-calls", args=[machine[0].pk]), asked)


def test_a_call_is_kept_with_what_it_asked_and_how_it_was_answered(client, machine):
    headers = asking(machine)
    client.get(LISTINGS, {"q": "màng lọc"}, headers=headers)
    client.get(f"{LISTINGS}/CN-2026-00001", headers=headers)
    client.get("/api/v1/steering/tasks", headers=headers)
    kept = Call.objects.order_by("pk").values_list("operation", "scope", "status")
    assert list(kept) == [
        ("list_listings", "exchange:read", 200),
        ("read_listing", "exchange:read", 404),
        ("khuevan_steering_api_list_tasks", "steering:read", 403),
    ]
    first = Call.objects.order_by("pk").first()
    assert (first.client, first.called_at) == (machine[0], NOON)
    assert 0 <= first.milliseconds < 60_000


def test_nobody_but_machines_is_logged(client, machine):
    client.get(LISTINGS)
    client.get(LISTINGS, headers={"Authorization": "Bearer false"})
    client.force_login(make_person(Role.OFFICIAL))
    client.get(LISTINGS)
    assert not Call.objects.exists()


def test_a_machine_run_wild_does_not_fill_the_log(client, machine, settings):
    settings.API_RATE_CLIENT = 2
    headers = asking(machine)
    assert [client.get(LISTINGS, headers=headers).status_code for _n in range(4)] == [
        200,
        200,
        429,
        429,
    ]
    assert Call.objects.count() == 2


def test_keeping_a_call_waits_for_no_disk_and_is_one_statement(client, machine):
    headers = asking(machine)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(LISTINGS, headers=headers)
    [kept] = [q["sql"] for q in asked if "clients_call" in q["sql"]]
    assert "'synchronous_commit', 'off'" in kept


@pytest.mark.django_db(transaction=True)
def test_a_call_that_cannot_be_kept_spoils_no_answer(client, machine, monkeypatch):
    headers = asking(machine)
    monkeypatch.setattr(calls, "_KEEP", "INSERT INTO no_such_table VALUES (%s, %s, %s, %s, %s, %s)")  # fmt: skip
    assert client.get(LISTINGS, headers=headers).status_code == 200
    assert not Call.objects.exists()


def test_who_answers_for_the_machine_and_operators_see_its_calls(client, machine):
    client.get(LISTINGS, headers=asking(machine))
    body = machine[0].organisation
    for role, status in ((Role.HEAD, 200), (Role.OPERATOR, 200), (Role.OFFICIAL, 404)):
        page = page_of(client, make_person(role, body), machine)
        assert page.status_code == status
        assert ("list_listings" in page.content.decode()) == (status == 200)
    assert page_of(client, make_person(Role.HEAD), machine).status_code == 404


def test_a_day_has_its_counts_by_operation_and_answer(client, machine):
    headers = asking(machine)
    client.get(LISTINGS, headers=headers)
    with clock.telling(NOON + timedelta(hours=11)):
        headers = asking(machine)
        client.get(LISTINGS, headers=headers)
        client.get(f"{LISTINGS}/CN-2026-00001", headers=headers)
    with clock.telling(NOON + timedelta(hours=12)):
        client.get(LISTINGS, headers=asking(machine))
    told = calls.calls_of(machine[0], NOON.date(), 1)
    assert told.counts == [
        calls.Answered("list_listings", 200, 2),
        calls.Answered("read_listing", 404, 1),
    ]
    assert [row.operation for row in told.rows] == [
        "read_listing",
        "list_listings",
        "list_listings",
    ]
    assert calls.calls_of(machine[0], NOON.date() + timedelta(days=1), 1).pages == 1


def test_calls_are_read_page_by_page_with_as_many_queries(client, machine, monkeypatch):
    monkeypatch.setattr(calls, "PAGE", 2)
    head = make_person(Role.HEAD, machine[0].organisation)
    headers, address = asking(machine), reverse("client-calls", args=[machine[0].pk])
    client.get(LISTINGS, headers=headers)
    page_of(client, head, machine)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _n in range(4):
        client.get(LISTINGS, headers=headers)
    with CaptureQueriesContext(connection) as many:
        first = client.get(address)
    assert len(many) == len(few)
    assert "page=2" in first.content.decode()
    assert "12:00:00" in first.content.decode()
    assert len(calls.calls_of(machine[0], NOON.date(), 3).rows) == 1
    assert calls.calls_of(machine[0], NOON.date(), 99).number == 3


def test_calls_are_forgotten_after_their_dated_days(client, machine):
    headers = asking(machine)
    client.get(LISTINGS, headers=headers)
    with clock.telling(NOON + timedelta(days=90)):
        forget()
        assert Call.objects.count() == 1
    with clock.telling(NOON + timedelta(days=91)):
        forget()
    assert not Call.objects.exists()

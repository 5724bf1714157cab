"""Events for other programs: the same events as on the pages, and no link of a meeting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuevan.directory.tests.factories import PersonFactory
from khuevan.events import actions
from khuevan.events.rules.events import Audience
from khuevan.platform import clock

from .factories import AGENDA, REPORT, WHY, Cast, by_account, guest


EVENTS = "/api/v1/events"


def codes(client, **asked):
    return [row["code"] for row in client.get(EVENTS, asked).json()["events"]]


@pytest.fixture
def some(cast: Cast):
    """Return an event in each standing."""
    return {
        "draft": cast.draft(title="Bản nháp"),
        "open": cast.published(title="Cho mọi người"),
        "closed": cast.published(
            title="Cho người có tài khoản", audience=Audience.ACCOUNTS
        ),
        "off": actions.call_off(
            event=cast.published(title="Đã hủy"), words=WHY, by=cast.staff
        ),
        "held": cast.held(cast.published(title="Đã diễn ra")),
    }


@pytest.mark.parametrize("who", ["stranger", "somebody", "staff"])
def test_the_api_lists_the_events_of_the_page(client, cast, some, who):
    if who != "stranger":
        client.force_login(cast.staff if who == "staff" else PersonFactory.create())
    page = client.get(reverse("events")).content.decode()
    told = {*codes(client, when="ahead"), *codes(client, when="over")}
    for event in some.values():
        assert (event.code in told) == (event.title in page)
        status = client.get(reverse("event", args=[event.code])).status_code
        assert client.get(f"{EVENTS}/{event.code}").status_code == status


def test_an_event_has_its_agenda_and_never_the_link(client, cast):
    event = cast.published(link="https://hop.example.org/bi-mat")
    by_account(event)
    client.force_login(cast.staff)
    told = client.get(f"{EVENTS}/{event.code}")
    assert "bi-mat" not in told.content.decode()
    found = told.json()
    assert (found["event"]["seats"], found["event"]["seats_left"]) == (2, 1)
    lines = [f"{i['minutes']}; {i['title']}; {i['speaker']}; {i['page']}".rstrip("; ") for i in found["agenda"]]  # fmt: skip
    assert "\n".join(lines) == AGENDA
    assert found["came"] is None


def test_what_came_of_an_event_is_counted_once_it_was_held(client, cast):
    event = cast.published()
    cast.came(event, guest(event))
    by_account(event)
    cast.held(event)
    found = client.get(f"{EVENTS}/{event.code}").json()
    assert found["event"]["words"] == REPORT
    came = found["came"]
    assert (came["registered"], came["attended"], came["guests"]) == (2, 1, 1)
    assert came["stars"] is None


def test_events_are_listed_page_by_page_with_as_many_queries(client, cast):
    now = clock.now()
    cast.published()
    client.get(EVENTS)
    with CaptureQueriesContext(connection) as few:
        client.get(EVENTS)
    for days in (9, 5, 7):
        cast.published(starts_at=now + timedelta(days=days), ends_at=now + timedelta(days=days, hours=1))  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page = client.get(EVENTS, {"limit": 4}).json()
    assert len(many) == len(few)
    starts = [row["starts_at"] for row in page["events"]]
    assert starts == sorted(starts)
    assert codes(client, limit=2, page=2) == [row["code"] for row in page["events"]][2:]
    assert client.get(EVENTS, {"limit": 2}).json()["count"] == 4

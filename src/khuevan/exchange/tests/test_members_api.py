"""Members for other programs: who is on the page is there, and says the same."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuevan.clients.public import Scope
from khuevan.clients.tests.factories import bearer
from khuevan.exchange import beside

from .factories import (
    PROFILE,
    Cast,
    State,
    different,
    make_expert,
    make_listing,
    make_member,
)


MEMBERS = "/api/v1/exchange/members"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"kind": "institute"},
        {"kind": "expert"},
        {"tier": "verified"},
        {"tier": "registered"},
        {"field": "environment"},
        {"region": "01"},
        {"q": "so thu nghiem"},
    ],
)
def test_the_api_lists_the_members_of_the_page(client, cast: Cast, asked):
    make_expert()
    make_member(verified=False)
    page = html.unescape(client.get(reverse("exchange-members"), asked).content.decode())  # fmt: skip
    told = client.get(MEMBERS, asked).json()
    for row in client.get(MEMBERS).json()["members"]:
        link = reverse("exchange-member", args=[row["id"]])
        assert (row in told["members"]) == (link in page)
    assert told["count"] == len(told["members"])


def test_members_come_page_by_page_with_as_many_queries(client, cast: Cast):
    client.get(MEMBERS)
    with CaptureQueriesContext(connection) as few:
        client.get(MEMBERS)
    for _n in range(3):
        make_member()
    with CaptureQueriesContext(connection) as many:
        everybody = client.get(MEMBERS).json()
    assert len(many) == len(few)
    assert everybody["count"] == 5
    second = client.get(MEMBERS, {"limit": 2, "page": 2}).json()
    assert second["members"] == everybody["members"][2:4]


def test_a_member_is_known_for_what_its_page_says(client, cast: Cast, monkeypatch):
    lines = [beside.Line("Giao dịch đã hoàn thành", 3, 4)]
    monkeypatch.setattr(beside, "_records", {"test": lambda _member: lines})
    told = client.get(f"{MEMBERS}/{cast.institute.pk}").json()
    page = client.get(reverse("exchange-member", args=[cast.institute.pk]))
    assert "Giao dịch đã hoàn thành" in page.content.decode()
    assert told["known_for"] == [{"what": "Giao dịch đã hoàn thành", "count": 3, "of": 4}]  # fmt: skip
    assert (told["member"]["tier"], told["member"]["profile_vi"]) == ("verified", PROFILE)  # fmt: skip


def test_a_listing_that_hides_its_member_is_not_told_with_it(client, cast: Cast):
    named = make_listing(cast, State.PUBLISHED)
    hidden = make_listing(cast, State.PUBLISHED, different(2), levels={"provider": "nda"})  # fmt: skip
    make_listing(cast, told=different(3))
    told = client.get(f"{MEMBERS}/{cast.institute.pk}").json()
    page = client.get(reverse("exchange-member", args=[cast.institute.pk]))
    assert told["listings"] == [named.code]
    assert named.code in page.content.decode()
    assert hidden.code not in page.content.decode()


def test_a_member_that_is_not_there_is_not_found(client, cast: Cast):
    assert client.get(f"{MEMBERS}/018f2f6e-0000-7000-8000-000000000000").status_code == 404  # fmt: skip
    assert client.get(f"{MEMBERS}/x").status_code == 404
    lacks = bearer(Scope.STEERING_READ)
    assert client.get(MEMBERS, headers=lacks).status_code == 403

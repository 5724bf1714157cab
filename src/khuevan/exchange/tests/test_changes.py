"""The feed of changes: nothing left out, in order, and never what is closed."""

import csv
import hashlib
import io
import json
from base64 import b64encode

import pytest

from khuevan.clients.public import Scope
from khuevan.clients.tests.factories import bearer
from khuevan.exchange import actions
from khuevan.exchange.changes import keep_changes
from khuevan.exchange.queries.disclosing import reader_of
from khuevan.exchange.queries.listings import read_listing

from .factories import NEED, State, different, make_listing


pytestmark = pytest.mark.django_db
CHANGES = "/api/v1/exchange/changes"
REASON = "Không chuyển giao công nghệ này nữa"


@pytest.fixture
def kept(feed_shows_this_transaction):
    """Let the feed read what happened, as the worker does."""

    def read():
        while keep_changes():
            pass

    return read


def ask(client, since="", **more):
    return client.get(CHANGES, {"since": since}, **more)


def told(answer):
    return [(one["code"], one["change"]) for one in answer.json()["changes"]]


def test_a_listing_is_told_from_published_to_withdrawn(client, cast, kept):
    listing = make_listing(cast, State.PUBLISHED)
    kept()
    first = ask(client)
    assert told(first) == [(listing.code, "published")]
    assert first.json()["changes"][0]["listing"]["code"] == listing.code
    cursor = first.json()["cursor"]
    assert told(ask(client, cursor)) == []
    actions.withdraw_listing(listing=listing, words=REASON, by=cast.lister)
    kept()
    gone = ask(client, cursor)
    assert told(gone) == [(listing.code, "withdrawn")]
    assert gone.json()["changes"][0]["listing"] is None


def test_between_withdrawing_and_reading_nothing_of_it_is_told(client, cast, kept):
    listing = make_listing(cast, State.PUBLISHED)
    kept()
    actions.withdraw_listing(listing=listing, words=REASON, by=cast.lister)
    answer = ask(client)
    assert answer.json()["changes"][0]["listing"] is None
    assert listing.title_vi not in answer.content.decode()


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.RETURNED, State.WITHDRAWN])  # fmt: skip
def test_what_was_never_public_is_never_told(client, cast, kept, state):
    make_listing(cast, state)
    kept()
    assert told(ask(client)) == []


def test_an_expired_listing_and_one_that_returns(client, cast, kept):
    listing = make_listing(cast, State.PUBLISHED)
    kept()
    actions.revise_listing(listing=listing, by=cast.lister)
    kept()
    assert told(ask(client)) == [(listing.code, "withdrawn")]
    listing = actions.submit_listing(listing=listing, by=cast.lister)
    listing = actions.check_listing(listing=listing, by=cast.first)
    actions.publish_listing(listing=listing, by=cast.second)
    kept()
    assert told(ask(client)) == [(listing.code, "published")]
    expired = make_listing(cast, State.PUBLISHED, NEED)
    kept()
    make_expired(expired)
    kept()
    assert told(ask(client))[-1] == (expired.code, "expired")


def make_expired(listing):
    # The day it ends has come; the worker expires it.
    listing.refresh_from_db()
    type(listing).objects.filter(pk=listing.pk).update(expires_on="2020-01-01")
    actions.expire_listing(listing=listing, by=None)


def test_paging_meets_every_listing_once_and_in_order(client, cast, kept):
    codes = []
    for number in range(5):
        codes.append(make_listing(cast, State.PUBLISHED, different(number)).code)
        kept()
    seen, cursor, more = [], "", True
    while more:
        page = client.get(CHANGES, {"since": cursor, "limit": 2}).json()
        seen += [one["code"] for one in page["changes"]]
        cursor, more = page["cursor"], page["more"]
    assert seen == codes


@pytest.mark.parametrize(
    "cursor", ["x", "MTox", "MTo5OTk5", "\u0111", "MTo" + "5" * 60]
)
def test_what_is_no_cursor_of_this_feed_is_refused(client, cast, cursor):
    answer = ask(client, cursor)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"] == "since"


def test_nothing_new_is_told_by_the_etag(client, cast, kept):
    make_listing(cast, State.PUBLISHED)
    kept()
    first = ask(client)
    again = ask(client, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make_listing(cast, State.PUBLISHED, NEED)
    kept()
    assert ask(client, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_everybody_is_told_exactly_what_they_may_read(client, cast, kept):
    """Strangers the public part, a machine what its organisation's people read."""
    listing = make_listing(cast, State.PUBLISHED)
    kept()
    asked = {
        None: {},
        cast.buyer: bearer(Scope.EXCHANGE_READ, organisation=cast.firm.organisation),
        cast.lister: bearer(Scope.EXCHANGE_READ, organisation=cast.institute.organisation),
    }  # fmt: skip
    sizes = set()
    for person, headers in asked.items():
        [one] = ask(client, headers=headers).json()["changes"]
        expected = set(read_listing(reader_of(person), listing.code).fields)
        assert set(one["listing"]["fields"]) == expected
        page = client.get(f"/api/v1/exchange/listings/{listing.code}", headers=headers)
        assert one["listing"]["fields"] == page.json()["fields"]
        sizes.add(len(expected))
    assert len(sizes) == 3


# --------------------------------------------------------------------- export


def content_of(answer):
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_export_says_its_checksum_and_licence(client, cast, form):
    make_listing(cast, State.PUBLISHED)
    answer = client.get(f"/api/v1/exchange/export.{form}")
    content = content_of(answer)
    digest = b64encode(hashlib.sha256(content).digest()).decode()
    assert answer["Repr-Digest"] == f"sha-256=:{digest}:"
    assert int(answer["Content-Length"]) == len(content)
    assert 'rel="license"' in answer["Link"]


def test_the_export_holds_every_public_listing_and_leads_on(client, cast, kept):
    listing = make_listing(cast, State.PUBLISHED)
    make_listing(cast, State.DRAFT)
    kept()
    about, line = map(json.loads, content_of(client.get("/api/v1/exchange/export.jsonl")).splitlines())  # fmt: skip
    assert about["schema"] == "khuevan-listings/1"
    assert told(ask(client, about["changes_since"])) == []
    public = read_listing(reader_of(None), listing.code)
    assert line["code"] == listing.code
    assert set(public.fields) < set(line)
    assert "price_to" not in line


def test_the_csv_is_no_formula_and_holds_the_same(client, cast):
    listing = make_listing(cast, State.PUBLISHED, title_vi="=HYPERLINK(1) màng lọc gốm")
    rows = list(csv.DictReader(io.StringIO(content_of(client.get("/api/v1/exchange/export.csv")).decode(), newline="")))  # fmt: skip
    assert [row["code"] for row in rows] == [listing.code]
    assert rows[0]["title_vi"].startswith("'=HYPERLINK")
    assert rows[0]["price_to"] == ""

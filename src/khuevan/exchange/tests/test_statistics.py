"""What the exchange amounts to: views counted without keeping who looked, and indicators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from khuevan.exchange import actions
from khuevan.exchange.models import ViewDay, Viewer
from khuevan.exchange.queries.statistics import shelves, views_between
from khuevan.exchange.rules.listings import State
from khuevan.exchange.rules.members import Tier
from khuevan.exchange.viewing import forget_viewers
from khuevan.indicators.public import audit, catch_up, declared, value
from khuevan.journal.public import facts_about
from khuevan.platform import clock

from .factories import NEED, different, make_listing, make_member


pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@pytest.fixture
def look(client):
    def open_page(listing, person=None, agent=BROWSER):
        if person is None:
            client.logout()
        else:
            client.force_login(person)
        address = reverse("exchange-listing", args=[listing.code])
        return client.get(address, headers={"user-agent": agent})

    return open_page


def views():
    today = clock.today()
    return sum(row.count for row in views_between(today, today))


def test_a_reader_counts_once_a_day_for_a_listing(cast, look):
    listing = make_listing(cast, State.PUBLISHED)
    look(listing)
    look(listing)
    assert views() == 1
    look(listing, agent=f"{BROWSER} another")
    look(listing, cast.buyer)
    assert views() == 3
    with clock.telling(clock.now() + timedelta(days=1)):
        look(listing)
        assert views() == 1


def test_its_own_side_staff_and_machines_are_not_counted(cast, look):
    listing = make_listing(cast, State.PUBLISHED)
    look(listing, cast.lister)
    look(listing, cast.first)
    look(listing, agent="Googlebot/2.1")
    look(listing, agent="")
    assert views() == 0


def test_a_draft_is_not_counted(cast, look):
    look(make_listing(cast), cast.lister)
    assert not ViewDay.objects.exists()


def test_who_looked_is_forgotten_and_the_number_stays(cast, look):
    listing = make_listing(cast, State.PUBLISHED)
    look(listing)
    assert cast.lister.full_name not in Viewer.objects.get().reader
    assert forget_viewers() == 0
    with clock.telling(clock.now() + timedelta(days=1)):
        assert forget_viewers() == 1
    assert ViewDay.objects.get().count == 1


def test_views_come_by_month_field_and_kind(cast, look):
    look(make_listing(cast, State.PUBLISHED))
    [row] = views_between(clock.today(), clock.today())
    assert (row.month, row.field, row.kind, row.count) == (clock.today().replace(day=1), "environment", "technology", 1)  # fmt: skip


def test_shelves_count_what_is_published_now(cast):
    make_listing(cast)
    assert shelves() == []
    make_listing(cast, State.PUBLISHED)
    make_listing(cast, State.PUBLISHED, NEED)
    counted = {row.field: (row.offers, row.needs) for row in shelves()}
    assert sum(offers for offers, _needs in counted.values()) == 1
    assert sum(needs for _offers, needs in counted.values()) == 1


def test_the_first_offer_of_a_member_is_told_in_its_fact(cast):
    first = make_listing(cast, State.PUBLISHED)
    second = make_listing(cast, State.PUBLISHED, different(1))
    need = make_listing(cast, State.PUBLISHED, NEED)
    told = [
        [fact.figures["first"] for fact in facts_about(listing.ref) if fact.kind == "exchange.listing_published"]
        for listing in (first, second, need)
    ]  # fmt: skip
    assert told == [[True], [False], [True]]


def test_every_indicator_agrees_with_the_records(cast, feed_shows_this_transaction):
    kept = make_listing(cast, State.PUBLISHED)
    make_listing(cast, State.PUBLISHED, NEED)
    gone = make_listing(cast, State.PUBLISHED, different(1))
    actions.withdraw_listing(listing=gone, words="Không chuyển giao nữa", by=cast.lister)  # fmt: skip
    ours = [one for one in declared() if one.code.startswith("exchange.")]
    assert len(ours) == 4
    for one in ours:
        assert audit(one).sound, audit(one)
    catch_up()
    counts = {one.code: value(one.code).numerator for one in ours}
    assert counts["exchange.listings"] == 2
    assert (counts["exchange.suppliers"], counts["exchange.seekers"]) == (1, 1)
    assert counts["exchange.members"] >= 2
    assert kept.code


def test_members_count_once_their_identity_was_checked_and_no_longer_when_taken_back(
    cast, feed_shows_this_transaction
):
    def counted():
        catch_up()
        return value("exchange.members", dims={"kind": "enterprise"}).numerator

    before = counted()
    member, _person = make_member(verified=False)
    assert counted() == before
    actions.set_tier(member=member, tier=Tier.VERIFIED, by=cast.first)
    assert counted() == before + 1
    actions.set_tier(member=member, tier=Tier.PARTNER, by=cast.first)
    assert counted() == before + 1
    actions.set_tier(member=member, tier=Tier.REGISTERED, words="Giấy tờ không đúng sự thật", by=cast.first)  # fmt: skip
    assert counted() == before

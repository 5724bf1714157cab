"""Opening keys: whom they are held by, when they can be used, and who is told."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from khuevan.auctions import actions
from khuevan.auctions.models import OpeningKey
from khuevan.auctions.queries import events_of
from khuevan.auctions.rules.terms import Form
from khuevan.auctions.sealing import make_holder_key
from khuevan.directory.tests.factories import PersonFactory
from khuevan.notices.tests.factories import notices_of
from khuevan.platform.errors import RuleBroken

from .factories import HOLDERS, RESERVE, ask_for_key, make_cast, make_key


@pytest.fixture
def cast(db):
    cast = make_cast(Form.SEALED)
    cast.open()
    return cast


PEOPLE = [f"Người {n}" for n in range(8)]


@pytest.mark.parametrize(
    ("posts", "threshold", "field"),
    [
        (["A"], 2, "holders"),
        (["A", "A "], 2, "holders"),
        (["A", " "], 2, "holders"),
        (PEOPLE, 2, "holders"),
        (["A", "B"], 1, "threshold"),
        (["A", "B"], 3, "threshold"),
    ],
)
def test_a_key_that_too_few_hold_is_not_made(cast, posts, threshold, field):
    before = OpeningKey.objects.count()
    holders = [(PersonFactory.create(), post) for post in posts]
    with pytest.raises(RuleBroken) as refusal, transaction.atomic():
        actions.make_opening_key(keeper=cast.keeper, holders=holders, threshold=threshold, by=cast.official)  # fmt: skip
    assert refusal.value.field == field
    assert OpeningKey.objects.count() == before


def test_one_login_holds_one_part_of_a_key(cast):
    before, twice = OpeningKey.objects.count(), PersonFactory.create()
    holders = [(twice, "Thanh tra"), (PersonFactory.create(), "Trưởng phòng"), (twice, "Công chứng viên")]  # fmt: skip
    with pytest.raises(RuleBroken, match="named twice") as refusal, transaction.atomic():  # fmt: skip
        actions.make_opening_key(keeper=cast.keeper, holders=holders, threshold=2, by=cast.official)  # fmt: skip
    assert refusal.value.params == {"name": twice.username}
    assert OpeningKey.objects.count() == before


def test_a_holder_makes_their_part_once_and_nobody_for_them(cast):
    key = ask_for_key(cast.keeper, cast.official)
    first, second, _ = key.holders.all()
    made, other = make_holder_key().public_key, make_holder_key().public_key
    with pytest.raises(PermissionDenied), transaction.atomic():
        actions.join_opening_key(key=key, public_key=made, by=cast.official)
    actions.join_opening_key(key=key, public_key=made, by=first.person)
    actions.join_opening_key(key=key, public_key=made, by=first.person)
    refusals = [(other, first, "made your key already"), (made, second, "handed in before"), ("0" * 64, second, "no key")]  # fmt: skip
    for public_key, holder, sentence in refusals:
        with pytest.raises(RuleBroken, match=sentence), transaction.atomic():
            actions.join_opening_key(key=key, public_key=public_key, by=holder.person)
    assert list(key.holders.values_list("public_key", flat=True)) == [made, "", ""]


def test_a_key_is_used_once_every_holder_has_made_their_part(cast):
    key = ask_for_key(cast.keeper, cast.official)
    for holder in key.holders.all():
        with pytest.raises(RuleBroken, match="opening key"), transaction.atomic():
            make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)  # fmt: skip
        made = make_holder_key().public_key
        actions.join_opening_key(key=key, public_key=made, by=holder.person)
    made = make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)  # fmt: skip
    told = events_of(made.auction)[0].told
    assert (told["holders"], told["threshold"]) == (list(HOLDERS), 2)
    assert told["public_keys"] == list(key.holders.values_list("public_key", flat=True))


def test_an_opening_key_serves_one_auction_of_its_keeper(cast):
    key, _holders = make_key(cast.keeper, cast.official)
    with pytest.raises(PermissionDenied):
        make_key(cast.keeper, cast.people[0])
    with pytest.raises(RuleBroken, match="opening key"), transaction.atomic():
        make_cast(Form.SEALED, opening_key=key.pk)  # a keeper of another body
    make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)
    with pytest.raises(RuleBroken, match="opening key"), transaction.atomic():
        make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)


def told(kind):
    return {(notice.person, notice.link) for notice in notices_of(f"auctions.{kind}")}


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_holders_are_told_when_they_are_asked_and_when_their_keys_are_needed(cast):
    people = [holder.person for holder in cast.holders]
    key = reverse("auction-key", args=[cast.auction.opening_key.pk])
    assert told("opening_key_made") == {(person, key) for person in people}
    cast.seal(1, RESERVE)
    assert told("auction_closed") == set()
    cast.end()
    address = reverse("auction-open", args=[cast.auction.code])
    assert told("auction_closed") == {(person, address) for person in people}


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_nobody_is_asked_for_a_key_where_nobody_bid(cast):
    cast.end()
    assert told("auction_closed") == set()


def test_who_helps_to_open_the_bids_makes_none(cast):
    before = cast.auction.bidders.count()
    with pytest.raises(PermissionDenied), transaction.atomic():
        actions.apply(auction=cast.auction, by=cast.holders[2].person)
    assert cast.auction.bidders.count() == before

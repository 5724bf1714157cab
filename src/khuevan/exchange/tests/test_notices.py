"""Who is told of what happens to a listing."""

from __future__ import annotations

import pytest

from khuevan.exchange import actions
from khuevan.exchange.rules.listings import State
from khuevan.notices.tests.factories import notices_of

from .factories import make_listing


REASON = "Lợi thế chưa có số đo so với công nghệ đang dùng"


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_reviewers_hear_when_it_is_their_turn_and_members_when_it_is_theirs(cast):
    listing = make_listing(cast, State.SUBMITTED)
    [told] = notices_of("exchange.listing_submitted")
    assert told.person == cast.first
    assert listing.code in told.subject
    actions.return_listing(listing=listing, words=REASON, by=cast.first)
    assert [n.person for n in notices_of("exchange.listing_returned")] == [cast.lister]
    actions.submit_listing(listing=listing, by=cast.lister)
    actions.check_listing(listing=listing, by=cast.first)
    assert [n.person for n in notices_of("exchange.listing_checked")] == [cast.second]
    actions.publish_listing(listing=listing, by=cast.second)
    assert [n.person for n in notices_of("exchange.listing_published")] == [cast.lister]

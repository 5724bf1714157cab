"""Ratings: one per link, nobody named, small groups hidden."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.feedback import actions, public
from khuevan.feedback.models import Rating
from khuevan.feedback.queries.ratings import groups
from khuevan.feedback.tokens import link_of, rating_token
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken


@pytest.fixture
def link(cast):
    return actions.issue_link(
        subject="counter.dossier:1", organisation=cast.ward, procedure="1.1", by=cast.official
    )  # fmt: skip


def test_a_link_is_an_address_that_stays_the_same(cast, link):
    told = {
        "subject": "counter.dossier:1",
        "organisation": cast.ward,
        "procedure": "1.1",
    }
    first = public.issue_rating_link(**told, by=None)
    assert first == public.issue_rating_link(**told, by=cast.official)
    assert first.endswith(f"/feedback/rate/{rating_token(link)}/")
    with pytest.raises(PermissionDenied):
        public.issue_rating_link(**told, by=cast.citizen)


def test_a_false_token_rates_nothing(link):
    token = rating_token(link)
    assert link_of(token) == link
    assert link_of(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert link_of("x") is None


def test_one_link_one_rating_which_may_change_for_a_day(link):
    actions.rate(link=link, good=True)
    actions.rate(link=link, stars=1, scores={"attitude": 0}, comment=" Phải đợi lâu ")
    rating = Rating.objects.get()
    assert (rating.good, rating.stars, rating.comment) == (False, 1, "Phải đợi lâu")
    later = clock.now() + timedelta(days=1, minutes=1)
    with clock.telling(later), pytest.raises(RuleBroken, match="that day is over"):
        actions.rate(link=link, good=True)
    rating.refresh_from_db()
    assert not rating.good


def test_the_fact_names_nobody_even_when_signed_in(cast, link):
    actions.rate(link=link, good=True, comment="Cảm ơn chị Hoa", by=cast.citizen)
    fact = facts_about(link.ref)[-1]
    assert fact.actor is None
    assert "Hoa" not in str(fact)
    assert public.ratings_of("counter.dossier:1")[0].good


def test_fewer_than_five_ratings_are_shown_to_nobody(cast):
    today = clock.today()
    for n in range(5):
        assert groups(today, today) == []
        advice = actions.issue_link(subject=f"y:{n}", organisation=cast.ward, by=None)
        actions.rate(link=advice, stars=1)
        link = actions.issue_link(
            subject=f"x:{n}", organisation=cast.ward, procedure="1.1", by=None
        )
        actions.rate(link=link, stars=n + 1)
    [group] = groups(today, today)
    assert (group.ratings, group.good, group.stars) == (5, 3, 3)

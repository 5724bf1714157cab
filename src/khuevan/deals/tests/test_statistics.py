"""What deals amount to: steps, contracts, closings elsewhere, points; and as indicators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.deals import actions
from khuevan.deals.models import Rating
from khuevan.deals.models.deals import Answer
from khuevan.deals.public import (
    Reached,
    cohorts,
    satisfaction,
    signed_between,
)
from khuevan.deals.queries.statistics import closed_elsewhere
from khuevan.deals.rules.states import State
from khuevan.indicators.public import audit, catch_up, declared, value
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import TERMS, finish_work, later, make_deal, with_royalty, withdraw


pytestmark = pytest.mark.django_db


def today():
    return clock.today()


def everything():
    return today() - timedelta(days=400), today() + timedelta(days=400)


def test_the_funnel_counts_how_far_deals_came(cast):
    make_deal(cast, State.CONTRACTING)
    [month] = cohorts(*everything())
    assert (month.month, month.field, month.kind) == (today().replace(day=1), "environment", "technology")  # fmt: skip
    assert month.reached == {
        Reached.CONTACT: 1, Reached.INTRODUCED: 1, Reached.NDA: 1, Reached.NEGOTIATING: 1,
        Reached.AGREED: 1, Reached.SIGNED: 0, Reached.IN_FORCE: 0, Reached.DELIVERED: 0,
    }  # fmt: skip
    assert not any(month.lost.values())


def test_a_deal_is_lost_at_the_last_step_it_came_to(cast):
    withdraw(make_deal(cast, State.CONFIDENTIAL), cast)
    [month] = cohorts(*everything())
    assert {step: n for step, n in month.lost.items() if n} == {Reached.NDA: 1}


def test_a_delivered_deal_is_not_lost_when_it_closes(cast):
    deal = make_deal(cast, State.PERFORMING)
    finish_work(cast, deal)
    deal.refresh_from_db()
    assert deal.state == State.CLOSED
    [month] = cohorts(*everything())
    assert month.reached[Reached.DELIVERED] == 1
    assert not any(month.lost.values())


def test_months_are_those_in_which_contact_was_asked_for(cast):
    make_deal(cast)
    assert cohorts(today() + timedelta(days=1), today() + timedelta(days=9)) == []
    assert len(cohorts(today(), today())) == 1


def test_contracts_tell_their_value_and_how_long_they_took(cast):
    assert signed_between(*everything(), least=3) == []
    deal = make_deal(cast, State.CONTRACTING)
    with later(10):
        actions.note_signed(deal=deal, signed_on=clock.today(), by=cast.staff)
    whole, field = sorted(
        signed_between(*everything(), least=3), key=lambda s: s.field or ""
    )
    assert (whole.field, field.field) == (None, "environment")
    assert (field.contracts, field.value, field.median_days, field.most_days) == (1, TERMS.price, 10, 10)  # fmt: skip
    assert (whole.contracts, whole.value) == (1, TERMS.price)
    assert (whole.told, whole.told_value) == (0, 0)


def test_statistics_name_neither_side(cast):
    make_deal(cast, State.PERFORMING)
    told = f"{cohorts(*everything())}{signed_between(*everything(), least=3)}"
    assert cast.buyer.name not in told


def test_closings_elsewhere_count_among_the_pairs_of_a_time(cast):
    deal = make_deal(cast, State.INTRODUCED)
    with later(30):
        actions.ask_both(deal=deal, by=None)
        actions.answer_survey(survey=deal.surveys.get(part="recipient"), answer=Answer.ELSEWHERE, value=9, by=cast.recipient)  # fmt: skip
    assert closed_elsewhere(*everything()).elsewhere == 1
    assert closed_elsewhere(today() + timedelta(days=1), today() + timedelta(days=60)).introduced == 0  # fmt: skip


def test_each_side_says_once_how_the_exchange_served_it(cast):
    deal = make_deal(cast, State.INTRODUCED)
    with pytest.raises(RuleBroken, match="once the deal has ended"):
        actions.rate(deal=deal, points=4, by=cast.provider)
    withdraw(deal, cast)
    with pytest.raises(PermissionDenied):
        actions.rate(deal=deal, points=4, by=cast.staff)
    with pytest.raises(RuleBroken, match="one to five"):
        actions.rate(deal=deal, points=6, by=cast.provider)
    assert Rating.objects.count() == 0
    actions.rate(deal=deal, points=4, words="Nhanh, rõ", by=cast.provider)
    actions.rate(deal=deal, points=1, by=cast.recipient)
    with pytest.raises(RuleBroken, match="has answered"):
        actions.rate(deal=deal, points=5, by=cast.provider)
    found = satisfaction(*everything())
    assert (found.answers, found.points) == (2, 2.5)


def test_the_page_of_an_ended_deal_asks_once(cast, as_):
    deal = withdraw(make_deal(cast, State.INTRODUCED), cast)
    page = as_(cast.recipient)
    assert reverse("deal-rate", args=[deal.code]) in page.get(reverse("deal", args=[deal.code])).text  # fmt: skip
    page.post(reverse("deal-rate", args=[deal.code]), {"points": "5"})
    assert deal.ratings.get().points == 5
    assert reverse("deal-rate", args=[deal.code]) not in page.get(reverse("deal", args=[deal.code])).text  # fmt: skip


def test_nonsense_instead_of_points_is_refused_with_a_sentence(cast, as_):
    deal = withdraw(make_deal(cast, State.INTRODUCED), cast)
    answer = as_(cast.recipient).post(reverse("deal-rate", args=[deal.code]), {"points": "viele"}, follow=True)  # fmt: skip
    assert "một đến năm điểm" in answer.text
    assert not deal.ratings.exists()


def test_a_figure_leads_to_the_deals_it_counts(cast, as_):
    lost = withdraw(make_deal(cast, State.CONFIDENTIAL), cast)
    other = make_deal(cast, State.NEGOTIATING)
    page = as_(cast.staff).get(f"{reverse('deals')}?scope=exchange&state=&step=nda&lost=on&field=environment&since={today()}")  # fmt: skip
    assert lost.code in page.text
    assert other.code not in page.text
    assert "kết thúc sau bước" in page.text


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def facts(feed_shows_this_transaction):
    """Let indicators read what this test writes."""


def test_every_indicator_agrees_with_the_records(cast, facts):
    deal = withdraw(make_deal(cast, State.INTRODUCED), cast)
    finish_work(cast, make_deal(cast, State.PERFORMING, with_royalty()))
    actions.rate(deal=deal, points=4, by=cast.provider)
    with later(30):
        actions.ask_both(deal=deal, by=None)
        provider, recipient = deal.surveys.order_by("part")
        actions.answer_survey(survey=provider, answer=Answer.ELSEWHERE, by=cast.provider)  # fmt: skip
        actions.answer_survey(survey=recipient, answer=Answer.NO, by=cast.recipient)
    ours = [one for one in declared() if one.code.startswith("deals.")]
    assert len(ours) == 9
    for one in ours:
        found = audit(one, on=today() + timedelta(days=31))
        assert found.sound, found
        assert found.live.numerator > 0, one.code


def test_indicators_count_steps_value_and_closings(cast, facts):
    finish_work(cast, make_deal(cast, State.PERFORMING))
    make_deal(cast, State.INTRODUCED)
    catch_up()
    figures = {name: value(f"deals.{name}").numerator for name in ("contacts", "connections", "contracts", "transfers", "value")}  # fmt: skip
    assert figures == {"contacts": 2, "connections": 2, "contracts": 1, "transfers": 1, "value": TERMS.price}  # fmt: skip


def test_facts_of_deals_carry_field_and_kind(cast):
    [fact] = facts_about(make_deal(cast).ref)
    assert (fact.figures["field"], fact.figures["listed"]) == ("environment", "technology")  # fmt: skip

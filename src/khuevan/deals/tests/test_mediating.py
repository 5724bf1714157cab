"""Experts of the pool in deals: offered where no tie stands in the way, and asked about it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from khuevan.deals import actions
from khuevan.deals.rules.states import State
from khuevan.directory.tests.factories import PersonFactory
from khuevan.exchange.tests.factories import make_expert as make_lister
from khuevan.experts.public import (
    Tie,
    book_for,
    bookable_experts,
    conflicts_of,
    expert_of,
)
from khuevan.experts.tests.factories import QUESTION, declare_tie, make_expert, slot
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import WHY, ask, make_deal


pytestmark = pytest.mark.django_db
WRONG = "Màng lọc không đạt công suất đã hẹn"


@pytest.fixture
def pool(cast):
    """Two experts of the pool: the first has no tie, the second owns some of the buyer."""
    free, tied = (make_expert(cast.staff, PersonFactory.create()) for _ in range(2))
    buyer = cast.buyer.organisation
    declare_tie(tied, Tie.OWNS, buyer)
    return free, tied


@pytest.fixture
def disputed(cast):
    deal = make_deal(cast, State.PERFORMING)
    actions.open_dispute(deal=deal, words=WRONG, by=cast.recipient)
    deal.refresh_from_db()
    return deal


def test_a_disputed_deal_offers_experts_without_a_tie(client, cast, pool, disputed):
    free, tied = pool
    client.force_login(cast.recipient)
    page = client.get(reverse("deal", args=[disputed.code])).content.decode()
    assert reverse("expert", args=[free.pk]) in page
    assert reverse("expert", args=[tied.pk]) not in page
    client.force_login(cast.staff)
    form = client.get(reverse("deal-action", args=[disputed.code, "mediator"])).content.decode()  # fmt: skip
    assert free.person.full_name in form
    assert tied.person.full_name not in form


def test_an_expert_of_the_pool_mediates_unless_tied(cast, pool, disputed):
    free, tied = pool
    with pytest.raises(RuleBroken, match="no tie to anybody"):
        actions.name_mediator(deal=disputed, person=tied.person, by=cast.staff)
    disputed.refresh_from_db()
    assert disputed.mediator_id is None
    named = actions.name_mediator(deal=disputed, person=free.person, by=cast.staff)
    assert named.mediator_id == free.person_id


def test_both_sides_of_a_deal_are_sides_of_the_question(client, cast, pool, disputed):
    free, tied = pool
    address = f"{reverse('expert-book')}?matter={disputed.ref}"
    client.force_login(cast.provider)
    page = client.get(address).content.decode()
    assert f'value="{free.pk}"' in page
    assert f'value="{tied.pk}"' not in page
    assert tied.person.full_name in page
    answer = client.post(address, {
        "experts": [str(free.pk)], "title": disputed.title, "question": QUESTION,
        "start_1": slot().astimezone(clock.HANOI).strftime("%Y-%m-%dT%H:%M"), "minutes": 60,
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    assert disputed.code in client.get(answer.url).content.decode()


def test_an_app_asks_experts_about_its_own_thing(cast, pool, disputed):
    free, tied = pool
    told = {"matter": disputed.ref, "title": "Ý kiến độc lập", "question": QUESTION, "starts": [slot()], "minutes": 60, "by": cast.recipient}  # fmt: skip
    with pytest.raises(RuleBroken, match="has a tie to"):
        book_for(experts=[free.pk, tied.pk], **told)
    assert not free.bookings.exists()
    code = book_for(experts=[free.pk], **told)
    assert free.bookings.get().code == f"{code}-1"
    buyer = cast.buyer.organisation
    assert [c.tie for c in conflicts_of(tied.pk, [buyer.pk], clock.today())] == [Tie.OWNS]  # fmt: skip
    assert expert_of(free.person) == free.pk
    assert expert_of(cast.stranger) is None


def test_an_expert_who_is_a_side_in_person_does_not_advise_on_the_deal(cast):
    member, person = make_lister()
    expert = make_expert(cast.staff, person)
    deal = actions.ask_contact(listing=cast.listing.code, member=member.pk, words=WHY, by=person)  # fmt: skip
    actions.accept_contact(deal=deal, by=cast.provider)
    told = {"matter": deal.ref, "title": "Ý kiến độc lập", "question": QUESTION, "starts": [slot()], "minutes": 60, "by": cast.provider}  # fmt: skip
    with pytest.raises(RuleBroken, match="is a side of this matter"):
        book_for(experts=[expert.pk], **told)
    assert not expert.bookings.exists()


def test_nobody_asks_about_a_deal_of_others(client, cast, pool, disputed):
    client.force_login(cast.stranger)
    for reference in (disputed.ref, "deals.deal:x", "x"):
        address = f"{reverse('expert-book')}?matter={reference}"
        assert client.get(address).status_code == 404


def test_nobody_asks_about_a_deal_before_the_introduction(client, cast, pool):
    client.force_login(cast.recipient)
    answer = client.get(f"{reverse('expert-book')}?matter={ask(cast).ref}")
    assert answer.status_code == 404


def test_who_is_bookable_takes_the_same_queries_however_many(cast, pool, django_assert_num_queries):  # fmt: skip
    free, _tied = pool
    sides = [cast.buyer.organisation.pk]
    with django_assert_num_queries(7):
        one = bookable_experts("", sides, clock.today())
    for _ in range(3):
        make_expert(cast.staff, PersonFactory.create())
    with django_assert_num_queries(7):
        many = bookable_experts("", sides, clock.today())
    assert (len(one), len(many)) == (1, 4)
    assert one[0].id == free.pk

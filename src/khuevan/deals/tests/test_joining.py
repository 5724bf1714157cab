"""Deals follow their contracts, and leave their prices where the next may find them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.contracts.public import (
    call_off_contract,
    contract_of,
    sign_contract,
)
from khuevan.deals import actions
from khuevan.deals.joining import draw_up, follow, open_price_for
from khuevan.deals.rules.states import State
from khuevan.deals.tasks import look, take_facts
from khuevan.exchange.tests.factories import NEED
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.valuation.public import price_groups

from .factories import TERMS, finish_work, make_cast, make_deal


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


def read_all() -> None:
    """Let the worker read the journal to its end."""
    while take_facts():
        pass


@pytest.fixture
def private(db):
    """A cast over a technology the State has no part in."""
    return make_cast(state_funded=False)


def test_a_contract_of_private_parties_takes_effect_once_both_signed(private):
    deal = make_deal(private, State.CONTRACTING)
    made = draw_up(deal=deal, by=private.recipient_head)
    assert draw_up(deal=deal, by=private.provider_head).id == made.id
    sign_contract(contract=made.id, by=private.provider_head)
    read_all()
    deal.refresh_from_db()
    assert (deal.state, deal.signed_on) == (State.CONTRACTING, None)
    sign_contract(contract=made.id, by=private.recipient_head)
    read_all()
    deal.refresh_from_db()
    assert (deal.state, deal.signed_on, deal.effective_on) == (State.PERFORMING, clock.today(), clock.today())  # fmt: skip
    look()
    deal.refresh_from_db()
    assert deal.state == State.PERFORMING


def test_what_the_state_paid_for_waits_for_its_registration(cast):
    deal = make_deal(cast, State.CONTRACTING)
    made = draw_up(deal=deal, by=cast.recipient_head)
    for person in (cast.recipient_head, cast.provider_head):
        sign_contract(contract=made.id, by=person)
    read_all()
    deal.refresh_from_db()
    assert (deal.state, deal.signed_on, deal.effective_on) == (State.CONTRACTING, clock.today(), None)  # fmt: skip
    contract = contract_of(deal.ref)
    assert contract is not None
    assert contract.due_on is not None


def test_nobody_notes_by_hand_what_the_contract_tells(cast):
    deal = make_deal(cast, State.CONTRACTING)
    draw_up(deal=deal, by=cast.recipient_head)
    with pytest.raises(RuleBroken, match="on its own page"):
        actions.note_signed(deal=deal, signed_on=clock.today(), by=cast.staff)
    deal.refresh_from_db()
    assert deal.signed_on is None


def test_a_contract_called_off_leaves_the_way_to_another_or_to_paper(cast):
    deal = make_deal(cast, State.CONTRACTING)
    first = draw_up(deal=deal, by=cast.recipient_head)
    call_off_contract(
        contract=first.id, words="Sai tên sản phẩm", by=cast.recipient_head
    )
    second = draw_up(deal=deal, by=cast.recipient_head)
    assert second.id != first.id
    call_off_contract(
        contract=second.id, words="Hai bên ký trên giấy", by=cast.recipient_head
    )
    actions.note_signed(deal=deal, signed_on=clock.today(), by=cast.staff)
    deal.refresh_from_db()
    assert deal.signed_on == clock.today()


def test_only_the_sides_draw_up_what_is_agreed(cast):
    early = make_deal(cast, State.NEGOTIATING)
    with pytest.raises(RuleBroken, match="both sides agreed"):
        draw_up(deal=early, by=cast.recipient_head)
    with pytest.raises(PermissionDenied):
        draw_up(deal=early, by=cast.stranger)
    assert contract_of(early.ref) is None


def test_terms_that_make_no_contract_are_not_agreed(cast):
    deal = make_deal(cast, State.NEGOTIATING)
    terms = replace(TERMS, penalty=900)
    version = actions.propose_terms(deal=deal, terms=terms, after=0, by=cast.provider)
    with pytest.raises(InputRefused):
        actions.agree_terms(deal=deal, number=version.number, by=cast.recipient_head)
    deal.refresh_from_db()
    assert deal.state == State.NEGOTIATING


def test_a_closed_deal_leaves_its_price_once(private):
    deal = make_deal(private, State.PERFORMING)
    read_all()
    assert price_groups() == []
    finish_work(private, deal)
    read_all()
    [field] = {group.field for group in price_groups()}
    assert field == deal.field
    deal.refresh_from_db()
    assert deal.state == State.CLOSED


def test_the_reader_goes_on_past_a_deal_that_cannot(cast, monkeypatch):
    private = make_cast(NEED)
    wrong, sound = make_deal(cast, State.CONTRACTING), make_deal(private, State.CONTRACTING)  # fmt: skip
    draw_up(deal=wrong, by=cast.recipient_head)
    made = draw_up(deal=sound, by=private.recipient_head)
    for person in (private.recipient_head, private.provider_head):
        sign_contract(contract=made.id, by=person)

    def but_one(deal):
        if deal == wrong:
            raise RuleBroken("Something about this one is wrong.")
        follow(deal)

    monkeypatch.setattr("khuevan.deals.tasks.follow", but_one)
    read_all()
    sound.refresh_from_db()
    assert sound.state == State.PERFORMING


def test_the_deal_s_page_leads_to_the_contract(client, cast):
    deal = make_deal(cast, State.CONTRACTING)
    client.force_login(cast.recipient_head)
    page = client.get(reverse("deal", args=[deal.code])).content.decode()
    assert reverse("deal-contract", args=[deal.code]) in page
    answer = client.post(reverse("deal-contract", args=[deal.code]))
    made = contract_of(deal.ref)
    assert made is not None
    assert answer.url == made.address
    assert made.number in client.get(reverse("deal", args=[deal.code])).content.decode()


def test_a_price_opens_once_both_sides_agree(cast, client):
    prices = reverse("valuation-prices")
    deal = make_deal(cast, State.PERFORMING)
    with pytest.raises(RuleBroken, match="no price to open"):
        open_price_for(deal=deal, by=cast.provider_head)
    finish_work(cast, deal)
    with pytest.raises(PermissionDenied):
        open_price_for(deal=deal, by=cast.staff)
    with pytest.raises(PermissionDenied):
        open_price_for(deal=deal, by=cast.recipient)
    assert open_price_for(deal=deal, by=cast.provider_head) is False
    assert deal.title not in client.get(prices).text
    with pytest.raises(RuleBroken, match="your side opened it"):
        open_price_for(deal=deal, by=cast.provider_head)
    client.force_login(cast.recipient_head)
    address = reverse("deal", args=[deal.code])
    assert reverse("deal-price", args=[deal.code]) in client.get(address).text
    client.post(reverse("deal-price", args=[deal.code]))
    assert deal.title in client.get(prices).text
    assert reverse("deal-price", args=[deal.code]) not in client.get(address).text

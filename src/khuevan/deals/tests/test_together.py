"""A deal and its contract go one way: neither is left, ended or signed without the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from khuevan.contracts.public import (
    Ending,
    Right,
    State as PaperState,
    call_off_contract,
    contract_of,
    end_contract,
    note_decision,
    sign_contract,
)
from khuevan.deals import actions
from khuevan.deals.joining import draw_up
from khuevan.deals.models import Version
from khuevan.deals.rules.states import State
from khuevan.deals.tasks import take_facts
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import TERMS, finish_work, later, make_cast, make_deal
from .test_watch import chased


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]
WHY = "Hai bên không còn thống nhất được"


def follow(deal):
    """Let the worker read the journal to its end, and return the deal as it stands."""
    while take_facts():
        pass
    deal.refresh_from_db()
    return deal


def drawn(cast, terms=TERMS):
    """Return a deal and the contract drawn up from its terms."""
    deal = make_deal(cast, State.CONTRACTING, terms)
    return deal, draw_up(deal=deal, by=cast.recipient_head)


def signed(cast, terms=TERMS):
    """Return a deal and its contract, signed by both sides."""
    deal, contract = drawn(cast, terms)
    for person in (cast.recipient_head, cast.provider_head):
        sign_contract(contract=contract.id, by=person)
    return follow(deal), contract


def refused(cast):
    """Return a deal and its contract, signed by both and refused by the authority."""
    deal, contract = signed(cast)
    note_decision(contract=contract.id, approved=False, number="15/TB-SKHCN", decided_on=clock.today(), reason="Nội dung trái luật", by=cast.staff)  # fmt: skip
    return follow(deal), contract


def call_off(contract, cast):
    call_off_contract(contract=contract.id, words=WHY, by=cast.recipient_head)


@pytest.fixture
def private(db):
    """A cast over a technology the State has no part in."""
    return make_cast(state_funded=False)


# -------------------------------------------------------------------- withdrawing


def test_nobody_withdraws_from_what_both_signed(cast):
    deal, _contract = signed(cast)
    with pytest.raises(RuleBroken, match="Both sides signed"):
        actions.withdraw(deal=deal, words=WHY, by=cast.recipient_head)
    assert follow(deal).state == State.CONTRACTING
    assert contract_of(deal.ref).state is PaperState.SIGNED
    assert deal.signed_on == clock.today()


def test_nobody_withdraws_before_the_reader_has_seen_the_signatures(private):
    deal, contract = drawn(private)
    for person in (private.recipient_head, private.provider_head):
        sign_contract(contract=contract.id, by=person)
    with pytest.raises(RuleBroken, match="Both sides signed"):
        actions.withdraw(deal=deal, words=WHY, by=private.recipient_head)
    assert follow(deal).state == State.PERFORMING


def test_from_agreed_terms_only_who_may_bind_withdraws_and_the_contract_goes_too(cast):
    deal, contract = drawn(cast)
    sign_contract(contract=contract.id, by=cast.provider_head)
    with pytest.raises(RuleBroken, match="This binds"):
        actions.withdraw(deal=deal, words=WHY, by=cast.recipient)
    deal.refresh_from_db()
    assert (deal.state, contract_of(deal.ref).state) == (State.CONTRACTING, PaperState.HALF_SIGNED)  # fmt: skip
    actions.withdraw(deal=deal, words=WHY, by=cast.recipient_head)
    deal.refresh_from_db()
    assert (deal.state, contract_of(deal.ref).state) == (State.WITHDRAWN, PaperState.CANCELLED)  # fmt: skip
    with pytest.raises(RuleBroken):
        sign_contract(contract=contract.id, by=cast.recipient_head)


def test_a_deal_closed_as_silent_leaves_no_contract_to_sign(cast):
    deal, _contract = drawn(cast)
    for _ in range(3):
        chased(deal)
    assert deal.state == State.SILENT
    assert contract_of(deal.ref).state is PaperState.CANCELLED


# -------------------------------------------------------------- negotiating again


def test_after_a_refused_registration_other_terms_are_agreed_and_signed(cast):
    deal, contract = refused(cast)
    with pytest.raises(RuleBroken, match=contract.number):
        actions.reopen_terms(deal=deal, words=WHY, by=cast.recipient_head)
    call_off(contract, cast)
    assert (follow(deal).signed_on, deal.state) == (None, State.CONTRACTING)
    with pytest.raises(RuleBroken, match="This binds"):
        actions.reopen_terms(deal=deal, words=WHY, by=cast.recipient)
    actions.reopen_terms(deal=deal, words=WHY, by=cast.recipient_head)
    deal.refresh_from_db()
    assert (deal.state, deal.agreed_at, deal.registered_on) == (State.NEGOTIATING, None, None)  # fmt: skip
    with later(5):
        made = actions.propose_terms(deal=deal, terms=replace(TERMS, penalty=500), after=1, by=cast.provider)  # fmt: skip
        actions.agree_terms(deal=deal, number=made.number, by=cast.recipient_head)
        second = draw_up(deal=follow(deal), by=cast.recipient_head)
        assert second.id != contract.id
        for person in (cast.recipient_head, cast.provider_head):
            sign_contract(contract=second.id, by=person)
        assert follow(deal).signed_on == clock.today()
    first, second = deal.versions.all()
    assert (first.agreed_at is not None, first.reopened_at is not None, second.reopened_at) == (True, True, None)  # fmt: skip


def test_what_was_reopened_is_not_agreed_to_again_but_proposed_anew(cast):
    deal = make_deal(cast, State.CONTRACTING)
    actions.reopen_terms(deal=deal, words=WHY, by=cast.provider_head)
    with pytest.raises(RuleBroken, match="no longer stands"):
        actions.agree_terms(deal=deal, number=1, by=cast.recipient_head)
    deal.refresh_from_db()
    assert deal.state == State.NEGOTIATING
    made = actions.propose_terms(deal=deal, terms=TERMS, after=1, by=cast.provider)
    assert actions.agree_terms(deal=deal, number=made.number, by=cast.recipient_head)


def test_the_database_keeps_what_was_agreed_though_it_is_negotiated_again(cast):
    deal = make_deal(cast, State.CONTRACTING)
    actions.reopen_terms(deal=deal, words=WHY, by=cast.provider_head)
    for change in ({"reopened_at": None}, {"agreed_at": None, "agreed_by": None}, {"terms": {}}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Version.objects.filter(deal=deal).update(**change)


def test_signed_anew_the_day_is_the_new_contracts(cast):
    deal, contract = refused(cast)
    first = deal.signed_on
    call_off(contract, cast)
    with later(4):
        second = draw_up(deal=deal, by=cast.recipient_head)
        for person in (cast.recipient_head, cast.provider_head):
            sign_contract(contract=second.id, by=person)
        assert follow(deal).signed_on == clock.today() > first


def test_whose_refused_contract_was_called_off_may_withdraw_and_is_asked_later(cast):
    deal, contract = refused(cast)
    call_off(contract, cast)
    actions.withdraw(deal=deal, words=WHY, by=cast.recipient_head)
    with later(30):
        assert actions.ask_both(deal=deal, by=None)


def test_a_contract_on_paper_is_called_off_by_the_exchanges_people(cast):
    deal = make_deal(cast, State.CONTRACTING)
    actions.note_signed(deal=deal, signed_on=clock.today(), by=cast.staff)
    for act in (actions.reopen_terms, actions.withdraw):
        with pytest.raises(RuleBroken, match="signed"):
            act(deal=deal, words=WHY, by=cast.recipient_head)
    with pytest.raises(RuleBroken, match="on paper"):
        draw_up(deal=follow(deal), by=cast.recipient_head)
    assert contract_of(deal.ref) is None
    with pytest.raises(PermissionDenied):
        actions.note_called_off(deal=deal, words=WHY, by=cast.recipient_head)
    actions.note_called_off(deal=deal, words=WHY, by=cast.staff)
    with pytest.raises(RuleBroken, match="No contract"):
        actions.note_called_off(deal=deal, words=WHY, by=cast.staff)
    actions.reopen_terms(deal=deal, words=WHY, by=cast.recipient_head)
    deal.refresh_from_db()
    assert deal.state == State.NEGOTIATING


# -------------------------------------------------------------------------- ending


def test_a_contract_does_not_end_by_one_side_while_its_deal_runs(private, client):
    deal, contract = signed(private)
    with pytest.raises(RuleBroken, match=deal.code):
        end_contract(contract=contract.id, ending=Ending.COMPLETED, by=private.recipient_head)  # fmt: skip
    assert contract_of(deal.ref).state is PaperState.IN_FORCE
    client.force_login(private.recipient_head)
    assert reverse("contract-action", args=[contract.number, "end"]) not in client.get(contract.address).text  # fmt: skip


def test_a_deal_that_ends_early_ends_its_contract(private):
    deal, _contract = signed(private)
    actions.ask_end(deal=deal, words=WHY, by=private.recipient)
    actions.agree_end(deal=deal, by=private.provider_head)
    contract = contract_of(deal.ref)
    assert (contract.state, contract.ending) == (PaperState.ENDED, Ending.TERMINATED)


@pytest.mark.parametrize(("right", "state"), [(Right.OWNERSHIP, PaperState.ENDED), (Right.USE, PaperState.IN_FORCE)])  # fmt: skip
def test_delivered_ownership_has_passed_and_a_licence_runs_its_term(private, right, state):  # fmt: skip
    deal, _contract = signed(private, replace(TERMS, right=right))
    finish_work(private, deal)
    assert follow(deal).state == State.CLOSED
    assert contract_of(deal.ref).state is state

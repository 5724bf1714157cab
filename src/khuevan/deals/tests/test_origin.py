"""What the State certified or licensed decides what a contract owes, once it was seen."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.contracts.public import Case, Crossing, Kind, contract_of, sign_contract
from khuevan.deals import actions
from khuevan.deals.joining import draw_up
from khuevan.deals.models import StatePaper
from khuevan.deals.rules.origin import PaperKind
from khuevan.deals.rules.states import State
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.exchange.tests.factories import (
    NEED,
    State as ListingState,
    make_listing,
    move_abroad,
)
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import TERMS, WHY, day, make_cast, make_deal


pytestmark = pytest.mark.django_db
MODIFIED = "Chủng vi khuẩn biến đổi gen phân hủy phẩm nhuộm"
"""Words that the dated list of restricted technologies knows."""


@pytest.fixture
def restricted(db):
    return make_cast(state_funded=False, description=MODIFIED)


def name(deal, cast, kind=PaperKind.CERTIFICATE, number="45/GCN-SKHCN"):
    return actions.state_paper(deal=deal, kind=kind, number=number, issued_on=day(-30), by=cast.provider)  # fmt: skip


def confirm(deal, cast, kind=PaperKind.CERTIFICATE, number="45/GCN-SKHCN"):
    return actions.confirm_paper(deal=deal, kind=kind, number=number, by=cast.staff)


def owed(deal, cast):
    """Draw up and sign the contract of a deal; return what it owes the State."""
    made = draw_up(deal=deal, by=cast.recipient_head)
    for person in (cast.recipient_head, cast.provider_head):
        sign_contract(contract=made.id, by=person)
    contract = contract_of(deal.ref)
    assert contract is not None
    assert contract.duty is not None
    return contract.duty


def test_a_certified_result_needs_no_second_registration(cast):
    deal = make_deal(cast, State.CONTRACTING)
    name(deal, cast)
    confirm(deal, cast)
    assert (owed(deal, cast).case, owed(deal, cast).kind) == (Case.CERTIFIED, Kind.VOLUNTARY)  # fmt: skip
    assert contract_of(deal.ref).in_force_on == clock.today()


def test_a_certificate_nobody_saw_changes_nothing(cast):
    deal = make_deal(cast, State.CONTRACTING)
    name(deal, cast)
    assert owed(deal, cast).case is Case.STATE


def test_a_licensed_technology_needs_no_second_licence(restricted):
    deal = make_deal(restricted, State.CONTRACTING)
    name(deal, restricted, PaperKind.LICENCE, "7/GP-BKHCN")
    confirm(deal, restricted, PaperKind.LICENCE, "7/GP-BKHCN")
    assert owed(deal, restricted).case is Case.LICENSED


def test_an_unlicensed_restricted_technology_owes_a_licence(restricted):
    deal = make_deal(restricted, State.CONTRACTING)
    assert (owed(deal, restricted).case, owed(deal, restricted).kind) == (Case.RESTRICTED, Kind.LICENCE)  # fmt: skip


def test_a_paper_that_changes_nothing_is_not_taken(cast):
    deal = make_deal(cast)
    before = len(facts_about(deal.ref))
    with pytest.raises(RuleBroken, match="changes nothing"):
        name(deal, cast, PaperKind.LICENCE)
    with pytest.raises(RuleBroken, match="days to come"):
        actions.state_paper(deal=deal, kind=PaperKind.CERTIFICATE, number="45", issued_on=day(1), by=cast.provider)  # fmt: skip
    with pytest.raises(RuleBroken, match="number"):
        name(deal, cast, number="  ")
    assert (
        StatePaper.objects.filter(deal=deal).count(),
        len(facts_about(deal.ref)),
    ) == (0, before)


def test_only_the_provider_names_and_only_the_exchange_confirms(cast):
    deal = make_deal(cast)
    for stranger in (cast.recipient, cast.staff, cast.stranger, cast.broker_person):
        with pytest.raises(PermissionDenied):
            actions.state_paper(deal=deal, kind=PaperKind.CERTIFICATE, number="45", issued_on=day(), by=stranger)  # fmt: skip
    assert StatePaper.objects.filter(deal=deal).count() == 0
    name(deal, cast)
    partial = make_person(Role.OFFICIAL, cast.exchange.institute.organisation)
    for stranger in (cast.provider, cast.recipient, cast.stranger, partial):
        with pytest.raises(PermissionDenied):
            actions.confirm_paper(deal=deal, kind=PaperKind.CERTIFICATE, number="45/GCN-SKHCN", by=stranger)  # fmt: skip
    assert StatePaper.objects.get(deal=deal).confirmed_at is None


def test_what_was_read_is_what_is_confirmed_and_then_stands(cast):
    deal = make_deal(cast)
    name(deal, cast, number="44/GCN")
    name(deal, cast)
    with pytest.raises(RuleBroken, match="No paper of this number"):
        confirm(deal, cast, number="44/GCN")
    assert StatePaper.objects.get(deal=deal).confirmed_at is None
    confirm(deal, cast)
    with pytest.raises(RuleBroken, match="confirmed already"):
        name(deal, cast, number="46/GCN")
    assert StatePaper.objects.get(deal=deal).number == "45/GCN-SKHCN"


def test_nothing_moves_under_a_contract_that_is_drawn_up(cast):
    deal = make_deal(cast, State.CONTRACTING)
    name(deal, cast)
    draw_up(deal=deal, by=cast.recipient_head)
    with pytest.raises(RuleBroken, match="Call it off"):
        confirm(deal, cast)
    with pytest.raises(RuleBroken, match="Call it off"):
        name(deal, cast, number="46/GCN")
    assert (StatePaper.objects.get(deal=deal).number, StatePaper.objects.get(deal=deal).confirmed_at) == ("45/GCN-SKHCN", None)  # fmt: skip


def test_papers_are_named_and_confirmed_on_pages(client, cast):
    deal = make_deal(cast)
    page, form = (reverse(n, args=[deal.code]) for n in ("deal", "deal-paper"))
    to_confirm = reverse("deal-paper-confirm", args=[deal.code, "certificate"])
    client.force_login(cast.recipient)
    assert form not in client.get(page).text
    assert client.get(form).status_code == 403
    client.force_login(cast.provider)
    assert form in client.get(page).text
    wrong = {"kind": "licence", "number": "45", "issued_on": day().isoformat()}
    assert client.post(form, wrong).status_code == 422
    client.post(form, {**wrong, "kind": "certificate"})
    assert client.post(to_confirm, {"number": "45"}).status_code == 403
    client.force_login(cast.staff)
    assert to_confirm in client.get(page).text
    client.post(to_confirm, {"number": "45"})
    assert StatePaper.objects.get(deal=deal).confirmed_by == cast.staff
    assert to_confirm not in client.get(page).text


# -------------------------------------------------------------------------- the border


def abroad(cast, member):
    return move_abroad(cast.exchange, member)


@pytest.mark.parametrize(
    ("who", "fits", "wrong"),
    [
        ("giver", Crossing.INBOUND, (Crossing.DOMESTIC, Crossing.OUTBOUND)),
        ("taker", Crossing.OUTBOUND, (Crossing.DOMESTIC, Crossing.INBOUND)),
        (None, Crossing.DOMESTIC, (Crossing.INBOUND, Crossing.OUTBOUND)),
    ],
)
def test_terms_cross_the_border_as_the_seats_of_the_sides_do(cast, who, fits, wrong):
    deal = make_deal(cast, State.NEGOTIATING)
    if who:
        abroad(cast, cast.exchange.institute if who == "giver" else cast.exchange.firm)
    for crossing in wrong:
        with pytest.raises(InputRefused) as refused:
            actions.propose_terms(deal=deal, terms=replace(TERMS, crossing=crossing), after=0, by=cast.provider)  # fmt: skip
        assert [problem.where for problem in refused.value.problems] == ["crossing"]
    assert deal.versions.count() == 0
    actions.propose_terms(deal=deal, terms=replace(TERMS, crossing=fits), after=0, by=cast.provider)  # fmt: skip
    assert deal.versions.get().told.crossing is fits


def test_two_sides_abroad_are_not_told_what_to_say(cast):
    deal = make_deal(cast, State.NEGOTIATING)
    for member in (cast.exchange.institute, cast.exchange.firm):
        abroad(cast, member)
    actions.propose_terms(deal=deal, terms=TERMS, after=0, by=cast.provider)
    assert deal.versions.count() == 1


def test_a_country_put_right_meanwhile_keeps_terms_from_being_agreed(cast):
    deal = make_deal(cast, State.NEGOTIATING)
    actions.propose_terms(deal=deal, terms=TERMS, after=0, by=cast.provider)
    abroad(cast, cast.exchange.firm)
    with pytest.raises(InputRefused):
        actions.agree_terms(deal=deal, number=1, by=cast.recipient_head)
    deal.refresh_from_db()
    assert deal.state == State.NEGOTIATING


def test_the_form_of_terms_begins_with_what_the_seats_say(client, cast):
    deal = make_deal(cast, State.NEGOTIATING)
    abroad(cast, cast.exchange.institute)
    client.force_login(cast.provider)
    page = client.get(reverse("deal-propose", args=[deal.code])).text
    assert re.search(r'value="inbound"[^>]*(selected|checked)', page)


# ------------------------------------------------------------------------ who paid for it


def over_need(cast):
    need = make_listing(cast.exchange, ListingState.PUBLISHED, NEED)
    return actions.ask_contact(listing=need.code, member=cast.buyer.pk, words=WHY, state_funded=False, by=cast.recipient)  # fmt: skip


def test_the_exchange_puts_right_who_paid_for_what_is_offered_over_a_need(client, cast):
    deal = over_need(cast)
    address = reverse("deal-funding", args=[deal.code])
    for person in (cast.recipient, cast.provider):
        client.force_login(person)
        assert client.post(address, {"state_funded": "yes"}).status_code == 403
    client.force_login(cast.staff)
    assert address in client.get(reverse("deal", args=[deal.code])).text
    client.post(address, {"state_funded": "yes"})
    deal.refresh_from_db()
    assert deal.state_funded is True
    with pytest.raises(RuleBroken, match="says so already"):
        actions.correct_funding(deal=deal, state_funded=True, by=cast.staff)


def test_over_an_offer_its_listing_says_who_paid(cast):
    deal = make_deal(cast)
    with pytest.raises(RuleBroken, match="corrected there"):
        actions.correct_funding(deal=deal, state_funded=False, by=cast.staff)
    deal.refresh_from_db()
    assert deal.state_funded is True

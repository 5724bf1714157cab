"""Where deals meet contracts and reference prices.

What both sides agreed to is drawn up, signed and registered in `contracts`; a deal follows
the days that come of it. Between two organisations nobody else notes these days. An expert
in person signs on paper: there the exchange's people note them from what they are shown.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.contracts.public import (
    ContractView,
    Right as Transferred,
    State as PaperState,
    draw_up_amendment,
    draw_up_contract,
    register_subject,
)
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.valuation.public import Right, Source, open_price, record_price

from .access import may_bind, may_open_price, may_read_terms, side_of
from .actions import (
    amend,
    note_called_off,
    note_change_called_off,
    note_memorandum_signed,
    note_registered,
    note_signed,
    take_effect,
)
from .actions.common import locked, require
from .facts import record_deal
from .models import Deal, PriceConsent
from .queries.amending import amendment_paper, waiting_in
from .queries.contracting import agreed_in, contract_for, is_signed, paper_of, sides_of
from .queries.origin import origin_of
from .rules.states import BOUND, ENDS, IN_EFFECT, SIDES, Part, State


def draw_up(*, deal: Deal, by: Person) -> ContractView:
    """Draw up the contract from the version both agreed to; again it is the same contract.

    PermissionDenied for who is no side of it, InputRefused with every fault of the terms,
    RuleBroken where nothing is agreed or a side is a person.
    """
    require(may_read_terms(by, deal))
    version = agreed_in(deal)
    if version is None or deal.state != State.CONTRACTING:
        raise RuleBroken(N_("A contract is drawn up from terms both sides agreed to."))
    if is_signed(deal) and contract_for(deal) is None:
        raise RuleBroken(N_("The contract of this deal is signed on paper."))
    follow(deal)
    sides = sides_of(deal)
    if sides is None:
        raise RuleBroken(
            N_("An expert signs on paper: show it to the exchange's people.")
        )
    return draw_up_contract(subject=deal.ref, terms=version.told, sides=sides, origin=origin_of(deal), by=by)  # fmt: skip


@transaction.atomic
def draw_up_change(*, deal: Deal, by: Person) -> ContractView:
    """Draw up the amendment both sides agreed to; again it is the same paper.

    Raises as `draw_up` does, and RuleBroken where the contract itself is one on paper.
    """
    require(may_read_terms(by, deal))
    follow(deal)
    deal = locked(deal)
    version = waiting_in(deal)
    if version is None or deal.state not in BOUND:
        raise RuleBroken(N_("No amendment of this deal waits to take effect."))
    contract = contract_for(deal)
    if contract is None:
        raise RuleBroken(N_("The contract is signed on paper, and so is its amendment: show it to the exchange's people."))  # fmt: skip
    made = draw_up_amendment(contract=contract.id, terms=version.told, by=by)
    if version.paper != made.id:
        version.paper = made.id
        version.save(update_fields=["paper"])
    return made


def follow(deal: Deal) -> None:
    """Bring a deal to where its papers are: signed, registered, in force. Again changes nothing."""
    if deal.state == State.CONFIDENTIAL:
        _follow_memorandum(deal)
    elif deal.state == State.CONTRACTING:
        _follow_contract(deal)
    elif deal.state in IN_EFFECT:
        _follow_change(deal)


def _follow_contract(deal: Deal) -> None:
    if deal.signed_on is not None and not is_signed(deal):
        deal = note_called_off(deal=deal, by=None)
    contract = contract_for(deal)
    if contract is None:
        return
    if contract.signed_on and deal.signed_on is None:
        deal = note_signed(deal=deal, signed_on=contract.signed_on, by=None)
    decided = contract.decided_on if contract.certificate else None
    if decided and deal.signed_on and deal.registered_on is None:
        deal = note_registered(deal=deal, registered_on=decided, by=None)
    if (
        contract.in_force_on
        and deal.signed_on
        and contract.in_force_on <= clock.today()
    ):
        take_effect(deal=deal, effective_on=contract.in_force_on, by=None)


def _follow_change(deal: Deal) -> None:
    version = waiting_in(deal)
    paper = amendment_paper(version) if version else None
    if paper is None:
        return
    if paper.state is PaperState.CANCELLED:
        note_change_called_off(deal=deal, by=None)
    elif paper.in_force_on and paper.in_force_on <= clock.today():
        amend(deal=deal, effective_on=paper.in_force_on, by=None)


def _follow_memorandum(deal: Deal) -> None:
    last = deal.memoranda.order_by("-number").first()
    paper = paper_of(last) if last else None
    if last is not None and paper is not None and paper.signed_on is not None:
        note_memorandum_signed(memorandum=last, by=None)


def _kept_by(subject: str) -> str:
    """Return the code of a live deal: its contract ends with it, not by one side's word."""
    deal = Deal.objects.filter(pk=UUID(subject.partition(":")[2])).first()
    return deal.code if deal and deal.state not in ENDS else ""


def keep_price(deal: Deal) -> None:
    """Keep what was paid in a deal that was delivered among the reference prices, once.

    A price in shares of a company alone is none in đồng and is left out.
    """
    version = agreed_in(deal)
    if version is None or deal.agreed_at is None or not version.told.price:
        return
    terms = version.told
    use = Right.EXCLUSIVE if terms.exclusive else Right.NON_EXCLUSIVE
    parties = {p.part: p.organisation_id or p.person_id for p in deal.parties.all()}
    seller, buyer = parties[Part.PROVIDER], parties[Part.RECIPIENT]
    assert seller is not None
    assert buyer is not None
    record_price(
        subject=deal.ref, title=deal.title, agreed_on=clock.local_day(deal.agreed_at),
        field=deal.field, kind=deal.listing_kind,
        right=Right.OWNERSHIP if terms.right is Transferred.OWNERSHIP else use,
        price=terms.price, royalty=terms.royalty.rate if terms.royalty else None,
        seller=seller, buyer=buyer, source=Source.DEAL, by=None,
    )  # fmt: skip


@transaction.atomic
def open_price_for(*, deal: Deal, by: Person) -> bool:
    """Let everybody read a delivered deal's price, for one's side; tell whether both do now.

    Until both sides have said so it stays within its group. PermissionDenied for who may
    not bind a side, RuleBroken where there is no price to open.
    """
    deal = Deal.objects.select_for_update().get(pk=deal.pk)
    side = side_of(by, deal)
    if side is None or not may_bind(by, deal.parties.get(part=side)):
        raise PermissionDenied
    if not may_open_price(deal, side):
        raise RuleBroken(N_("There is no price to open here, or your side opened it."))
    PriceConsent.objects.create(deal=deal, part=side, by=by)
    both = deal.price_consents.count() == len(SIDES)
    if both:
        keep_price(deal)
        open_price(subject=deal.ref, by=None)
    record_deal("deals.price_opened", deal, by=by, side=side, both=both)
    return both


register_subject("deals.deal", kept_by=_kept_by)

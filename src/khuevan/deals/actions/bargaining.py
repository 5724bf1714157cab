"""Negotiation: propose complete terms, take them back, agree to the other side's."""

from __future__ import annotations

from django.db import transaction

from khuevan.contracts.public import Terms, faults
from khuevan.deals.dated import share_rule_on
from khuevan.deals.facts import record_deal
from khuevan.deals.models import Deal, Version
from khuevan.deals.queries.contracting import agreed_in, contract_for, is_signed
from khuevan.deals.queries.origin import seats_of
from khuevan.deals.rules.bargaining import check_terms, crossing_faults
from khuevan.deals.rules.shares import check_broker
from khuevan.deals.rules.states import Move, check_reason
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, InputRefused, RuleBroken

from .common import begin, latest_of, side_that, take_step
from .versions_common import latest_seen, put_forward, take_back


@transaction.atomic
def propose_terms(*, deal: Deal, terms: Terms, after: int, note: str = "", by: Person) -> Version:  # fmt: skip
    """Put complete terms before the other side; they take the place of every earlier version.

    `after` is the number of the latest version the proposer has seen (0 for none), so that
    nobody answers what they have not read. Raises RuleBroken for terms that make no deal,
    for the same as the latest version, and for a broker's share above what the law allows.
    """
    deal, _side = begin(deal, Move.PROPOSE_TERMS, by)
    side = side_that(deal, by)
    last = latest_seen(deal, after)
    check_terms(terms, brokered=deal.parties.filter(part="broker").exists(), seats=seats_of(deal))  # fmt: skip
    check_broker(terms.broker, state_funded=bool(deal.state_funded), rule=share_rule_on(clock.today()))  # fmt: skip
    made = put_forward(deal, last, terms, note, side=side, by=by)
    take_step(deal, Move.PROPOSE_TERMS, by=by, words=made.note)
    record_deal("deals.terms_proposed", deal, by=by, number=made.number, price=terms.price)  # fmt: skip
    return made


@transaction.atomic
def take_back_terms(*, deal: Deal, number: int, by: Person) -> Version:
    """Take one's own side's latest version back while nobody agreed to it."""
    deal, _side = begin(deal, Move.TAKE_BACK_TERMS, by)
    side = side_that(deal, by)
    made = latest_of(deal, number)
    take_back(made, side)
    take_step(deal, Move.TAKE_BACK_TERMS, by=by)
    record_deal("deals.terms_taken_back", deal, by=by, number=made.number)
    return made


@transaction.atomic
def agree_terms(*, deal: Deal, number: int, by: Person) -> Version:
    """Agree to the other side's latest version: nothing changes it afterwards.

    Raises RuleBroken where a newer version stands, it was taken back, or it is one's own;
    InputRefused with everything that keeps these terms from becoming a contract.
    """
    deal, _side = begin(deal, Move.AGREE_TERMS, by)
    side = side_that(deal, by)
    made = latest_of(deal, number)
    if made.part == side:
        raise RuleBroken(N_("Your side proposed this; the other side agrees to it."))
    told = made.told
    wrong = [
        *faults(told, on=clock.today(), state_funded=bool(deal.state_funded)),
        *crossing_faults(told.crossing, seats_of(deal)),
    ]
    if wrong:
        raise InputRefused(wrong)
    made.agreed_by, made.agreed_at = by, clock.now()
    made.save(update_fields=["agreed_by", "agreed_at"])
    deal.agreed_at = made.agreed_at
    take_step(deal, Move.AGREE_TERMS, by=by)
    record_deal("deals.terms_agreed", deal, by=by, number=made.number, price=made.told.price)  # fmt: skip
    return made


@transaction.atomic
def reopen_terms(*, deal: Deal, words: str, by: Person | None) -> Deal:
    """Negotiate again what was agreed, with the reason, while no contract stands.

    The version stays as it was agreed and does not count any more. Raises RuleBroken where
    a contract is drawn up or signed: it is called off first.
    """
    deal, _side = begin(deal, Move.REOPEN_TERMS, by)
    told = check_reason(words)
    if (contract := contract_for(deal)) is not None:
        raise RuleBroken(N_("Contract %(number)s stands: call it off on its page first."), number=contract.number)  # fmt: skip
    if is_signed(deal):
        raise RuleBroken(N_("The contract of this deal is signed on paper."))
    version = agreed_in(deal)
    assert version is not None
    version.reopened_at = clock.now()
    version.save(update_fields=["reopened_at"])
    deal.agreed_at = deal.signed_on = deal.registered_on = None
    take_step(deal, Move.REOPEN_TERMS, by=by, words=told)
    record_deal("deals.terms_reopened", deal, by=by, number=version.number)
    return deal

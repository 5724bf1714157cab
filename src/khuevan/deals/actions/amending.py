"""Amending a contract in force: propose other terms, agree to them, let them hold.

The work goes on under the terms that hold. Only what an agreed amendment changes waits for
it: those milestones are not delivered, and nobody is asked to pay for them.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from khuevan.contracts.public import State as PaperState, Terms, faults
from khuevan.deals.facts import record_deal
from khuevan.deals.models import Deal, Milestone, RoyaltyReport, Version
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.queries.amending import (
    amendment_paper,
    holding_in,
    standings_of,
    touched_by,
    waiting_in,
)
from khuevan.deals.queries.contracting import contract_for
from khuevan.deals.queries.origin import seats_of
from khuevan.deals.rules.amending import amendment_faults, touched
from khuevan.deals.rules.bargaining import check_terms, crossing_faults
from khuevan.deals.rules.royalties import months_between, periods, whole_periods
from khuevan.deals.rules.states import Move, State, check_reason
from khuevan.directory.public import Person
from khuevan.payments.public import withdraw_orders
from khuevan.platform import clock
from khuevan.platform.errors import N_, InputRefused, Problem, RuleBroken

from .common import (
    begin,
    latest_of,
    locked,
    not_ahead,
    report_days,
    side_that,
    take_step,
)
from .ending_common import go_on
from .escrow_common import ask_anew
from .versions_common import latest_seen, put_forward, take_back


CALLED_OFF = "Phụ lục đã bị hủy; các điều khoản đang có hiệu lực được giữ nguyên."


@transaction.atomic
def propose_change(*, deal: Deal, terms: Terms, after: int, note: str = "", by: Person) -> Version:  # fmt: skip
    """Put complete other terms before the other side while the contract is in effect.

    `after` is the number of the latest version the proposer has seen. Raises InputRefused
    for what an amendment may not change, RuleBroken while another one waits.
    """
    deal, _side = begin(deal, Move.PROPOSE_CHANGE, by)
    side = side_that(deal, by)
    last = latest_seen(deal, after)
    if (waits := waiting_in(deal)) is not None:
        raise RuleBroken(N_("Version %(number)s is agreed and waits to take effect. Give it up before you propose another one."), number=waits.number)  # fmt: skip
    holds = holding_in(deal)
    check_terms(terms, brokered=deal.parties.filter(part="broker").exists(), seats=seats_of(deal))  # fmt: skip
    _refuse(_faults(deal, holds, terms))
    if terms == holds.told:
        raise RuleBroken(N_("These are the terms that hold already."))
    made = put_forward(deal, last, terms, note, side=side, by=by, amends=holds)
    take_step(deal, Move.PROPOSE_CHANGE, by=by, words=made.note)
    record_deal("deals.change_proposed", deal, by=by, number=made.number, side=side.value)  # fmt: skip
    return made


@transaction.atomic
def take_back_change(*, deal: Deal, number: int, by: Person) -> Version:
    """Take one's own side's proposed amendment back while nobody agreed to it."""
    deal, _side = begin(deal, Move.TAKE_BACK_CHANGE, by)
    side = side_that(deal, by)
    made = _proposed(deal, number)
    take_back(made, side)
    take_step(deal, Move.TAKE_BACK_CHANGE, by=by)
    record_deal("deals.change_taken_back", deal, by=by, number=made.number)
    return made


@transaction.atomic
def agree_change(*, deal: Deal, number: int, by: Person) -> Version:
    """Agree to the amendment the other side proposed; it is drawn up and signed next.

    From here on nobody is asked to pay for a milestone whose sum changes. Raises RuleBroken
    for one's own version, InputRefused where something it changes was done meanwhile.
    """
    deal, _side = begin(deal, Move.AGREE_CHANGE, by)
    side = side_that(deal, by)
    made = _proposed(deal, number)
    if made.part == side:
        raise RuleBroken(N_("Your side proposed this; the other side agrees to it."))
    told, holds = made.told, holding_in(deal)
    if made.amends_id != holds.pk:
        raise RuleBroken(N_("This version no longer stands. Look at the latest one."), field="number")  # fmt: skip
    _refuse(
        [
            *faults(told, on=clock.today(), state_funded=bool(deal.state_funded)),
            *crossing_faults(told.crossing, seats_of(deal)),
            *_faults(deal, holds, told),
        ]
    )
    made.agreed_by, made.agreed_at = by, clock.now()
    made.save(update_fields=["agreed_by", "agreed_at"])
    _stop_asking(made)
    take_step(deal, Move.AGREE_CHANGE, by=by)
    record_deal("deals.change_agreed", deal, by=by, number=made.number, price=told.price)  # fmt: skip
    return made


@transaction.atomic
def drop_change(*, deal: Deal, words: str, by: Person) -> Deal:
    """Give up an agreed amendment with the reason, while no paper of it stands."""
    deal, _side = begin(deal, Move.DROP_CHANGE, by)
    version = _waiting(deal)
    paper = amendment_paper(version)
    if paper is not None and paper.state is not PaperState.CANCELLED:
        raise RuleBroken(N_("Contract %(number)s stands: call it off on its page first."), number=paper.number)  # fmt: skip
    _drop(deal, version, check_reason(words), by)
    return deal


@transaction.atomic
def note_change_called_off(*, deal: Deal, by: Person | None) -> Deal:
    """Note that the paper of an amendment was called off: the terms that hold stay."""
    deal = locked(deal)
    _drop(deal, _waiting(deal), CALLED_OFF, by)
    return deal


@transaction.atomic
def amend(*, deal: Deal, effective_on: date, by: Person | None) -> Deal:
    """Let an agreed amendment hold from a day on: milestones, money and reports follow it.

    The day is that of the last signature, or of the certificate where the amendment must
    be registered (Law 07/2017/QH14 Art. 31). For a contract on paper the exchange's people
    note it from what they are shown.
    """
    deal, _side = begin(deal, Move.AMEND, by)
    version = _waiting(deal)
    if by is not None and (contract := contract_for(deal)) is not None:
        raise RuleBroken(
            N_("Contract %(number)s is signed and registered on its own page; the deal follows it."),
            number=contract.number,
        )  # fmt: skip
    not_ahead(effective_on, "effective_on")
    assert version.agreed_at is not None
    if effective_on < clock.local_day(version.agreed_at):
        raise RuleBroken(N_("An amendment takes effect after it was agreed."), field="effective_on")  # fmt: skip
    assert version.amends is not None
    version.amends.replaced_on = effective_on
    version.amends.save(update_fields=["replaced_on"])
    _write_milestones(deal, version)
    _write_reports(deal, version, effective_on)
    ask_anew(deal)
    take_step(deal, Move.AMEND, by=by)
    go_on(deal)
    record_deal("deals.contract_amended", deal, by=by, number=version.number, effective_on=effective_on, price=version.told.price)  # fmt: skip
    return deal


def _drop(deal: Deal, version: Version, words: str, by: Person | None) -> None:
    version.reopened_at = clock.now()
    version.save(update_fields=["reopened_at"])
    ask_anew(deal)
    take_step(deal, Move.DROP_CHANGE, by=by, words=words)
    go_on(deal)
    record_deal("deals.change_dropped", deal, by=by, number=version.number)


def _waiting(deal: Deal) -> Version:
    found = waiting_in(deal)
    if found is None:
        raise RuleBroken(N_("No amendment of this deal waits to take effect."))
    return found


def _proposed(deal: Deal, number: int) -> Version:
    made = latest_of(deal, number)
    if made.amends_id is None or made.agreed_at is not None:
        raise RuleBroken(N_("This version no longer stands. Look at the latest one."), field="number")  # fmt: skip
    return made


def _faults(deal: Deal, holds: Version, terms: Terms) -> list[Problem]:
    delivered = deal.state == State.REPORTING
    return amendment_faults(holds.told, terms, standings_of(deal), delivered=delivered)


def _refuse(found: list[Problem]) -> None:
    if found:
        raise InputRefused(found)


def _stop_asking(version: Version) -> None:
    """Ask for nothing that an agreed amendment asks otherwise; what came in goes back."""
    assert version.amends is not None
    after = touched(version.amends.told, version.told)
    for milestone in touched_by(version):
        told = after[milestone.number]
        if milestone.paid_at is None and (told is None or told.amount != milestone.amount):  # fmt: skip
            withdraw_orders(subject=milestone.ref, by=None)


def _write_milestones(deal: Deal, version: Version) -> None:
    """Bring the milestones an amendment touches to what it says."""
    assert version.amends is not None
    assert deal.effective_on is not None
    rows = {m.number: m for m in deal.milestones.select_for_update(of=("self",))}
    for number, told in touched(version.amends.told, version.told).items():
        row = rows.get(number) or Milestone(deal=deal, number=number)
        if told is None:
            row.state = MilestoneState.DROPPED if row.open else row.state
        elif row.state in (MilestoneState.DUE, MilestoneState.DROPPED):
            row.title, row.shown_by = told.title[:300], told.shown_by
            row.due_on = deal.effective_on + timedelta(days=told.days)
            row.amount, row.state = told.amount, MilestoneState.DUE
        row.save()


def _write_reports(deal: Deal, version: Version, effective_on: date) -> None:
    """Let the periods not over on the day follow the amended royalty.

    A period that is over, or reported, stays as it was: it is reckoned from the terms that
    held on its last day. Days are counted from the effect of the contract.
    """
    assert version.amends is not None
    assert deal.effective_on is not None
    before, after = version.amends.told.royalty, version.told.royalty
    if before == after:
        return
    rows = list(deal.reports.all())
    kept = [r.number for r in rows if r.filed_at is not None or r.last < effective_on]
    number = max(kept, default=0)
    deal.reports.filter(number__gt=number).delete()
    if after is None:
        return
    if number:
        done = months_between(deal.effective_on, rows[number - 1].last + timedelta(days=1))  # fmt: skip
    else:
        done = 0 if before else whole_periods(after, deal.effective_on, effective_on)
    days = report_days(deal)
    RoyaltyReport.objects.bulk_create(
        RoyaltyReport(deal=deal, number=number + p.number, first=p.first, last=p.last, due_on=p.last + days)
        for p in periods(after, deal.effective_on, done)
    )  # fmt: skip

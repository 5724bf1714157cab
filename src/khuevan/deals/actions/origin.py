"""What the State has to do with the technology of a deal: said, shown, put right."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuevan.deals.access import may_mend_origin, side_of
from khuevan.deals.facts import record_deal
from khuevan.deals.models import Deal, StatePaper
from khuevan.deals.queries.origin import may_still_change, papers_wanted
from khuevan.deals.rules.origin import PaperKind, check_paper
from khuevan.deals.rules.states import Part
from khuevan.directory.public import Person
from khuevan.exchange.public import Kind
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import locked, require


@transaction.atomic
def state_paper(
    *, deal: Deal, kind: PaperKind, number: str, issued_on: date, by: Person
) -> StatePaper:
    """Name, as provider, a paper of the State; it counts once it is confirmed.

    What was named before and is not confirmed is put right. Raises RuleBroken for a paper
    that changes nothing here, one confirmed already, and once the contract is drawn up.
    """
    deal = locked(deal)
    require(side_of(by, deal) is Part.PROVIDER)
    _open_to_change(deal)
    if kind not in papers_wanted(deal):
        raise RuleBroken(
            N_("Such a paper changes nothing for this technology."), field="kind"
        )
    told = check_paper(number, issued_on, clock.today())
    paper = StatePaper.objects.filter(deal=deal, kind=kind).first() or StatePaper(
        deal=deal, kind=kind
    )
    if paper.confirmed_at is not None:
        raise RuleBroken(N_("This paper is confirmed already."), field="kind")
    paper.number, paper.issued_on = told, issued_on
    paper.stated_by, paper.stated_at = by, clock.now()
    paper.save()
    record_deal("deals.paper_stated", deal, by=by, paper=kind.value, issued_on=issued_on)  # fmt: skip
    return paper


@transaction.atomic
def confirm_paper(*, deal: Deal, kind: PaperKind, number: str, by: Person) -> StatePaper:  # fmt: skip
    """Confirm, as the exchange, a paper one was shown; `number` is the one that was read.

    RuleBroken where no such paper waits: none, another number, confirmed already.
    """
    deal = locked(deal)
    require(may_mend_origin(by, deal))
    _open_to_change(deal)
    paper = StatePaper.objects.filter(
        deal=deal, kind=kind, number=number, confirmed_at=None
    ).first()
    if paper is None:
        raise RuleBroken(N_("No paper of this number waits to be confirmed."))
    paper.confirmed_by, paper.confirmed_at = by, clock.now()
    paper.save()
    record_deal("deals.paper_confirmed", deal, by=by, paper=kind.value)
    return paper


@transaction.atomic
def correct_funding(*, deal: Deal, state_funded: bool, by: Person) -> Deal:
    """Put right, as the exchange, whether the State paid for what is offered over a need.

    Raises RuleBroken over an offer, whose listing says it, where it stands so already, and
    once the contract is drawn up.
    """
    deal = locked(deal)
    require(may_mend_origin(by, deal))
    _open_to_change(deal)
    if deal.listing_kind != Kind.NEED:
        raise RuleBroken(N_("The listing of the offer says who paid: have it corrected there."))  # fmt: skip
    if deal.state_funded == state_funded:
        raise RuleBroken(N_("The deal says so already."))
    deal.state_funded = state_funded
    deal.save(update_fields=["state_funded"])
    record_deal("deals.funding_corrected", deal, by=by, state_funded=state_funded)
    return deal


def _open_to_change(deal: Deal) -> None:
    """Refuse once a contract stands: what it owes was reckoned from what was known then."""
    if not may_still_change(deal):
        raise RuleBroken(
            N_("The contract is drawn up. Call it off first, then change what it rests on.")
        )  # fmt: skip

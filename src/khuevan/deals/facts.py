"""The facts deals leave in the journal: how they are written, how they read."""

from __future__ import annotations

from typing import Any

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_

from .models import Deal


def record_deal(kind: str, deal: Deal, *, by: Person | None, **figures: Any) -> int:
    """Write one fact about a deal: codes, references and numbers, no words of it."""
    return record(
        kind, subject=deal.ref, by=by, code=deal.code, listing=deal.listing_code,
        field=deal.field, listed=str(deal.listing_kind),
        state=str(deal.state), turn=str(deal.turn), **figures,
    )  # fmt: skip


WORDS: dict[str, str] = {
    "deals.protection_ended": N_("The protection of what is dealt over has ended"),
    "deals.broker_registered": N_("A member was registered as broker"),
    "deals.broker_ended": N_("A member is no longer registered as broker"),
    "deals.contact_asked": N_("Contact was asked for over %(listing)s"),
    "deals.contact_introduced": N_("The broker introduced both sides"),
    "deals.contact_accepted": N_("Contact was accepted"),
    "deals.contact_declined": N_("Contact was declined with a reason"),
    "deals.nda_agreed": N_("One side agreed to the NDA"),
    "deals.room_opened": N_("Both sides agreed to the NDA: the data room is open"),
    "deals.file_put": N_("A file was put into the data room"),
    "deals.file_taken_out": N_("A file was taken out of the data room"),
    "deals.file_read": N_("A watermarked copy was read"),
    "deals.meeting_called": N_("A meeting was proposed"),
    "deals.minutes_written": N_("Minutes of a meeting were written"),
    "deals.memorandum_drafted": N_("A memorandum was drafted"),
    "deals.memorandum_agreed": N_("Both sides agreed to the memorandum"),
    "deals.terms_proposed": N_("Version %(number)s of the terms was proposed"),
    "deals.terms_taken_back": N_("Version %(number)s of the terms was taken back"),
    "deals.terms_agreed": N_("Both sides agreed to version %(number)s of the terms"),
    "deals.contract_signed": N_("The contract was signed"),
    "deals.contract_registered": N_("The contract was registered"),
    "deals.contract_called_off": N_("The signed contract was called off"),
    "deals.terms_reopened": N_("Version %(number)s of the terms is negotiated again"),
    "deals.contract_took_effect": N_("The contract took effect"),
    "deals.change_proposed": N_("Version %(number)s was proposed as an amendment"),
    "deals.change_taken_back": N_("Amendment version %(number)s was taken back"),
    "deals.change_agreed": N_("Both sides agreed to amend: version %(number)s"),
    "deals.change_dropped": N_("Amendment version %(number)s was given up"),
    "deals.contract_amended": N_("The contract was amended: version %(number)s holds"),
    "deals.milestone_paid": N_("Money for milestone %(number)s is held"),
    "deals.milestone_delivered": N_("Milestone %(number)s was delivered"),
    "deals.milestone_accepted": N_("Milestone %(number)s was accepted"),
    "deals.milestone_sent_back": N_("Milestone %(number)s was sent back"),
    "deals.money_paid_out": N_("Released money was paid out"),
    "deals.money_returned": N_("Money went back to the recipient"),
    "deals.payment_taken_back": N_(
        "The bank took back what was paid for milestone %(number)s"
    ),
    "deals.royalty_taken_back": N_(
        "The bank took back the royalty of period %(number)s"
    ),
    "deals.milestone_repaid": N_(
        "What the bank had taken of milestone %(number)s was paid again"
    ),
    "deals.report_filed": N_("Royalty report %(number)s was filed"),
    "deals.report_fell_late": N_("Royalty report %(number)s is late"),
    "deals.royalty_paid": N_("The royalty of period %(number)s was paid"),
    "deals.end_asked": N_("One side asked to end the deal"),
    "deals.end_refused": N_("The other side wants to go on"),
    "deals.deal_terminated": N_("Both sides ended the deal"),
    "deals.deal_disputed": N_("A dispute was opened"),
    "deals.mediator_named": N_("A mediator was named"),
    "deals.dispute_decided": N_("The mediator decided the dispute"),
    "deals.deal_withdrawn": N_("One side withdrew with a reason"),
    "deals.deal_reminded": N_("Whoever has the deal was reminded"),
    "deals.deal_passed_on": N_("The exchange's people look after the silent deal"),
    "deals.deal_given_back": N_("The exchange's people gave the deal back"),
    "deals.deal_fell_silent": N_("Nobody answered: the deal is closed as silent"),
    "deals.clock_moved": N_("The due time of a deal moved with the calendar"),
    "deals.survey_asked": N_("Both sides were asked whether they closed elsewhere"),
    "deals.survey_answered": N_("One side said whether it closed elsewhere"),
    "deals.price_opened": N_("One side lets everybody read the price"),
    "deals.funding_corrected": N_("The exchange put right whether the State paid"),
    "deals.paper_stated": N_("The provider named a paper of the State"),
    "deals.paper_confirmed": N_("The exchange confirmed a paper of the State"),
    "deals.deal_rated": N_("One side said how the exchange served it"),
}
"""What each kind of fact says on a timeline."""

"""The facts of dossiers: how they are written, how they read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.journal.public import Fact, record
from khuevan.platform.errors import N_

from .models import Dossier
from .rules.clocks import Rung


def record_dossier(
    kind: str,
    dossier: Dossier,
    *,
    by: Person | None,
    occurred_at: datetime | None = None,
    **figures: Any,
) -> int:
    """Write one fact about a dossier, with what measures need to count it."""
    return record(
        f"counter.{kind}",
        subject=dossier.ref,
        by=by,
        occurred_at=occurred_at,
        code=dossier.code,
        procedure=dossier.procedure,
        unit=str(dossier.agency_id) if dossier.agency_id else None,
        channel=dossier.channel,
        status=dossier.status,
        **figures,
    )


WORDS: dict[str, str] = {
    "counter.draft_started": N_("A draft was begun"),
    "counter.draft_saved": N_("The draft was saved"),
    "counter.draft_prefilled": N_("The draft was filled with what another room knows"),
    "counter.draft_renewed": N_("The draft was moved to version %(number)s"),
    "counter.draft_discarded": N_("The draft was thrown away"),
    "counter.paper_attached": N_("A paper was attached"),
    "counter.paper_taken_from_store": N_("A paper was taken from the owner's store"),
    "counter.dossier_filed": N_("The dossier was filed"),
    "counter.dossier_accepted": N_("The dossier was accepted, due %(due_on)s"),
    "counter.dossier_synced": N_("The national portal has a copy"),
    "counter.dossier_refused": N_("The dossier was refused at reception"),
    "counter.papers_judged": N_("The papers were looked through"),
    "counter.supplement_asked": N_(
        "The applicant was asked for more (request %(round)s)"
    ),
    "counter.supplement_proposed": N_(
        "The agency's leader was asked to allow a further request"
    ),
    "counter.supplement_denied": N_("The leader did not allow a further request"),
    "counter.supplement_completed": N_("The applicant sent what was asked for"),
    "counter.step_done": N_("Step “%(name)s” was done"),
    "counter.step_taken": N_("Somebody took step “%(name)s”"),
    "counter.step_assigned": N_("Step “%(name)s” was given to somebody"),
    "counter.opinion_given": N_("An agency gave its opinion"),
    "counter.finance_asked": N_("A financial duty was notified"),
    "counter.finance_settled": N_("The financial duty was settled"),
    "counter.fee_paid": N_("A fee was paid: %(amount)s đồng"),
    "counter.apology_sent": N_("An apology was sent; the new date is %(due_on)s"),
    "counter.withdrawal_asked": N_("The applicant asked to withdraw"),
    "counter.withdrawal_taken_back": N_("The applicant took the withdrawal back"),
    "counter.withdrawal_refused": N_("The withdrawal was refused"),
    "counter.dossier_withdrawn": N_("The dossier was withdrawn"),
    "counter.dossier_stopped": N_("The dossier was stopped"),
    "counter.result_drafted": N_("A result was drafted"),
    "counter.result_signed": N_("The result was signed"),
    "counter.dossier_decided": N_("The dossier was decided"),
    "counter.result_returned": N_("The result was handed over"),
    "counter.result_withdrawn": N_("The result was withdrawn"),
    "counter.sync_resolved": N_("A conflict with the national portal was resolved"),
    "counter.sync_compared": N_("The dossiers of a day were compared with the portal"),
    "counter.sync_difference_taken": N_("Somebody looks into a difference"),
    "counter.sync_difference_settled": N_("A difference with the portal was settled"),
    "counter.dossier_mirrored": N_("The dossier came from %(system)s"),
    "counter.action_undone": N_("The last action was undone"),
    "counter.application_read": N_("The application was read"),
    "counter.register_exported": N_("The register was taken out as a file"),
    "counter.note_added": N_("An internal note was added"),
    "counter.reception_overdue": N_(
        "Nobody received the dossier in eight working hours"
    ),
    "counter.warning_given": N_("A warning was given: %(rung)s"),
    "counter.child_opened": N_("A dossier of another procedure was opened"),
    "counter.child_stuck": N_("Step “%(name)s” cannot open the other procedure"),
    "counter.child_given_up": N_("Step “%(name)s” went on without the other procedure"),
    "counter.dossier_moved": N_("The dossier was moved to version %(number)s"),
    "counter.move_undone": N_("The move to a new version was undone"),
    "counter.calendar_moved_date": N_("The calendar changed; due %(due_on)s"),
    "counter.interest_declared": N_("An official declared an interest"),
    "counter.interest_withdrawn": N_("An official withdrew a declared interest"),
    "counter.assignment_set": N_("It was set who handles dossiers of a kind"),
    "counter.assignment_dropped": N_("A rule of who handles dossiers was taken away"),
    "counter.absence_entered": N_("An official's absence was entered"),
    "counter.absence_ended": N_("An official's absence was ended early"),
    "counter.data_doubted": N_("A value of a register was reported as wrong"),
    "counter.doubt_answered": N_(
        "The register's owner answered the report of a wrong value"
    ),
    "counter.delivery_wished": N_(
        "It was chosen where it goes and how the result comes"
    ),
    "counter.consent_recorded": N_("The applicant's consent to help was recorded"),
    "counter.fee_charged": N_("A fee was charged: %(amount)s đồng"),
    "counter.fee_waived": N_("A fee was waived: %(amount)s đồng"),
    "counter.fee_returned": N_("What was paid will be refunded: %(amount)s đồng"),
    "counter.fee_refunded": N_("What was paid went back: %(amount)s đồng"),
}
"""What each kind of fact says on a timeline. docs/reference/facts lists them."""


def words_params(fact: Fact) -> dict[str, Any]:
    """Return what fills the places of a fact's sentence: dates as people write them."""
    shown = dict(fact.figures)
    if shown.get("due_on"):
        shown["due_on"] = f"{date.fromisoformat(shown['due_on']):%d/%m/%Y}"
    elif "due_on" in shown:
        shown["due_on"] = "–"
    if shown.get("rung"):
        shown["rung"] = gettext(RUNGS[Rung(shown["rung"])])
    return shown


RUNGS = {
    Rung.HALF: N_("half of the time is gone"),
    Rung.SOON: N_("the time is nearly over"),
    Rung.LAST_DAY: N_("the last day to finish or apologise has come"),
    Rung.EXPIRED: N_("the date has passed"),
}

"""What happens to a dossier's time: apologies, stops, withdrawals."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuevan.counter.access import may_ask_back, may_lead, may_work
from khuevan.counter.dated import most_on
from khuevan.counter.engine import abandon
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier
from khuevan.counter.rules.clocks import check_apology, check_new_date
from khuevan.counter.rules.states import SETTLING, Business
from khuevan.counter.tally import counted
from khuevan.counter.timing import due_of, give_due
from khuevan.directory.public import Person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.worktime.public import add_working_days, closing_of, period

from .common import (
    forget,
    locked,
    move,
    require,
    require_state,
)
from .money import close_fees
from .undoing import WINDOW


@transaction.atomic
def apologise(*, dossier: Dossier, new_date: date, reason: str, by: Person) -> Dossier:
    """Apologise and name one new date (Form 04).

    The dossier is then due at the close of the new date, which is a working day. How
    long before the old date that is possible is the shared period `apology_notice`.
    """
    dossier = locked(dossier)
    require(may_work(by, dossier))
    require_state(dossier, Business.ACCEPTED, Business.IN_PROCESS)
    assert dossier.due_at is not None
    if not reason.strip():
        raise RuleBroken(N_("Say why the dossier needs more time."), field="reason")
    new_due_at = closing_of(new_date, field="new_date")
    told = [f for f in facts_about(dossier.ref) if f.kind == "counter.apology_sent"]
    most = most_on("new_dates", clock.today())
    check_new_date(new_due_at, dossier.due_at, len(told), most)
    ahead = period("apology_notice", clock.today()).amount
    last_day = add_working_days(clock.local_day(dossier.due_at), -ahead)
    check_apology(clock.now(), closing_of(last_day), ahead)
    dossier.reappointed_at = clock.now()
    dossier.promised_at = new_due_at
    give_due(dossier, new_due_at)
    dossier.decision_note = dossier.apology = reason.strip()
    dossier.save()
    forget(dossier)
    record_dossier("apology_sent", dossier, by=by, due_on=new_date.isoformat())
    return dossier


@transaction.atomic
def ask_withdrawal(*, dossier: Dossier, reason: str = "", by: Person) -> Dossier:
    """Ask to withdraw one's own dossier; one not accepted yet is withdrawn at once."""
    dossier = locked(dossier)
    require(may_ask_back(by, dossier))
    accepted = Business(dossier.business) in SETTLING
    move(dossier, business=Business.WITHDRAWING)
    dossier.decision_note = reason.strip()
    record_dossier("withdrawal_asked", dossier, by=by)
    if not accepted:
        _withdraw(dossier, by)
    dossier.save()
    forget(dossier)
    return dossier


@transaction.atomic
def take_back_withdrawal(*, dossier: Dossier, by: Person) -> Dossier:
    """Undo one's own request to withdraw: the work goes on (Decree 224/2026 Art. 23(6)).

    For half an hour, and only while nobody has decided on it.
    """
    dossier = locked(dossier)
    require(may_ask_back(by, dossier))
    require_state(dossier, Business.WITHDRAWING)
    asked = [f for f in facts_about(dossier.ref) if f.kind == "counter.withdrawal_asked"][-1]  # fmt: skip
    if asked.actor != by.ref or clock.now() - asked.occurred_at > WINDOW:
        raise RuleBroken(N_("That was more than half an hour ago; it stands."))
    dossier.decision_note = ""
    move(dossier, business=Business.IN_PROCESS)
    dossier.save()
    forget(dossier)
    record_dossier("withdrawal_taken_back", dossier, by=by)
    return dossier


@transaction.atomic
def decide_withdrawal(
    *, dossier: Dossier, granted: bool, reason: str = "", by: Person
) -> Dossier:
    """Let the dossier go, or say why a decision comes first (Form 05)."""
    dossier = locked(dossier)
    require(may_work(by, dossier))
    require_state(dossier, Business.WITHDRAWING)
    if granted:
        _withdraw(dossier, by)
    else:
        if not reason.strip():
            raise RuleBroken(N_("Say why the dossier cannot be withdrawn."), field="reason")  # fmt: skip
        dossier.decision_note = reason.strip()
        move(dossier, business=Business.IN_PROCESS)
        record_dossier("withdrawal_refused", dossier, by=by)
    dossier.save()
    forget(dossier)
    return dossier


@transaction.atomic
def stop_dossier(*, dossier: Dossier, reason: str, by: Person | None) -> Dossier:
    """Stop a dossier, with the reason (Form 05): the leader's act, or the clock's.

    None is the watch that closes what was not supplemented in time.
    """
    dossier = locked(dossier)
    require(by is None or may_lead(by, dossier))
    if not reason.strip():
        raise RuleBroken(N_("Say why the dossier is stopped."), field="reason")
    dossier.decision_note = reason.strip()
    move(dossier, business=Business.STOPPED)
    _end_pauses(dossier)
    dossier.save()
    abandon(dossier)
    forget(dossier)
    close_fees(dossier=dossier, by=by)
    dossier.refresh_from_db()
    record_dossier(
        "dossier_stopped", dossier, by=by, by_the_clock=by is None, **counted(dossier)
    )
    return dossier


def _withdraw(dossier: Dossier, by: Person) -> None:
    move(dossier, business=Business.WITHDRAWN)
    _end_pauses(dossier)
    abandon(dossier)
    dossier.save()
    close_fees(dossier=dossier, by=by)
    dossier.refresh_from_db()
    record_dossier("dossier_withdrawn", dossier, by=by, **counted(dossier))


def _end_pauses(dossier: Dossier) -> None:
    """End what stops the clock; whether the end is in time counts without that time."""
    dossier.intervals.filter(ends_at=None).update(ends_at=clock.now())
    if dossier.accepted_at is not None:
        dossier.due_at = due_of(dossier)

"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Max

from khuevan.contracts.public import (
    Ending,
    Paper,
    State as PaperState,
    call_off_contract,
    contracts_of,
    end_contract,
)
from khuevan.deals.access import actors_of, may_bind, side_of
from khuevan.deals.dated import clock_on, report_days_on
from khuevan.deals.models import Deal, Step, Version
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.rules.states import (
    ENDS,
    SIGNS_OF_LIFE,
    Actor,
    Move,
    Part,
    State,
    Turn,
    binds,
    row_of,
    turn_after,
)
from khuevan.directory.public import Person
from khuevan.exchange.public import close_after_nda
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.worktime.public import due


UNSIGNED = frozenset({PaperState.DRAWN_UP, PaperState.HALF_SIGNED})
"""States of a paper that not both sides have signed yet."""
# Papers are read in Vietnamese.
ENDED = "Giao dịch {code} đã kết thúc."


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def locked(deal: Deal) -> Deal:
    """Return the deal as it stands, locked until the action ends."""
    return Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)


def begin(deal: Deal, move: Move, by: Person | None) -> tuple[Deal, Part | None]:
    """Lock a deal for a move and return it with the side that makes it.

    Raises PermissionDenied for who may not, RuleBroken where the deal's state knows no
    such move, or where only somebody who may bind the side makes it.
    """
    deal = locked(deal)
    actors = actors_of(by, deal)
    require(bool(actors))
    row = row_of(move, State(deal.state))
    require(row.by in actors)
    side = side_of(by, deal)
    if binds(move, row.source) and by is not None and side is not None and row.by is not Actor.MEDIATOR:  # fmt: skip
        party = deal.parties.get(part=side)
        if not may_bind(by, party):
            raise RuleBroken(
                N_("This binds %(who)s: its head does it, or whoever the head lets sign."),
                who=party.name,
            )  # fmt: skip
    return deal, side


def side_that(deal: Deal, by: Person | None) -> Part:
    """Return the side somebody acts for; PermissionDenied where there is none."""
    found = side_of(by, deal)
    if found is None:
        raise PermissionDenied
    return found


def take_step(deal: Deal, move: Move, *, by: Person | None, words: str = "") -> None:
    """Move a locked deal on, keep what was said, and start the clock of who has it then."""
    row = row_of(move, State(deal.state))
    side = side_of(by, deal)
    deal.turn = turn_after(row, before=Turn(deal.turn), mover=side, asker=Part(deal.asker))  # fmt: skip
    deal.state = row.target
    now = clock.now()
    if row.target in ENDS:
        deal.due_at, deal.ended_at, deal.since = None, now, now
        if deal.nda is not None and row.target is not State.CLOSED:
            close_after_nda(note=deal.nda)
        _end_papers(deal, words)
    elif move in SIGNS_OF_LIFE:
        deal.since, deal.chased = now, 0
        deal.due_at = due_of(deal)
    deal.save()
    brokers = by is not None and Actor.BROKER in actors_of(by, deal)
    Step.objects.create(
        deal=deal, move=move, state=row.target, words=words, by=by, at=now,
        part=side or (Part.BROKER if brokers else ""),
    )  # fmt: skip


def _end_papers(deal: Deal, words: str) -> None:
    """Let no paper outlive a deal that ended: what is not signed by both is called off.

    A contract in force ends with a deal that ends early. Of one that was delivered, the
    transfer of ownership is fulfilled; a licence goes on for the term it was given.
    """
    why = words or ENDED.format(code=deal.code)
    for paper in contracts_of(deal.ref):
        if paper.state in UNSIGNED:
            call_off_contract(contract=paper.id, words=why, by=None)
        elif paper.state is PaperState.SIGNED and paper.amends:
            # What it amends has ended above: papers come the oldest first.
            call_off_contract(contract=paper.id, words=why, by=None)
        elif paper.state is PaperState.IN_FORCE and paper.paper is not Paper.MEMORANDUM:
            if deal.state != State.CLOSED:
                end_contract(contract=paper.id, ending=Ending.TERMINATED, words=why, by=None)  # fmt: skip
            elif paper.paper is Paper.ASSIGNMENT:
                end_contract(contract=paper.id, ending=Ending.COMPLETED, by=None)


def hand_over(deal: Deal, words: str) -> None:
    """Put a locked deal that lives before the exchange's people, and say why."""
    if deal.state not in ENDS:
        take_step(deal, Move.HAND_TO_STAFF, by=None, words=words)


def due_of(deal: Deal) -> datetime:
    """Return until when whoever has a deal ought to act: an agreed day, else the state's clock.

    The clock runs from the last sign of life, or from the meeting that lies ahead of it.
    """
    ahead = deal.meetings.filter(starts_at__gt=deal.since).order_by("-starts_at")
    start = max([deal.since, *(meeting.starts_at for meeting in ahead[:1])])
    agreed = _agreed_day(deal)
    if agreed is not None and agreed >= clock.local_day(start):
        return clock.end_of_day(agreed)
    return due(start, clock_on(State(deal.state), clock.local_day(start))).instant


def _agreed_day(deal: Deal) -> date | None:
    if deal.state == State.PERFORMING and deal.turn == Turn.PROVIDER:
        milestone = deal.milestones.filter(state=MilestoneState.DUE).first()
        return milestone.due_on if milestone else None
    if deal.state == State.REPORTING:
        waiting = deal.reports.open()
        days = [report.due_on if report.filed_at is None else report.pay_by for report in waiting]  # fmt: skip
        return min((day for day in days if day), default=None)
    return None


def latest_of(deal: Deal, number: int) -> Version:
    """Return the version of a number; RuleBroken where it is not the latest, or stands no more."""
    last = deal.versions.aggregate(last=Max("number"))["last"]
    made = deal.versions.filter(
        number=number, taken_back_at=None, reopened_at=None
    ).first()
    if made is None or number != last:
        raise RuleBroken(N_("This version no longer stands. Look at the latest one."), field="number")  # fmt: skip
    return made


def not_ahead(day: date, field: str) -> None:
    """Refuse a day that has not come."""
    if day > clock.today():
        raise RuleBroken(N_("Note it once the day has come."), field=field)


def report_days(deal: Deal) -> timedelta:
    """Return how long after its period a royalty report of a deal is due."""
    assert deal.effective_on is not None
    return timedelta(days=report_days_on(deal.effective_on))

"""What the clock does: chase the silent, mark late reports, ask after introductions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from django.db import transaction

from khuevan.deals.access import may_watch, side_of
from khuevan.deals.dated import chase_on, survey_days_on
from khuevan.deals.facts import record_deal
from khuevan.deals.models import Deal, Rating, RoyaltyReport, Survey
from khuevan.deals.models.deals import MOST_POINTS, Answer
from khuevan.deals.queries.contracting import is_signed
from khuevan.deals.queries.statistics import said_elsewhere
from khuevan.deals.rules.states import (
    BEFORE_CONTRACT,
    ENDS,
    SIDES,
    Move,
    State,
    Turn,
    check_reason,
)
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.worktime.public import Moved, due

from .common import begin, due_of, locked, require, side_that, take_step


CHASED_TWICE = 2


@transaction.atomic
def warn_unprotected(*, deal: Deal, by: Person | None) -> None:
    """Tell both sides that the right their deal is over is held no more."""
    require(may_watch(by))
    record_deal("deals.protection_ended", locked(deal), by=by)


@transaction.atomic
def chase(*, deal: Deal, by: Person | None) -> bool:
    """Chase whoever is silent: a reminder, then the exchange's people, then closed as silent.

    Tell whether anything was to do. After the contract took effect nothing is closed by
    silence, nor where it is signed and waits for its registration: the exchange's people
    keep it before them.
    """
    require(may_watch(by))
    deal = locked(deal)
    now = clock.now()
    if deal.state in ENDS or deal.due_at is None or deal.due_at > now:
        return False
    if deal.chased >= CHASED_TWICE:
        return _close_as_silent(deal)
    deal.chased += 1
    deal.due_at = due(now, chase_on(deal.chased, clock.today())).instant
    if deal.chased < CHASED_TWICE:
        take_step(deal, Move.REMIND, by=None)
        record_deal("deals.deal_reminded", deal, by=None)
    else:
        deal.since = now
        take_step(deal, Move.HAND_TO_STAFF, by=None)
        record_deal("deals.deal_passed_on", deal, by=None)
    return True


def _close_as_silent(deal: Deal) -> bool:
    if deal.state not in BEFORE_CONTRACT or is_signed(deal):
        return False
    deal.signed_on = deal.registered_on = None
    take_step(deal, Move.FALL_SILENT, by=None)
    record_deal("deals.deal_fell_silent", deal, by=None)
    return True


@transaction.atomic
def give_back(*, deal: Deal, words: str, by: Person | None) -> Deal:
    """As one of the exchange's people, give a silent deal back after speaking to its sides."""
    deal, _side = begin(deal, Move.GIVE_BACK, by)
    if deal.turn != Turn.STAFF or deal.state == State.DISPUTED:
        raise RuleBroken(N_("The deal is not with the exchange's people."))
    take_step(deal, Move.GIVE_BACK, by=by, words=check_reason(words))
    record_deal("deals.deal_given_back", deal, by=by)
    return deal


@transaction.atomic
def note_late_report(*, report: RoyaltyReport, by: Person | None) -> bool:
    """Mark a report that is past its day; tell whether it was news."""
    require(may_watch(by))
    deal = locked(report.deal)
    late = deal.reports.filter(pk=report.pk, filed_at=None, late_at=None, due_on__lt=clock.today())  # fmt: skip
    if deal.state in ENDS or not late.update(late_at=clock.now()):
        return False
    record_deal("deals.report_fell_late", deal, by=by, number=report.number)
    return True


@transaction.atomic
def ask_both(*, deal: Deal, by: Person | None) -> bool:
    """Ask both sides whether they closed elsewhere, once its day has come; tell whether it had.

    Nobody is asked whose contract was signed here. Terms that were agreed and no contract
    followed are the likeliest to have become one elsewhere.
    """
    require(may_watch(by))
    deal = locked(deal)
    if deal.introduced_at is None or deal.signed_on is not None:
        return False
    passed = (clock.today() - clock.local_day(deal.introduced_at)).days
    due_ones = [n for n in survey_days_on(clock.local_day(deal.introduced_at)) if n <= passed]  # fmt: skip
    if not due_ones or deal.surveys.filter(days=max(due_ones)).exists():
        return False
    Survey.objects.bulk_create(
        Survey(deal=deal, part=part, days=max(due_ones), asked_at=clock.now())
        for part in SIDES
    )
    record_deal("deals.survey_asked", deal, by=by, days=max(due_ones))
    return True


@transaction.atomic
def answer_survey(*, survey: Survey, answer: Answer, value: int | None = None, by: Person) -> Survey:  # fmt: skip
    """Say for one's side whether it closed elsewhere, with the value in đồng if one likes."""
    deal = locked(survey.deal)
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    require(side_of(by, deal) == survey.part)
    if survey.answered_at is not None:
        raise RuleBroken(N_("Your side has answered; thank you."))
    survey.answer, survey.answered_at, survey.answered_by = answer, clock.now(), by
    survey.value = value if answer is Answer.ELSEWHERE else None
    survey.save()
    record_deal("deals.survey_answered", deal, by=by, days=survey.days, side=survey.part, answer=answer.value, elsewhere=said_elsewhere(deal))  # fmt: skip
    return survey


@transaction.atomic
def rate(*, deal: Deal, points: int, words: str = "", by: Person) -> Rating:
    """Say for one's side how the exchange served it, once the deal has ended or is delivered.

    `points` from 1 to 5; a side speaks once.
    """
    deal = locked(deal)
    side = side_that(deal, by)
    if deal.introduced_at is None or not (deal.delivered_at or deal.ended_at):
        raise RuleBroken(N_("You are asked once the deal has ended or is delivered."))
    if not 1 <= points <= MOST_POINTS:
        raise RuleBroken(N_("Choose one to five points."), field="points")
    if deal.ratings.filter(part=side).exists():
        raise RuleBroken(N_("Your side has answered; thank you."))
    rating = Rating.objects.create(
        deal=deal, part=side, points=points, words=words.strip()[:1000], by=by
    )
    record_deal("deals.deal_rated", deal, by=by, side=side, points=points)
    return rating


@transaction.atomic
def move_clocks(*, day: date, by: Person | None) -> list[Moved]:
    """Reckon the clocks of live deals again after a day of the calendar changed."""
    since = clock.at_local(day, time.min)
    rows = Deal.objects.live().filter(chased=0, due_at__gte=since).order_by("pk")
    return list(_moved(list(rows), by))


def _moved(rows: list[Deal], by: Person | None) -> Iterator[Moved]:
    for row in rows:
        deal = locked(row)
        before, deal.due_at = deal.due_at, due_of(deal)
        assert before is not None
        if deal.due_at == before:
            continue
        deal.save(update_fields=["due_at"])
        record_deal("deals.clock_moved", deal, by=by, due_before=before, due_after=deal.due_at)  # fmt: skip
        yield Moved(deal.ref, before, deal.due_at)

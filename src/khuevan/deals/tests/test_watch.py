"""What the clock does: the silent are chased, both sides asked, days move."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.deals import actions
from khuevan.deals.models import Deal
from khuevan.deals.models.deals import Answer
from khuevan.deals.queries.statistics import closed_elsewhere
from khuevan.deals.rules.states import State, Turn
from khuevan.deals.tasks import look
from khuevan.exchange.tests.factories import NEED
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import later, make_cast, make_deal


pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def told_past(deal):
    """Hold the clock just past the time at which a deal is due."""
    deal.refresh_from_db()
    return clock.telling(deal.due_at + MINUTE)


def chased(deal):
    with told_past(deal):
        look()
    deal.refresh_from_db()
    return deal


def test_the_silent_are_reminded_then_called_then_closed(cast):
    deal = make_deal(cast, State.ASKED)
    assert not actions.chase(deal=deal, by=None)
    assert (chased(deal).chased, deal.turn, deal.state) == (1, Turn.PROVIDER, State.ASKED)  # fmt: skip
    assert (chased(deal).chased, deal.turn) == (2, Turn.STAFF)
    assert (chased(deal).state, deal.turn, deal.due_at) == (State.SILENT, Turn.NOBODY, None)  # fmt: skip
    assert [f.kind for f in facts_about(deal.ref)][1:] == ["deals.deal_reminded", "deals.deal_passed_on", "deals.deal_fell_silent"]  # fmt: skip


def test_a_sign_of_life_starts_the_clock_anew(cast):
    deal = chased(make_deal(cast, State.ASKED))
    actions.accept_contact(deal=deal, by=cast.provider)
    deal.refresh_from_db()
    assert (deal.chased, deal.turn) == (0, Turn.BOTH)


def test_the_exchanges_people_give_a_deal_back(cast):
    deal = make_deal(cast, State.ASKED)
    with pytest.raises(RuleBroken, match="not with"):
        actions.give_back(deal=deal, words="Đã gọi điện cho cả hai bên", by=cast.staff)
    chased(deal)
    chased(deal)
    with pytest.raises(PermissionDenied):
        actions.give_back(deal=deal, words="Đã gọi điện cho cả hai bên", by=cast.provider)  # fmt: skip
    deal = actions.give_back(deal=deal, words="Đã gọi điện cho cả hai bên", by=cast.staff)  # fmt: skip
    assert (deal.turn, deal.chased) == (Turn.PROVIDER, 0)


def test_who_calls_a_meeting_takes_the_deal_back(cast):
    deal = make_deal(cast, State.INTRODUCED)
    assert chased(chased(deal)).turn == Turn.STAFF
    with told_past(deal):
        start = clock.now() + timedelta(days=1)
        actions.call_meeting(deal=deal, starts_at=start, ends_at=start + timedelta(hours=1), place="Hà Nội", agenda="Nói chuyện lại với nhau", by=cast.recipient)  # fmt: skip
    deal.refresh_from_db()
    assert (deal.turn, deal.chased) == (Turn.BOTH, 0)


def test_money_in_escrow_is_never_closed_by_silence(cast):
    deal = make_deal(cast, State.PERFORMING)
    for _ in range(4):
        chased(deal)
    assert (deal.state, deal.turn, deal.chased) == (State.PERFORMING, Turn.STAFF, 2)


def test_a_signed_contract_waits_for_its_registration_and_is_not_closed(cast):
    deal = make_deal(cast, State.CONTRACTING)
    actions.note_signed(deal=deal, signed_on=clock.today(), by=cast.staff)
    for _ in range(4):
        chased(deal)
    assert (deal.state, deal.turn) == (State.CONTRACTING, Turn.STAFF)
    with told_past(deal):
        actions.note_registered(deal=deal, registered_on=clock.today(), by=cast.staff)
    deal.refresh_from_db()
    assert (deal.turn, deal.chased) == (Turn.BOTH, 0)


def test_a_deal_that_cannot_go_on_keeps_no_other_waiting(cast, monkeypatch):
    first, second = (
        make_deal(cast, State.ASKED),
        make_deal(make_cast(NEED), State.ASKED),
    )

    def chase(*, deal, by):
        done = actions.chase(deal=deal, by=by)
        if deal == first:
            raise RuleBroken("Something about this one is wrong.")
        return done

    monkeypatch.setattr("khuevan.deals.tasks.chase", chase)
    assert chased(second).chased == 1
    first.refresh_from_db()
    assert first.chased == 0


def test_only_the_system_chases(cast):
    deal = make_deal(cast, State.ASKED)
    with pytest.raises(PermissionDenied):
        actions.chase(deal=deal, by=cast.staff)


# ---------------------------------------------------------------------- surveys


def test_both_sides_are_asked_after_30_90_and_180_days(cast):
    deal = make_deal(cast, State.NEGOTIATING)
    actions.withdraw(deal=deal, words="Không thống nhất được giá", by=cast.recipient)
    for days, expected in ((29, 0), (30, 2), (31, 2), (90, 4), (180, 6)):
        with later(days):
            look()
        assert deal.surveys.count() == expected


def test_who_signed_a_contract_here_is_not_asked(cast):
    deal = make_deal(cast, State.PERFORMING)
    with later(30):
        assert not actions.ask_both(deal=deal, by=None)
        look()
    assert not deal.surveys.exists()


def test_who_agreed_to_terms_and_signed_nothing_here_is_asked(cast):
    deal = make_deal(cast, State.CONTRACTING)
    actions.withdraw(deal=deal, words="Không thống nhất được giá", by=cast.recipient_head)  # fmt: skip
    with later(30):
        look()
    assert {survey.part for survey in deal.surveys.all()} == {"provider", "recipient"}


def test_one_tap_answers_and_closings_elsewhere_are_counted(cast):
    deal = make_deal(cast, State.INTRODUCED)
    with later(30):
        actions.ask_both(deal=deal, by=None)
        provider, recipient = deal.surveys.order_by("part")
        with pytest.raises(PermissionDenied):
            actions.answer_survey(survey=provider, answer=Answer.NO, by=cast.recipient)
        actions.answer_survey(survey=provider, answer=Answer.ELSEWHERE, value=700_000_000, by=cast.provider)  # fmt: skip
        actions.answer_survey(survey=recipient, answer=Answer.NO, value=5, by=cast.recipient)  # fmt: skip
        with pytest.raises(RuleBroken, match="has answered"):
            actions.answer_survey(survey=provider, answer=Answer.NO, by=cast.provider)
    recipient.refresh_from_db()
    assert recipient.value is None
    told = closed_elsewhere()
    assert (told.introduced, told.asked, told.answered, told.elsewhere, told.value) == (1, 1, 1, 1, 700_000_000)  # fmt: skip


def test_a_day_off_moves_the_clocks_that_run(cast):
    deal = make_deal(cast, State.ASKED)
    before = deal.due_at
    Deal.objects.filter(pk=deal.pk).update(due_at=before - timedelta(days=1))
    [moved] = actions.move_clocks(day=clock.today(), by=None)
    assert (moved.reference, moved.due_after) == (deal.ref, before)
    assert actions.move_clocks(day=clock.today(), by=None) == []

"""Asking, agreeing, minutes, money; what runs out, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from khuevan.books.public import balance, balances_about
from khuevan.directory.public import Organisation, Role
from khuevan.directory.tests.factories import AppointmentFactory, make_person
from khuevan.experts import actions
from khuevan.experts.dated import keeper_on
from khuevan.experts.matters import Matter, register_matter
from khuevan.experts.models import Booking, Consultation, Minutes
from khuevan.experts.rules.bookings import (
    TAKES_TIME,
    Span,
    State,
)
from khuevan.experts.rules.pool import Tie
from khuevan.experts.tasks import look
from khuevan.journal.public import facts_about
from khuevan.notices.tests.factories import notices_of
from khuevan.payments.public import orders_of
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import (
    QUESTION,
    RATE,
    WHY,
    declared,
    make_firm,
    report,
    slot,
    stranger,
)


def kinds(subject: str) -> list[str]:
    return [fact.kind.removeprefix("experts.") for fact in facts_about(subject)]


pytestmark = pytest.mark.django_db


# --------------------------------------------------------------------------- asking


def test_several_experts_are_asked_one_question_each_with_their_price(cast):
    bookings = cast.ask(cast.expert, cast.second)
    assert [b.state for b in bookings] == [State.ASKED, State.ASKED]
    assert {b.consultation_id for b in bookings} == {Consultation.objects.get().pk}
    assert [b.code[-2:] for b in bookings] == ["-1", "-2"]
    assert [b.estimate for b in bookings] == [2 * RATE, 2 * RATE]
    actions.set_rate(expert=cast.expert, amount=5, valid_from=clock.today() + timedelta(days=1), by=cast.expert.person)  # fmt: skip
    bookings[0].refresh_from_db()
    assert bookings[0].rate == RATE
    assert all(b.due_at > clock.now() for b in bookings)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"starts": []}, "start_1"), ({"minutes": 5}, "minutes"), ({"minutes": 900}, "minutes"),
        ({"question": "Sao?"}, "question"), ({"title": ""}, "title"),
        ({"starts": [slot() - timedelta(days=90)]}, "start_1"),
        ({"matter": "deals.deal:x"}, ""),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_is_not_put(cast, more, field):
    with pytest.raises(RuleBroken) as refused:
        cast.ask(**more)
    assert refused.value.field == field
    assert not Consultation.objects.exists()
    assert not Booking.objects.exists()


def test_nobody_asks_for_an_organisation_of_others_or_books_oneself(cast):
    with pytest.raises(PermissionDenied):
        cast.ask(organisation=make_firm())
    with pytest.raises(RuleBroken, match="oneself"):
        actions.ask_experts(experts=[cast.expert], title="Màng lọc", question=QUESTION, starts=[slot()], minutes=60, by=cast.expert.person)  # fmt: skip
    assert not Booking.objects.exists()


def test_a_tie_to_any_side_closes_the_matter_for_an_expert(cast):
    other = make_firm()
    actions.declare_interest(expert=cast.expert, tie=Tie.ADVISES, organisation=other, by=cast.expert.person)  # fmt: skip
    with pytest.raises(RuleBroken, match="has a tie to"):
        cast.ask(cast.expert, cast.second, sides=[other])
    assert not Booking.objects.exists()
    assert cast.ask(cast.second, sides=[other])


def test_a_matter_of_another_app_brings_its_sides_along(cast):
    other = make_firm()
    actions.declare_interest(expert=cast.expert, tie=Tie.OWNS, organisation=other, by=cast.expert.person)  # fmt: skip
    known = Matter("Một giao dịch", "/exchange/deals/X/", (other.pk,))
    register_matter(
        "tests.matter", lambda key, person: known if person == cast.asker else None
    )
    with pytest.raises(RuleBroken, match="has a tie to"):
        cast.ask(matter=f"tests.matter:{other.pk}")
    [booking] = cast.ask(cast.second, matter=f"tests.matter:{other.pk}")
    asked = booking.consultation
    assert (asked.matter_title, asked.matter_link) == (known.title, known.link)
    assert set(asked.sides.all()) == {other, cast.firm}


def test_who_is_a_side_of_a_matter_in_person_does_not_advise_on_it(cast):
    known = Matter("Một giao dịch", "/exchange/deals/X/", (), (cast.expert.person_id,))
    register_matter("tests.matter", lambda key, person: known)
    with pytest.raises(RuleBroken, match="is a side of this matter"):
        cast.ask(matter=f"tests.matter:{cast.firm.pk}")
    assert not Booking.objects.exists()
    assert cast.ask(cast.second, matter=f"tests.matter:{cast.firm.pk}")


def test_who_asks_for_oneself_brings_the_own_house_along(cast):
    actions.declare_interest(expert=cast.expert, tie=Tie.OWNS, organisation=cast.firm, by=cast.expert.person)  # fmt: skip
    with pytest.raises(RuleBroken, match="has a tie to"):
        cast.ask(organisation=None)
    assert not Booking.objects.exists()
    [booking] = cast.ask(cast.second, organisation=None)
    assert set(booking.consultation.sides.all()) == {cast.firm}


def stuck(cast):
    """Return a booking with the keeper: its minutes were answered by nobody in time."""
    booking = cast.reported()
    for _ in range(2):
        with clock.telling(booking.due_at + timedelta(minutes=1)):
            look()
        booking.refresh_from_db()
    return booking


def test_nobody_of_the_house_that_asked_settles(cast):
    booking = stuck(cast)
    house = Organisation.objects.get(code=keeper_on(clock.today()))
    of_both = make_person(Role.OFFICIAL, house)
    AppointmentFactory.create(person=of_both, organisation=cast.firm, role=Role.MEMBER)
    with pytest.raises(PermissionDenied):
        actions.settle(booking=booking, worked=60, words=WHY, by=of_both)
    booking.refresh_from_db()
    assert booking.state == State.REPORTED
    assert actions.settle(booking=booking, worked=60, words=WHY, by=cast.keeper).state == State.OWED  # fmt: skip


def test_where_the_keepers_house_asked_a_leader_settles(cast):
    cast.firm = Organisation.objects.get(code=keeper_on(clock.today()))
    cast.asker = make_person(Role.MEMBER, cast.firm)
    booking = stuck(cast)
    with pytest.raises(PermissionDenied):
        actions.settle(booking=booking, worked=60, words=WHY, by=cast.keeper)
    booking.refresh_from_db()
    assert booking.state == State.REPORTED
    leader = make_person(Role.LEADER)
    assert actions.settle(booking=booking, worked=60, words=WHY, by=leader).state == State.OWED  # fmt: skip


def test_who_pauses_is_away_or_booked_is_not_asked(cast):
    person = cast.expert.person
    actions.note_absence(expert=cast.expert, first=clock.local_day(slot()), last=clock.local_day(slot()), by=person)  # fmt: skip
    with pytest.raises(RuleBroken, match="takes no bookings on that day"):
        cast.ask()
    actions.change_profile(
        expert=cast.expert, headline="Xử lý nước thải", experience="", fields=["energy"],
        languages=["vi"], paused=True, by=person,
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="takes no bookings now"):
        cast.ask(starts=[slot(20)])
    assert not Booking.objects.exists()


# -------------------------------------------------------------------------- agreeing


def test_an_expert_accepts_a_time_and_declares_that_no_conflict_exists(cast):
    booking = cast.agreed()
    assert booking.state == State.AGREED
    assert (booking.declared, booking.declared_at is None) == (declared(), False)
    assert booking.time.upper - booking.time.lower == timedelta(minutes=120)
    assert booking.due_at > booking.time.upper


def test_nothing_is_accepted_without_the_declaration_of_today(cast):
    [booking] = cast.ask()
    for words in ("", "2019-01"):
        with pytest.raises(RuleBroken, match="declaration"):
            actions.accept(booking=booking, start=booking.starts[0], declared=words, by=cast.expert.person)  # fmt: skip
    booking.refresh_from_db()
    assert (booking.state, booking.time) == (State.ASKED, None)


def test_only_the_expert_accepts_and_only_a_time_asked_for(cast):
    [booking] = cast.ask()
    for by in (cast.asker, cast.second.person, cast.keeper):
        with pytest.raises(PermissionDenied):
            actions.accept(booking=booking, start=booking.starts[0], declared=declared(), by=by)  # fmt: skip
    with pytest.raises(RuleBroken, match="times asked for"):
        actions.accept(booking=booking, start=slot(9), declared=declared(), by=cast.expert.person)  # fmt: skip
    booking.refresh_from_db()
    assert booking.state == State.ASKED


def test_a_tie_that_arose_since_the_question_stops_the_expert(cast):
    [booking] = cast.ask()
    AppointmentFactory.create(person=cast.expert.person, organisation=cast.firm, role=Role.CLERK)  # fmt: skip
    with pytest.raises(RuleBroken, match="has a tie to"):
        actions.accept(booking=booking, start=booking.starts[0], declared=declared(), by=cast.expert.person)  # fmt: skip
    booking.refresh_from_db()
    assert booking.state == State.ASKED


def test_another_time_is_named_by_the_expert_and_taken_by_who_asked(cast):
    [booking] = cast.ask()
    person = cast.expert.person
    named = actions.propose_time(booking=booking, start=slot(8, 14), declared=declared(), by=person)  # fmt: skip
    assert (named.state, named.starts) == (State.PROPOSED, [slot(8, 14)])
    with pytest.raises(PermissionDenied):
        actions.take_time(booking=booking, by=person)
    taken = actions.take_time(booking=booking, by=cast.asker)
    assert taken.time.lower == slot(8, 14)


def test_a_time_is_given_once(cast):
    first, second = cast.ask()[0], cast.ask()[0]
    start = first.starts[0]
    actions.accept(booking=first, start=start, declared=declared(), by=cast.expert.person)  # fmt: skip
    with pytest.raises(RuleBroken, match="booked at"):
        actions.accept(booking=second, start=start, declared=declared(), by=cast.expert.person)  # fmt: skip
    second.refresh_from_db()
    assert second.state == State.ASKED
    actions.call_off(booking=first, words=WHY, by=cast.asker)
    actions.accept(booking=second, start=start, declared=declared(), by=cast.expert.person)  # fmt: skip


def test_the_database_itself_refuses_a_second_booking_at_a_time(cast):
    booking = cast.agreed()
    [other] = cast.ask(starts=[slot(15)])
    told = {"state": State.AGREED, "declared": "x", "declared_at": clock.now()}
    end = booking.time.upper + timedelta(hours=1)
    row = Booking.objects.filter(pk=other.pk)
    with pytest.raises(IntegrityError, match="booked_twice"), transaction.atomic():
        row.update(**told, time=(booking.time.upper - timedelta(minutes=1), end))
    assert row.update(**told, time=(booking.time.upper, end)) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(wanted=st.lists(st.tuples(st.integers(0, 6), st.sampled_from([30, 60, 90, 120])), min_size=2, max_size=5))  # fmt: skip
def test_however_they_are_asked_nobody_is_booked_twice_at_a_time(cast, wanted):
    begins = slot(30)
    mark = transaction.savepoint()
    for half_hours, minutes in wanted:
        start = begins + timedelta(minutes=30 * half_hours)
        try:
            [booking] = cast.ask(starts=[start], minutes=minutes)
            actions.accept(booking=booking, start=start, declared=declared(), by=cast.expert.person)  # fmt: skip
        except RuleBroken as refused:
            assert "booked" in refused.sentence  # noqa: PT017
    held = Booking.objects.filter(state__in=TAKES_TIME).order_by("time")
    spans = [Span(b.time.lower, b.time.upper) for b in held]
    assert spans
    assert not any(a.meets(b) for n, a in enumerate(spans) for b in spans[n + 1 :])
    transaction.savepoint_rollback(mark)


def test_saying_no_takes_a_reason_and_ends_it(cast):
    [booking] = cast.ask()
    with pytest.raises(RuleBroken, match="at least 10"):
        actions.decline(booking=booking, words="Không", by=cast.expert.person)
    actions.decline(booking=booking, words=WHY, by=cast.expert.person)
    booking.refresh_from_db()
    assert (booking.state, booking.due_at) == (State.DECLINED, None)
    with pytest.raises(RuleBroken, match="as it stands now"):
        actions.accept(booking=booking, start=booking.starts[0], declared=declared(), by=cast.expert.person)  # fmt: skip


def test_nothing_is_called_off_once_it_has_begun(cast):
    booking = cast.agreed()
    with clock.telling(booking.time.lower), pytest.raises(RuleBroken, match="begun"):
        actions.call_off(booking=booking, words=WHY, by=cast.asker)
    with pytest.raises(PermissionDenied):
        actions.call_off(booking=booking, words=WHY, by=stranger())
    booking.refresh_from_db()
    assert booking.state == State.AGREED


# ------------------------------------------------------------------------- reporting


def test_minutes_wait_for_the_meeting_and_for_the_expert(cast):
    booking = cast.agreed()
    with pytest.raises(RuleBroken, match="not begun"):
        report(booking)
    with clock.telling(booking.time.upper), pytest.raises(PermissionDenied):
        actions.write_minutes(booking=booking, asked="x" * 10, found="x" * 10, advised="x" * 10, worked=1, by=cast.asker)  # fmt: skip
    assert not Minutes.objects.exists()


def test_a_paper_that_is_not_acceptable_keeps_the_minutes_from_being_written(cast):
    booking = cast.agreed()
    with clock.telling(booking.time.upper), pytest.raises(InputRefused):
        actions.write_minutes(
            booking=booking, asked="x" * 10, found="x" * 10, advised="x" * 10, worked=60,
            papers=[(b"so lieu", "so-lieu.txt"), (b"MZ", "tool.exe")], by=cast.expert.person,
        )  # fmt: skip
    booking.refresh_from_db()
    assert booking.state == State.AGREED
    assert not Minutes.objects.exists()


def test_what_is_disputed_is_amended_as_a_new_version_and_the_old_one_stays(cast):
    booking = cast.reported(worked=180)
    with clock.telling(booking.since + timedelta(hours=1)):
        actions.dispute(booking=booking, words="Chỉ làm hai giờ thôi.", by=cast.asker)
        booking.refresh_from_db()
        report(booking, 120)
        with pytest.raises(RuleBroken, match="newer version"):
            actions.confirm(booking=booking, version=1, by=cast.asker)
        actions.confirm(booking=booking, version=2, by=cast.asker)
    booking.refresh_from_db()
    assert [m.worked for m in booking.versions.all()] == [180, 120]
    assert (booking.state, booking.amount) == (State.OWED, 2 * RATE)


def test_only_who_asked_confirms_and_disputes(cast):
    booking = cast.reported()
    for by in (cast.expert.person, cast.keeper, stranger()):
        with pytest.raises(PermissionDenied):
            actions.confirm(booking=booking, version=1, by=by)
        with pytest.raises(PermissionDenied):
            actions.dispute(booking=booking, words=WHY, by=by)
    booking.refresh_from_db()
    assert (booking.state, booking.amount) == (State.REPORTED, None)


def test_what_was_confirmed_is_paid_and_is_the_expert_s_in_the_books(cast):
    booking = cast.closed(worked=90)
    assert booking.state == State.CLOSED
    [order] = orders_of(booking.ref)
    assert (order.amount, order.state) == (900_000, "paid")
    standing = balance(booking.book, booking.account)
    assert standing is not None
    assert standing.standing == 900_000
    actions.pay_out(booking=booking, reference="UNC 12/2026", by=cast.keeper)
    after = balance(booking.book, booking.account)
    assert after is not None
    assert after.standing == 0
    with pytest.raises(RuleBroken, match="left already"):
        actions.pay_out(booking=booking, reference="UNC 13/2026", by=cast.keeper)
    with pytest.raises(PermissionDenied):
        actions.pay_out(booking=booking, reference="UNC 13", by=cast.expert.person)
    assert balances_about(booking.expert.ref)


def test_advice_for_nothing_is_closed_without_an_order(cast):
    booking = cast.owed(worked=0)
    assert (booking.state, booking.amount) == (State.CLOSED, 0)
    assert orders_of(booking.ref) == ()


def test_the_keeper_settles_only_where_both_are_stuck(cast):
    booking = cast.reported()
    with pytest.raises(RuleBroken, match="time to agree"):
        actions.settle(booking=booking, worked=60, words=WHY, by=cast.keeper)
    with clock.telling(booking.since + timedelta(hours=1)):
        actions.dispute(booking=booking, words=WHY, by=cast.asker)
        booking.refresh_from_db()
        report(booking)
        actions.dispute(booking=booking, words=WHY, by=cast.asker)
        with pytest.raises(PermissionDenied):
            actions.settle(booking=booking, worked=60, words=WHY, by=cast.expert.person)
        settled = actions.settle(booking=booking, worked=60, words=WHY, by=cast.keeper)
    assert (settled.state, settled.amount) == (State.OWED, RATE)


# ---------------------------------------------------------------------------- clocks


def test_who_is_silent_is_reminded_and_a_question_lapses(cast):
    [booking] = cast.ask()
    look()
    booking.refresh_from_db()
    assert booking.chased == 0
    for chased, state in ((1, State.ASKED), (0, State.LAPSED)):
        with clock.telling(booking.due_at + timedelta(minutes=1)):
            look()
        booking.refresh_from_db()
        assert (booking.chased, booking.state) == (chased, state)
    assert kinds(booking.ref) == ["booking_asked", "booking_reminded", "booking_lapsed"]


def test_what_was_held_never_lapses_but_goes_to_the_keeper_once(cast):
    booking = cast.reported()
    for _ in range(3):
        with clock.telling(max(booking.due_at, clock.now()) + timedelta(minutes=1)):
            look()
        booking.refresh_from_db()
    assert (booking.state, booking.chased) == (State.REPORTED, 2)
    assert kinds(booking.ref)[-2:] == ["booking_reminded", "booking_passed_on"]
    settled = actions.settle(booking=booking, worked=120, words=WHY, by=cast.keeper)
    assert settled.state == State.OWED
    with pytest.raises(PermissionDenied):
        actions.chase(booking=booking, by=make_person())


# -------------------------------------------------------------------------- messages


def told(kind):
    return {notice.person for notice in notices_of(f"experts.{kind}")}


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_both_sides_are_told_of_what_the_other_does(cast):
    colleague = make_person(Role.MEMBER, cast.firm)
    [booking] = cast.ask()
    expert = cast.expert.person
    assert told("booking_asked") == {expert}
    actions.accept(booking=booking, start=booking.starts[0], declared=declared(), by=expert)  # fmt: skip
    assert told("booking_accepted") == {cast.asker, colleague}
    actions.call_off(booking=booking, words=WHY, by=cast.asker)
    assert told("booking_called_off") == {expert, colleague}


def test_a_day_off_moves_the_clocks_that_run(cast):
    [booking] = cast.ask()
    before = booking.due_at
    Booking.objects.filter(pk=booking.pk).update(due_at=before - timedelta(days=1))
    [moved] = actions.move_clocks(day=clock.today() - timedelta(days=1), by=None)
    assert (moved.reference, moved.due_after) == (booking.ref, before)
    assert actions.move_clocks(day=clock.today(), by=None) == []
    cast.agreed(starts=[slot(20)])
    assert actions.move_clocks(day=clock.today(), by=None) == []

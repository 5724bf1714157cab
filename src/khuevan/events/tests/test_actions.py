"""Announcing, registering, waiting, the door, questions, what came of it."""

from __future__ import annotations

import string
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import PersonFactory, make_person
from khuevan.events import actions
from khuevan.events.dated import keep_on
from khuevan.events.models import AgendaItem, Event, Question, Registration, Vote
from khuevan.events.queries import figures_of, questions_of
from khuevan.events.rules.events import (
    QUESTIONS_AN_HOUR,
    REGISTRATIONS_OF_AN_ADDRESS,
    Audience,
    Item,
    Standing,
    State,
    items_of,
    text_of,
)
from khuevan.events.tasks import look, look_ahead
from khuevan.journal.public import facts_about
from khuevan.notices.tests.factories import notices_of, posted
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import REPORT, WHY, by_account, guest


_WORDS = st.text(string.ascii_letters + " ăđ", min_size=1, max_size=20).map(str.strip).filter(bool)  # fmt: skip


@given(st.lists(st.builds(Item, _WORDS, _WORDS | st.just(""), st.integers(1, 999), st.sampled_from(["", "/exchange/"])), max_size=8))  # fmt: skip
def test_an_agenda_reads_back_as_it_was_typed(items):
    assert items_of(text_of(items)) == items


@pytest.mark.parametrize("line", ["Màng lọc", "0; Màng lọc", "x; y", "30;", "30; A; B; https://x.example", "30; A; B; //x"])  # fmt: skip
def test_an_agenda_line_that_cannot_be_read_is_named(line):
    with pytest.raises(RuleBroken, match="Line 2") as refused:
        items_of(f"30; Khai mạc\n{line}")
    assert refused.value.field == "agenda"


pytestmark = pytest.mark.django_db


def kinds(subject: str) -> list[str]:
    return [fact.kind.removeprefix("events.") for fact in facts_about(subject)]


def test_a_draft_is_seen_by_its_organiser_and_by_everybody_once_announced(cast):
    event = cast.draft()
    stranger = PersonFactory.create()
    assert list(Event.objects.visible_to(cast.staff)) == [event]
    assert not Event.objects.visible_to(stranger).exists()
    actions.publish(event=event, by=cast.staff)
    assert list(Event.objects.visible_to(stranger)) == [event]
    assert [i.minutes for i in event.items.all()] == [30, 15]
    assert kinds(event.ref) == ["event_drafted", "event_published"]


def test_nobody_else_drafts_announces_or_calls_off(cast):
    event = cast.published()
    other = make_person(Role.OFFICIAL)
    with pytest.raises(PermissionDenied):
        actions.draft_event(organiser=cast.organiser, **cast.told(), by=other)
    with pytest.raises(PermissionDenied):
        actions.call_off(event=event, words=WHY, by=other)
    event.refresh_from_db()
    assert (Event.objects.count(), event.state) == (1, State.PUBLISHED)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"place": ""}, "place"), ({"link": "http://x.example"}, "link"), ({"seats": 0}, "seats"),
        ({"title": "A"}, "title"), ({"agenda": "x"}, "agenda"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_take_place_is_not_kept(cast, more, field):
    with pytest.raises(RuleBroken) as refused:
        cast.draft(**more)
    assert refused.value.field == field
    assert not Event.objects.exists()
    assert not AgendaItem.objects.exists()


def test_times_that_do_not_follow_each_other_are_refused(cast):
    told = cast.told()
    for more in (
        {"ends_at": told["starts_at"]}, {"closes_at": told["opens_at"]},
        {"closes_at": told["ends_at"] + timedelta(minutes=1)},
    ):  # fmt: skip
        with pytest.raises(RuleBroken):
            cast.draft(**more)
    past = cast.draft()
    with clock.telling(past.starts_at), pytest.raises(RuleBroken, match="begun"):
        actions.publish(event=past, by=cast.staff)
    past.refresh_from_db()
    assert past.state == State.DRAFT


# ------------------------------------------------------------------------ registering


def test_guests_and_accounts_register_and_a_full_event_has_a_waiting_list(cast):
    event = cast.published()
    rows = [guest(event), by_account(event), guest(event)]
    assert [row.standing for row in rows] == [Standing.REGISTERED, Standing.REGISTERED, Standing.WAITING]  # fmt: skip
    assert len({row.token for row in rows}) == 3
    assert all(len(row.ticket) == 6 for row in rows)
    assert rows[0].notice
    assert not rows[1].notice


def test_nobody_registers_twice_in_whatever_letters(cast):
    event, person = cast.published(), PersonFactory.create()
    guest(event, email="An@Example.org")
    by_account(event, person)
    for again in (lambda: guest(event, email="an@example.ORG"), lambda: by_account(event, person)):  # fmt: skip
        with pytest.raises(RuleBroken, match="already"):
            again()
    assert event.registrations.count() == 2


def test_the_database_itself_refuses_a_second_registration(cast):
    event = cast.published()
    first, second = guest(event), guest(event)
    with pytest.raises(IntegrityError, match="registers_once"), transaction.atomic():
        Registration.objects.filter(pk=second.pk).update(email=first.email.upper())


def test_registration_has_its_time_and_its_audience(cast):
    early = cast.published(opens_at=clock.now() + timedelta(days=1))
    inside = cast.published(audience=Audience.ACCOUNTS)
    for event, why in ((early, "not opened"), (cast.draft(), "takes no"), (inside, "sign in")):  # fmt: skip
        with pytest.raises(RuleBroken, match=why):
            guest(event)
    with clock.telling(inside.closes_at), pytest.raises(RuleBroken, match="closed"):
        by_account(inside)
    assert not Registration.objects.exists()
    assert by_account(inside).standing == Standing.REGISTERED


@pytest.mark.parametrize("more", [{"name": " "}, {"email": "an"}, {"email": ""}])
def test_a_guest_gives_a_name_and_an_address(cast, more):
    with pytest.raises(RuleBroken):
        guest(cast.published(), **more)
    assert not Registration.objects.exists()


def test_one_address_of_the_net_registers_only_so_many_guests(cast):
    event = cast.published(seats=500)
    for _ in range(REGISTRATIONS_OF_AN_ADDRESS):
        guest(event, address="192.0.2.7")
    with pytest.raises(RuleBroken, match="too many"):
        guest(event, address="192.0.2.7")
    assert guest(event, address="192.0.2.8").pk


def test_who_waits_longest_moves_up_when_somebody_withdraws(cast):
    event = cast.published(seats=1)
    first, second, third = guest(event), by_account(event), guest(event)
    actions.withdraw(registration=first, by=None)
    for row in (first, second, third):
        row.refresh_from_db()
    assert [r.standing for r in (first, second, third)] == [Standing.WITHDRAWN, Standing.REGISTERED, Standing.WAITING]  # fmt: skip
    assert (first.name, first.email) == ("", "")
    assert first.erased_at is not None
    assert kinds(second.ref) == ["registration_made", "registration_moved_up"]
    assert guest(event, email="khac@example.org").standing == Standing.WAITING


def test_an_account_s_seat_is_given_back_by_that_account_alone(cast):
    event = cast.published()
    row = by_account(event)
    for by in (None, PersonFactory.create(), cast.staff):
        with pytest.raises(PermissionDenied):
            actions.withdraw(registration=row, by=by)
    row.refresh_from_db()
    assert row.standing == Standing.REGISTERED


def test_seats_only_grow_and_who_waits_moves_up(cast):
    event = cast.published(seats=1)
    _first, second = guest(event), guest(event)
    told = {**cast.told(), "by": cast.staff}
    with pytest.raises(RuleBroken, match="only grow"):
        actions.change_event(event=event, **{**told, "seats": 0})
    actions.change_event(event=event, **{**told, "seats": 5})
    second.refresh_from_db()
    assert second.standing == Standing.REGISTERED


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.integers(1, 3), st.lists(st.integers(0, 6), max_size=14))
def test_however_people_come_and_go_seats_are_full_before_anybody_waits(cast, seats, acts):  # fmt: skip
    mark = transaction.savepoint()
    event = cast.published(seats=seats)
    rows: list[Registration] = []
    for act in acts:
        staying = [r for r in rows if not r.withdrawn_at]
        if act < 4 or not staying:
            rows.append(guest(event))
        else:
            chosen = staying[act % len(staying)]
            actions.withdraw(registration=chosen, by=None)
        for row in rows:
            row.refresh_from_db()
    staying = sorted((r for r in rows if not r.withdrawn_at), key=lambda r: r.made_at)
    assert [r.standing for r in staying] == [
        Standing.REGISTERED if n < seats else Standing.WAITING
        for n in range(len(staying))
    ]
    transaction.savepoint_rollback(mark)


# ------------------------------------------------------------------------- the door


def test_a_ticket_counts_once_and_a_count_can_be_taken_back(cast):
    event = cast.published()
    row = cast.came(event, guest(event))
    first_at = row.attended_at
    with clock.telling(event.starts_at + timedelta(minutes=5)):
        again = actions.count_in(registration=row, by=cast.staff)
        assert again.attended_at == first_at
        actions.take_back_count(registration=row, by=cast.staff)
    row.refresh_from_db()
    assert (row.attended_at, row.counted_by, row.first_time) == (None, None, None)
    assert kinds(row.ref).count("guest_counted") == 1


def test_the_door_is_the_organiser_s_and_opens_a_day_before(cast):
    event = cast.published(seats=1)
    seat, waits = guest(event), guest(event)
    with pytest.raises(RuleBroken, match="day before"):
        actions.count_in(registration=seat, by=cast.staff)
    with clock.telling(event.starts_at):
        with pytest.raises(PermissionDenied):
            actions.count_in(registration=seat, by=make_person(Role.OFFICIAL))
        with pytest.raises(RuleBroken, match="no seat"):
            actions.count_in(registration=waits, by=cast.staff)
    assert not Registration.objects.filter(attended_at__isnull=False).exists()


def test_figures_are_counted_from_what_happened(cast):
    person = PersonFactory.create()
    before = cast.published()
    cast.came(before, by_account(before, person))
    event = cast.published(seats=3)
    rows = [by_account(event, person), guest(event), guest(event), guest(event)]
    for row in rows[:2]:
        cast.came(event, row)
    found = figures_of([event])[event.pk]
    assert (found.registered, found.waiting, found.attended) == (3, 1, 2)
    assert (found.guests, found.first_time, found.share) == (1, 1, 67)


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_who_comes_is_reminded_once_the_day_before(cast):
    event = cast.published(seats=5)
    stays, visitor, left = by_account(event), guest(event), by_account(event)
    actions.withdraw(registration=left, by=left.person)
    look_ahead()
    assert "event_reminded" not in kinds(event.ref)
    with pytest.raises(RuleBroken, match="day before"):
        actions.remind(event=event, by=None)
    with pytest.raises(PermissionDenied):
        actions.remind(event=event, by=cast.staff)
    assert "registration_reminded" not in kinds(stays.ref)
    with clock.telling(event.starts_at - timedelta(days=1)):
        look_ahead()
        look_ahead()
    assert kinds(event.ref).count("event_reminded") == 1
    for row in (stays, visitor):
        assert kinds(row.ref).count("registration_reminded") == 1
    assert "registration_reminded" not in kinds(left.ref)
    assert stays.person in {notice.person for notice in notices_of("events.registration_reminded")}  # fmt: skip


def test_what_guests_gave_is_erased_once_its_time_is_over(cast):
    event = cast.published()
    row, kept = guest(event), by_account(event)
    cast.came(event, row)
    look()
    row.refresh_from_db()
    assert row.email
    with clock.telling(event.ends_at + timedelta(days=keep_on(clock.today()), minutes=1)):  # fmt: skip
        look()
        look()
    row.refresh_from_db()
    kept.refresh_from_db()
    assert (row.name, row.email) == ("", "")
    assert row.attended_at is not None
    assert kept.erased_at is None
    assert kinds(event.ref).count("guests_erased") == 1
    with pytest.raises(PermissionDenied):
        actions.erase_guests(event=event, by=cast.staff)


def test_an_event_is_held_once_it_began_and_called_off_with_a_reason(cast):
    event = cast.published()
    with pytest.raises(RuleBroken, match="not begun"):
        actions.note_held(event=event, words=REPORT, by=cast.staff)
    assert cast.held(event).state == State.HELD
    other = cast.published()
    with pytest.raises(RuleBroken):
        actions.call_off(event=other, words="Bão", by=cast.staff)
    actions.call_off(event=other, words=WHY, by=cast.staff)
    with pytest.raises(RuleBroken, match="takes no"):
        guest(other)


# ------------------------------------------------------------------------ questions


def test_who_has_a_seat_asks_and_each_voice_counts_once(cast):
    event = cast.published(seats=3)
    asker, first, second = guest(event), guest(event), guest(event)
    question = actions.ask_question(registration=asker, text="Màng lọc bền bao lâu?", by=None)  # fmt: skip
    other = actions.ask_question(registration=first, text="Giá mỗi mét vuông là bao nhiêu?", by=None)  # fmt: skip
    assert actions.vote(question=question, registration=first, by=None)
    assert actions.vote(question=question, registration=second, by=None)
    assert not actions.vote(question=question, registration=second, by=None)
    assert actions.vote(question=question, registration=second, by=None)
    with pytest.raises(RuleBroken, match="own question"):
        actions.vote(question=question, registration=asker, by=None)
    assert [(q.pk, q.voices) for q in questions_of(event)] == [(question.pk, 2), (other.pk, 0)]  # fmt: skip
    assert Vote.objects.count() == 2


def test_who_waits_or_comes_too_late_asks_nothing(cast):
    event = cast.published(seats=1)
    seat, waits = guest(event), guest(event)
    with pytest.raises(RuleBroken, match="have a seat"):
        actions.ask_question(registration=waits, text="Màng lọc bền bao lâu?", by=None)
    with clock.telling(event.ends_at + timedelta(minutes=1)), pytest.raises(RuleBroken, match="over"):  # fmt: skip
        actions.ask_question(registration=seat, text="Màng lọc bền bao lâu?", by=None)
    other = guest(cast.published())
    question = actions.ask_question(registration=seat, text="Màng lọc bền bao lâu?", by=None)  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.vote(question=question, registration=other, by=None)
    assert Question.objects.count() == 1
    assert not Vote.objects.exists()


def test_one_ticket_asks_only_so_often_an_hour(cast):
    row = guest(cast.published())
    for number in range(QUESTIONS_AN_HOUR):
        actions.ask_question(registration=row, text=f"Câu hỏi thứ {number} là gì?", by=None)  # fmt: skip
    with pytest.raises(RuleBroken, match="too many"):
        actions.ask_question(registration=row, text="Thêm một câu hỏi nữa?", by=None)


def test_the_moderator_answers_or_hides_with_a_reason_its_asker_reads(cast):
    event = cast.published()
    asker, other = guest(event), guest(event)
    shown = actions.ask_question(registration=asker, text="Màng lọc bền bao lâu?", by=None)  # fmt: skip
    rude = actions.ask_question(registration=asker, text="Ông kia nói linh tinh gì thế?", by=None)  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.hide_question(question=rude, why="Không đúng chủ đề", by=make_person())
    actions.hide_question(question=rude, why="Không đúng chủ đề", by=cast.staff)
    actions.answer_question(question=shown, answer="Năm năm.", by=cast.staff)
    assert [q.pk for q in questions_of(event, other)] == [shown.pk]
    assert {q.pk for q in questions_of(event, asker)} == {shown.pk, rude.pk}
    with pytest.raises(RuleBroken, match="hidden"):
        actions.answer_question(question=rude, answer="Không.", by=cast.staff)


# -------------------------------------------------------------------------- messages


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_guests_and_accounts_are_told_and_a_guest_s_link_is_their_ticket(
    cast, settings
):
    settings.EMAIL_HOST = "mail.example.org"
    event = cast.published()
    row, person = guest(event), PersonFactory.create()
    by_account(event, person)
    actions.call_off(event=event, words=WHY, by=cast.staff)
    assert {n.person for n in notices_of("events.event_called_off")} == {person}
    sent = [p for p in posted() if p.to == row.email]
    assert [p.kind for p in sent] == ["events.registration_made", "events.event_called_off"]  # fmt: skip
    assert row.token in sent[0].link

"""A reception point's day: numbers, calls, appointments, load."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import given, strategies as st

from khuevan.centre import actions, queries
from khuevan.centre.models import Booking, Desk, PartyCount, Ticket
from khuevan.centre.rules import (
    Priority,
    TicketState,
    Waiting,
    estimate,
    next_in_turn,
    slots,
)
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken


NOW = datetime(2026, 11, 23, 9, 0, tzinfo=clock.HANOI)  # a Monday
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday():
    with clock.telling(NOW):
        yield


@pytest.fixture
def point(db):
    return OrganisationFactory.create(kind="point")


@pytest.fixture
def official(point):
    return make_person(Role.OFFICIAL, point)


def take(point, priority=Priority.NONE):
    return actions.take_ticket(point=point, priority=priority, by=None)


_seconds = count()


def served(desk, by):
    """Call and serve the next, a second after the one before."""
    with clock.telling(NOW + timedelta(seconds=next(_seconds))):
        ticket = actions.call_next(desk=desk, by=by)
        actions.start_serving(ticket=ticket, by=by)
        actions.finish_ticket(ticket=ticket, by=by)
    return ticket.number


def test_numbers_run_from_one_each_day_at_each_point(point):
    assert [take(point).number for _ in range(3)] == [1, 2, 3]
    other = OrganisationFactory.create(kind="point")
    assert take(other).number == 1
    with clock.telling(NOW + timedelta(days=2)):
        assert take(point).number == 1


def test_priority_goes_first_but_never_keeps_others_waiting_for_ever(point, official):
    for priority in (Priority.NONE, Priority.ELDERLY, Priority.ELDERLY, Priority.ELDERLY, Priority.NONE):  # fmt: skip
        take(point, priority)
    desk = actions.open_desk(point=point, number=1, by=official)
    assert [served(desk, official) for _ in range(5)] == [2, 3, 1, 4, 5]
    assert actions.call_next(desk=desk, by=official) is None


def test_an_appointment_is_called_at_its_time(point, official):
    at = NOW + timedelta(minutes=15)
    booking = actions.book(point=point, starts_at=at, name="An", phone="0912345678", by=None)  # fmt: skip
    take(point)
    ticket = actions.take_ticket(point=point, booking=booking, by=None)
    desk = actions.open_desk(point=point, number=1, by=official)
    assert served(desk, official) == 1
    later = take(point)
    assert served(desk, official) == later.number  # not yet, somebody else waits
    take(point)
    with clock.telling(at):
        assert actions.call_next(desk=desk, by=official).number == ticket.number


def test_who_comes_early_for_an_appointment_is_called_where_the_desk_is_idle(
    point, official
):
    for minutes in (45, 30):
        at = NOW + timedelta(minutes=minutes)
        booking = actions.book(point=point, starts_at=at, name="An", phone="0912345678", by=None)  # fmt: skip
        actions.take_ticket(point=point, booking=booking, by=None)
    desk = actions.open_desk(point=point, number=1, by=official)
    assert [served(desk, official) for _ in range(2)] == [2, 1]


@pytest.mark.parametrize("hour", [6, 17, 23])
def test_no_number_is_given_while_the_point_is_closed(point, client, hour):
    address = reverse("centre-ticket-new", args=[point.pk])
    with clock.telling(NOW.replace(hour=hour, minute=45)):
        page = client.post(address, {"priority": "none"}, follow=True).text
        assert address not in page
    assert "Nơi tiếp nhận" in page
    assert not Ticket.objects.exists()


def test_numbers_are_given_over_lunch_and_to_who_is_early_for_an_appointment(point):
    with clock.telling(NOW.replace(hour=12, minute=30)):
        assert take(point).number == 1
    tomorrow = NOW.replace(hour=6) + timedelta(days=2)
    booking = actions.book(point=point, starts_at=tomorrow.replace(hour=9), name="An", phone="0912345678", by=None)  # fmt: skip
    with clock.telling(tomorrow):
        assert actions.take_ticket(point=point, booking=booking, by=None).number == 1


def test_the_tickets_page_looks_again_by_itself_until_it_is_over(point, client):
    ticket = take(point)
    address = reverse("centre-ticket", args=[ticket.token])
    page = client.get(address).text
    assert f'hx-get="{address}"' in page
    assert f'<a href="{address}">' in page, "without JavaScript"
    client.post(address)
    assert "hx-get" not in client.get(address).text


def test_a_desk_serves_one_person_and_is_not_left_with_somebody_at_it(point, official):
    take(point)
    take(point)
    desk = actions.open_desk(point=point, number=1, by=official)
    ticket = actions.call_next(desk=desk, by=official)
    for refused in (lambda: actions.call_next(desk=desk, by=official), lambda: actions.close_desk(desk=desk, by=official)):  # fmt: skip
        with pytest.raises(RuleBroken, match="Finish with"):
            refused()
    actions.mark_no_show(ticket=ticket, by=official)
    assert actions.call_next(desk=desk, by=official).number == 2


def test_whoever_did_not_come_may_wait_again(point, official):
    ticket = take(point)
    desk = actions.open_desk(point=point, number=1, by=official)
    actions.mark_no_show(ticket=actions.call_next(desk=desk, by=official), by=official)
    actions.recall(ticket=ticket, by=official)
    assert actions.call_next(desk=desk, by=official).number == ticket.number


def test_only_people_of_the_point_serve_there(point, official):
    stranger = make_person(Role.OFFICIAL)
    with pytest.raises(PermissionDenied):
        actions.open_desk(point=point, number=1, by=stranger)
    desk = actions.open_desk(point=point, number=1, by=official)
    colleague = make_person(Role.OFFICIAL, point)
    with pytest.raises(RuleBroken, match="Somebody else"):
        actions.open_desk(point=point, number=1, by=colleague)
    with pytest.raises(PermissionDenied):
        actions.call_next(desk=desk, by=colleague)


def test_a_place_is_booked_once_and_given_back(point):
    at = NOW + timedelta(hours=1)
    first = actions.book(point=point, starts_at=at, name="An", phone="0912345678", by=None)  # fmt: skip
    with pytest.raises(RuleBroken, match="taken"):
        actions.book(
            point=point, starts_at=at, name="Bình", phone="0912345679", by=None
        )
    actions.cancel_booking(booking=first, by=None)
    assert actions.book(point=point, starts_at=at, name="Bình", phone="0912345679", by=None)  # fmt: skip
    assert Booking.objects.count() == 2


@pytest.mark.parametrize(
    "at",
    [
        NOW - timedelta(hours=1),
        NOW + timedelta(minutes=7),
        NOW + timedelta(days=1, hours=0),  # 24 November: a day off
        NOW + timedelta(days=40),
        NOW.replace(hour=12, minute=15),
    ],
)
def test_appointments_are_in_office_hours_and_not_too_far_ahead(point, at):
    with pytest.raises(RuleBroken):
        actions.book(point=point, starts_at=at, name="An", phone="0912345678", by=None)
    assert not Booking.objects.exists()


def test_the_load_tells_how_long_one_waits_and_where_it_is_quieter(point, official):
    quiet = OrganisationFactory.create(kind="point")
    actions.open_desk(point=point, number=1, by=official)
    actions.open_desk(point=quiet, number=1, by=make_person(Role.OFFICIAL, quiet))
    for _ in range(5):
        take(point)
    load = queries.load_of(point.pk)
    assert (load.waiting, load.open_desks, load.expected_minutes) == (5, 1, 60)
    assert [q.key for q in queries.quieter(load, queries.loads())] == [quiet.pk]


def test_the_list_of_points_takes_two_queries_whatever_their_number(
    point, client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(4):
        assert client.get(reverse("centre")).status_code == 200


def test_somebody_takes_a_number_and_follows_it_without_an_account(point, client):
    answer = client.post(reverse("centre-ticket-new", args=[point.pk]), {"priority": "none"})  # fmt: skip
    ticket = Ticket.objects.get()
    assert answer.url == reverse("centre-ticket", args=[ticket.token])
    assert client.get(answer.url).status_code == 200
    client.post(answer.url)
    ticket.refresh_from_db()
    assert ticket.state == TicketState.LEFT


def test_no_wait_is_promised_while_no_desk_is_open(point, official, client):
    ticket = take(point)
    address = reverse("centre-ticket", args=[ticket.token])
    assert "chưa mở quầy" in client.get(address).text
    actions.open_desk(point=point, number=1, by=official)
    assert "chưa mở quầy" not in client.get(address).text


def test_somebody_books_and_arrives(point, client):
    at = (NOW + timedelta(minutes=30)).astimezone(UTC)
    answer = client.post(
        reverse("centre-book", args=[point.pk]),
        {"starts_at": at.isoformat(), "name": "An", "phone": "0912345678"},
    )
    assert answer.status_code == 302, answer.text
    assert client.get(answer.url).status_code == 200
    arrived = client.post(answer.url, {"does": "arrive"})
    assert "/tickets/" in arrived.url


def test_an_official_works_the_desk_from_its_page(point, official, client):
    take(point)
    address = reverse("centre-desk", args=[point.pk])
    client.force_login(make_person(Role.OFFICIAL))
    assert client.get(address).status_code == 403
    client.force_login(official)
    assert client.get(address).status_code == 200
    do = reverse("centre-desk-action", args=[point.pk])
    for does in ("open", "call", "start", "finish"):
        client.post(do, {"does": does, "number": 3})
    assert Ticket.objects.get().state == TicketState.DONE
    client.post(do, {"does": "close"})
    assert Desk.objects.get().official is None


def test_party_procedures_are_counts_that_few_may_see(db, client):
    body = OrganisationFactory.create(kind="party")
    member = make_person(Role.OFFICIAL, body)
    address = reverse("centre-party")
    client.force_login(make_person(Role.OFFICIAL))
    assert client.get(address).status_code == 403
    client.force_login(member)
    given = {"organisation": body.pk, "procedure": "DANG.01", "month": "2026-10-01", "received": 10, "settled": 8, "on_time": 9, "mean_days": "12.5"}  # fmt: skip
    assert client.post(address, given).status_code == 422
    assert not PartyCount.objects.exists()
    assert client.post(address, given | {"on_time": 7}).status_code == 302
    assert PartyCount.objects.get().mean_days == Decimal("12.5")


@given(
    st.lists(
        st.builds(
            Waiting,
            st.integers(1, 99),
            st.integers(0, 86_400).map(lambda n: START + timedelta(seconds=n)),
            st.booleans(),
            st.none() | st.integers(0, 5).map(lambda n: START + timedelta(days=n)),
        ),
        unique_by=lambda w: w.number,
    ),
    st.lists(st.booleans(), max_size=3),
)
def test_somebody_is_always_called_while_anybody_waits(waiting, last):
    now = START + timedelta(days=2)
    chosen = next_in_turn(waiting, last, now)
    assert (chosen is None) == (not waiting)
    walked_in = [w for w in waiting if w.booked_for is None]
    if chosen and chosen.booked_for:
        assert chosen.booked_for <= now or not walked_in
    elif len(last) >= 2 and all(last[:2]) and not all(w.priority for w in walked_in):
        assert not chosen.priority
    if any(w.booked_for and w.booked_for <= now for w in waiting):
        assert chosen.booked_for <= now


def test_hours_give_their_quarters_and_waits_are_rounded_up():
    assert len(slots([(time(8), time(12))])) == 16
    assert (estimate(0, 1, 12), estimate(3, 2, 12), estimate(1, 0, 12)) == (0, 20, 15)


# ------------------------------------------------------------- nobody came, too many


def booked(point, **at):
    start = NOW.replace(**at)
    return actions.book(point=point, starts_at=start, name="Lê Thị Bình", phone="0912345678", by=None)  # fmt: skip


def test_an_appointment_nobody_came_to_is_missed_half_an_hour_later(point):
    waits, kept = booked(point, hour=10), booked(point, hour=10, minute=15)
    with clock.telling(NOW.replace(hour=10, minute=20)):
        actions.take_ticket(point=point, booking=kept, by=None)
        assert actions.note_missed_bookings() == 0
    with clock.telling(NOW.replace(hour=10, minute=50)):
        assert actions.note_missed_bookings() == 1
        assert actions.note_missed_bookings() == 0
        with pytest.raises(RuleBroken):
            actions.take_ticket(point=point, booking=waits, by=None)
    states = dict(Booking.objects.values_list("pk", "state"))
    assert states == {waits.pk: "missed", kept.pk: "arrived"}


def test_nobody_unnamed_takes_numbers_without_end_from_one_address(point, client, monkeypatch, official):  # fmt: skip
    monkeypatch.setattr(actions, "TICKETS_OF_AN_ADDRESS", 2)
    monkeypatch.setattr(actions, "BOOKINGS_OF_AN_ADDRESS", 1)
    take_one = reverse("centre-ticket-new", args=[point.pk])
    for _ in range(4):
        client.post(take_one, {"priority": "none"})
    assert Ticket.objects.count() == 2
    book = reverse("centre-book", args=[point.pk])
    for start in queries.free_days(point, 1)[0].free[:2]:
        sent = {"starts_at": start.isoformat(), "name": "Lê Thị Bình", "phone": "0912345678"}  # fmt: skip
        answer = client.post(book, sent)
    assert answer.status_code == 422
    assert Booking.objects.count() == 1
    client.force_login(official)
    client.post(take_one, {"priority": "none"})
    assert Ticket.objects.count() == 3


def test_the_load_is_grouped_by_branch_the_longest_wait_first(db, official, point):
    calm, busy = (OrganisationFactory.create(kind="branch", name=n) for n in ("Chi nhánh số 1", "Chi nhánh số 2"))  # fmt: skip
    quiet = OrganisationFactory.create(kind="point", parent=calm)
    hall = OrganisationFactory.create(kind="point", parent=busy)
    for _ in range(3):
        take(hall)
    take(point)
    groups = queries.by_branch(queries.loads())
    assert [(g.name, g.waiting) for g in groups][:2] == [(busy.name, 3), ("", 1)]
    [last] = [g for g in groups if g.name == calm.name]
    assert [one.key for one in last.quiet] == [quiet.pk]

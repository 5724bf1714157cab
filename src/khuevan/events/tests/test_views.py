"""Pages of events, as visitors, participants and organisers meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import PersonFactory, make_person
from khuevan.events import actions
from khuevan.events.models import Event, Question, Registration, Vote
from khuevan.events.rules.events import Audience, Standing, State
from khuevan.feedback.public import ratings_of
from khuevan.platform import clock

from .factories import REPORT, WHY, by_account, guest


pytestmark = pytest.mark.django_db


@pytest.fixture
def to(client):
    """Call a page as somebody: `to(person).get(name, …)` or `.post(name, …, field=…)`."""

    class As:
        def __init__(self, person=None):
            client.logout()
            if person is not None:
                client.force_login(person)

        def get(self, name, /, *args):
            return client.get(reverse(name, args=args))

        def post(self, name, /, *args, **told):
            return client.post(reverse(name, args=args), told)

        def page(self, name, /, *args):
            return self.get(name, *args).content.decode()

    return As


def typed(instant):
    return instant.astimezone(clock.HANOI).strftime("%Y-%m-%dT%H:%M")


def form(cast, **more):
    told = {k: typed(v) if k.endswith("_at") else v for k, v in cast.told().items()}
    return {**told, **more}


def test_an_organiser_drafts_announces_and_everybody_finds_it(to, cast):
    do = to(cast.staff)
    assert do.post("event-new", **form(cast, organiser=cast.organiser.pk, agenda="x")).status_code == 422  # fmt: skip
    assert not Event.objects.exists()
    assert do.post("event-new", **form(cast, organiser=cast.organiser.pk)).status_code == 302  # fmt: skip
    event = Event.objects.get()
    assert to().get("event", event.code).status_code == 404
    assert to(cast.staff).post("event-action", event.code, "publish").status_code == 302
    page = to().page("events")
    assert event.title in page
    page = to().page("event", event.code)
    assert "Lê An" in page
    assert "/exchange/" in page


def test_a_visitor_registers_is_counted_and_asks(to, cast):
    event = cast.published()
    page = to().page("event-register", event.code)
    assert "30 ngày" in page
    assert to().post("event-register", event.code, name="Khách", email="x").status_code == 422  # fmt: skip
    answer = to().post("event-register", event.code, name="Khách", email="k@example.org")  # fmt: skip
    row = Registration.objects.get()
    assert answer.url == reverse("event-ticket", args=[row.token])
    page = to().page("event-ticket", row.token)
    assert "<svg" in page
    assert row.ticket in page
    to().post("event-questions", row.token, text="Màng lọc bền bao lâu?")
    question = Question.objects.get()
    assert question.text in to().page("event-wall", row.token)
    with clock.telling(event.starts_at):
        do = to(cast.staff)
        door = do.post("event-door", event.code, ticket=row.ticket.lower())
        assert door.url == reverse("event-door-ticket", args=[event.code, row.ticket])
        assert "Khách" in do.page("event-door-ticket", event.code, row.ticket)
        for _ in range(2):
            do.post("event-door-ticket", event.code, row.ticket)
        row.refresh_from_db()
        assert row.attended_at == event.starts_at
        do.post("event-door-ticket", event.code, row.ticket, undo="1")
    row.refresh_from_db()
    assert row.attended_at is None


def test_opening_a_ticket_at_the_door_counts_nobody(to, cast):
    event = cast.published()
    row = guest(event)
    with clock.telling(event.starts_at):
        assert to(cast.staff).get("event-door-ticket", event.code, row.ticket).status_code == 200  # fmt: skip
    row.refresh_from_db()
    assert row.attended_at is None


@pytest.mark.parametrize("name", ["event-door", "event-moderate", "event-change"])
def test_what_is_the_organiser_s_is_closed_to_others(to, cast, name):
    event = cast.published()
    assert to(make_person(Role.OFFICIAL)).get(name, event.code).status_code == 403
    assert to(cast.staff).get(name, event.code).status_code == 200


def test_nobody_else_counts_calls_off_or_hides(to, cast):
    event = cast.published()
    row = guest(event)
    question = actions.ask_question(registration=row, text="Màng lọc bền bao lâu?", by=None)  # fmt: skip
    official = make_person(Role.OFFICIAL)
    with clock.telling(event.starts_at):
        assert to(official).post("event-door-ticket", event.code, row.ticket).status_code == 403  # fmt: skip
    other = to(official)
    assert other.post("event-action", event.code, "call-off", words=WHY).status_code == 403  # fmt: skip
    assert other.post("event-tend", event.code, question.pk, "hide", why=WHY).status_code == 403  # fmt: skip
    assert other.get("event-new").status_code == 200
    assert to(PersonFactory.create()).get("event-new").status_code == 403
    for thing in (event, row, question):
        thing.refresh_from_db()
    assert (event.state, row.attended_at, question.hidden_at) == (State.PUBLISHED, None, None)  # fmt: skip


def test_an_account_registers_with_one_click_and_twice_is_told(to, cast):
    event, person = cast.published(), PersonFactory.create()
    do = to(person)
    assert do.post("event-register", event.code).status_code == 302
    assert do.post("event-register", event.code).status_code == 422
    row = Registration.objects.get()
    assert row.person == person
    assert reverse("event-ticket", args=[row.token]) in do.page("event", event.code)
    assert to().post("event-withdraw", row.token).status_code == 403
    do = to(person)
    do.post("event-withdraw", row.token)
    row.refresh_from_db()
    assert row.standing == Standing.WITHDRAWN


def test_an_address_nobody_was_given_opens_nothing(to, cast):
    event = cast.published()
    guest(event)
    for name in ("event-ticket", "event-questions", "event-wall", "event-rate"):
        assert to().get(name, "x" * 32).status_code == 404
    assert to(cast.staff).get("event-door-ticket", event.code, "ZZZZZZ").status_code == 404  # fmt: skip


def test_voices_and_answers_show_on_the_wall(to, cast):
    event = cast.published(seats=3)
    asker, other = guest(event), guest(event)
    question = actions.ask_question(registration=asker, text="Màng lọc bền bao lâu?", by=None)  # fmt: skip
    to().post("event-vote", other.token, question.pk)
    assert Vote.objects.count() == 1
    to(cast.staff).post("event-tend", event.code, question.pk, "answer", answer="Năm năm, đo tại xưởng.")  # fmt: skip
    assert "Năm năm, đo tại xưởng." in to().page("event-wall", asker.token)
    assert "Năm năm, đo tại xưởng." in to().page("event", event.code)
    hidden = actions.ask_question(registration=asker, text="Ông kia nói gì linh tinh?", by=None)  # fmt: skip
    to(cast.staff).post("event-tend", event.code, hidden.pk, "hide", why="Không đúng chủ đề")  # fmt: skip
    assert "Không đúng chủ đề" in to().page("event-wall", asker.token)
    assert hidden.text not in to().page("event-wall", other.token)


def test_after_it_the_report_has_its_figures_and_who_came_rates(to, cast):
    event = cast.published()
    came, missed = guest(event), guest(event)
    cast.came(event, came)
    with clock.telling(event.ends_at):
        to(cast.staff).post("event-action", event.code, "held", words=REPORT)
    page = to().page("event", event.code)
    assert REPORT in page
    assert "50 %" in page
    leads = to().get("event-rate", came.token)
    assert leads.status_code == 302
    to()
    from_client = to().get("event-rate", missed.token)
    assert from_client.status_code == 404
    assert ratings_of(came.ref) == ()


def test_calendars_have_public_events_and_tell_what_is_called_off(to, cast):
    shown = cast.published()
    inside = cast.published(audience=Audience.ACCOUNTS)
    cast.draft()
    gone = actions.call_off(event=cast.published(), words=WHY, by=cast.staff)
    feed = Calendar.from_ical(to().get("event-feed").content)
    assert {str(e["uid"]) for e in feed.events} == {f"{e.pk}@khuevan" for e in (shown, gone)}  # fmt: skip
    assert [str(e.get("status", "")) for e in feed.events if str(e["uid"]).startswith(str(gone.pk))] == ["CANCELLED"]  # fmt: skip
    [one] = Calendar.from_ical(to().get("event-calendar", shown.code).content).events
    assert one.decoded("dtstart").astimezone(clock.HANOI).replace(microsecond=0) == shown.starts_at.astimezone(clock.HANOI).replace(microsecond=0)  # fmt: skip
    assert to().get("event", inside.code).status_code == 404
    assert to(PersonFactory.create()).get("event", inside.code).status_code == 200


def test_the_list_takes_the_same_queries_however_many(to, cast):
    counts = []
    for _ in range(2):
        guest(cast.published())
        cast.held(cast.published())
        with CaptureQueriesContext(connection) as queries:
            to().get("events")
        counts.append(len(queries))
        for _ in range(3):
            by_account(cast.published())
    assert counts[0] == counts[1]


def test_a_change_moves_those_who_wait_up(to, cast):
    event = cast.published(seats=1)
    _first, second = guest(event), guest(event)
    assert to(cast.staff).post("event-change", event.code, **form(cast, seats=1, title="")).status_code == 422  # fmt: skip
    assert to(cast.staff).post("event-change", event.code, **form(cast, seats=9)).status_code == 302  # fmt: skip
    second.refresh_from_db()
    assert second.standing == Standing.REGISTERED
    assert event.ends_at - event.starts_at == timedelta(hours=3)

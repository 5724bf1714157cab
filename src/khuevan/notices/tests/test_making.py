"""From facts to inboxes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuevan.directory.tests.factories import PersonFactory, make_person
from khuevan.journal.public import record
from khuevan.notices import making
from khuevan.notices.models import Delivery, Enclosed, Notice
from khuevan.notices.public import unread_count
from khuevan.platform import clock

from .support import NEXT_MORNING, NIGHT, WEDNESDAY, happen, wish


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


@pytest.fixture(autouse=True)
def connected(settings):
    settings.EMAIL_HOST = "mail.example.org"
    settings.NOTICES_GATEWAYS = {"sms": "khuevan.notices.sandbox.Sandbox", "zalo": ""}


def test_a_fact_is_told_once_in_each_readers_language(messages):
    messages += [PersonFactory(), PersonFactory(language="en")]
    number = happen()
    assert making.take_facts() >= 1
    assert making.take_facts() == 0
    told = Notice.objects.filter(fact=number)
    assert {n.person for n in told} == set(messages)
    assert {n.subject for n in told} == {"Thing A1 moved"}
    assert {n.link for n in told} == {"/city/?thing=A1"}


def test_a_reader_set_back_tells_nothing_twice(messages):
    messages.append(PersonFactory())
    happen("toy.thing_burnt")
    making.take_facts()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_reader WHERE name = 'notices'")
    assert making.take_facts() >= 1
    assert Notice.objects.count() == Delivery.objects.count() == 1


def test_who_caused_it_is_not_told(messages):
    person = make_person()
    messages += [person, person.pk, None]
    happen(by=person)
    happen(by=make_person())
    making.take_facts()
    assert unread_count(person) == 1


def test_who_has_left_is_not_told(messages):
    messages.append(PersonFactory(is_active=False))
    happen()
    making.take_facts()
    assert not Notice.objects.exists()


def test_a_fact_that_cannot_be_told_stops_no_other(messages, caplog):
    messages.append(PersonFactory())
    record("toy.thing_moved", subject="toy.thing:1", by=None)
    happen()
    making.take_facts()
    assert Notice.objects.count() == 1
    assert "could not be told" in caplog.text


def test_history_reaches_only_the_inbox(messages):
    messages.append(PersonFactory())
    with clock.telling(WEDNESDAY):
        happen("toy.thing_burnt", occurred_at=WEDNESDAY - timedelta(days=8))
        happen("toy.thing_moved", occurred_at=WEDNESDAY - timedelta(days=8))
        making.take_facts()
    assert Notice.objects.count() == 2
    assert not Delivery.objects.exists()


def test_an_urgent_notice_waits_for_the_morning(messages):
    messages.append(PersonFactory())
    with clock.telling(NIGHT):
        happen("toy.thing_burnt")
        making.take_facts()
    assert Delivery.objects.get().due_at == NEXT_MORNING


def test_an_urgent_notice_passes_by_choice_on_every_channel(messages):
    messages.append(PersonFactory(phone="0912345678"))
    with clock.telling(NIGHT):
        wish(messages[0], urgent_passes=True, sms=True, zalo=True)
        happen("toy.thing_burnt")
        making.take_facts()
    assert set(Delivery.objects.values_list("channel", "due_at")) == {
        ("email", NIGHT),
        ("sms", NIGHT),
    }


def test_daily_notices_share_one_digest(messages):
    messages += [PersonFactory(), PersonFactory(email="")]
    with clock.telling(WEDNESDAY):
        happen(code="A1")
        making.take_facts()
        happen(code="A2")
        happen("toy.thing_seen")
        making.take_facts()
    digest = Delivery.objects.get()
    assert digest.due_at == NEXT_MORNING
    assert digest.notices.count() == Enclosed.objects.count() == 2


def test_a_digest_that_was_begun_takes_nothing_more(messages):
    messages.append(PersonFactory())
    with clock.telling(WEDNESDAY):
        happen(code="A1")
        making.take_facts()
        Delivery.objects.update(attempts=1)
        happen(code="A2")
        making.take_facts()
    days = Delivery.objects.order_by("digest_on").values_list(
        "digest_on__day", flat=True
    )
    assert list(days) == [20, 21]
    assert Enclosed.objects.count() == 2


def queries_for(facts, messages):
    for number in range(facts):
        happen("toy.thing_burnt" if number % 2 else "toy.thing_moved")
    with CaptureQueriesContext(connection) as asked:
        making.take_facts()
    return len(asked)


def test_a_large_batch_asks_no_more_than_a_small_one(messages):
    messages += PersonFactory.create_batch(5)
    queries_for(4, messages)
    small = queries_for(4, messages)
    assert queries_for(80, messages) <= small
    assert small < 25


def test_unread_are_counted_with_one_query(messages, django_assert_num_queries):
    messages.append(PersonFactory())
    happen()
    happen()
    making.take_facts()
    with django_assert_num_queries(1):
        assert unread_count(messages[0]) == 2

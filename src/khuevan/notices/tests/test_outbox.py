"""E-mail through a real SMTP server that misbehaves."""

from datetime import timedelta
from importlib import import_module

import pytest

from khuevan.directory.tests.factories import PersonFactory, make_person
from khuevan.notices import actions, making, outbox
from khuevan.notices.models import Delivery, DeliveryState, Notice
from khuevan.notices.rules import RETRY_AFTER
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken, Unavailable

from .support import NEXT_MORNING, NIGHT, WEDNESDAY, happen, wish


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


@pytest.fixture
def reader(messages):
    messages.append(PersonFactory(language="en", full_name="Nguyễn Thị Đọc"))
    return messages[0]


def tell(kind="toy.thing_burnt", at=WEDNESDAY):
    with clock.telling(at):
        happen(kind)
        making.take_facts()
    return Delivery.objects.get()


def deliver(at=WEDNESDAY):
    with clock.telling(at):
        return outbox.deliver_due()


def texts(message):
    return [part.get_content() for part in message.iter_parts()]


def test_an_urgent_notice_leaves_at_once(reader, post_office):
    delivery = tell()
    assert deliver() == 1
    (message,) = post_office.taken
    assert message["To"] == reader.email
    assert message["Subject"] == "Thing A1 moved"
    assert message["Message-ID"] == f"<{delivery.pk}@localhost>"
    assert message["List-Unsubscribe"] == "<http://localhost:8000/notices/settings/>"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = texts(message)
    link = f"http://localhost:8000/notices/{Notice.objects.get().pk}/"
    for text in (plain, html):
        assert "The thing A1 moved by 3." in text
        assert "Dear Nguyễn Thị Đọc," in text
        assert link in text
    assert '<html lang="en">' in html
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT


def test_the_readers_language_frames_the_mail(reader, post_office):
    reader.language = "vi"
    reader.save()
    tell()
    deliver()
    assert "Kính gửi Nguyễn Thị Đọc," in texts(post_office.taken[0])[0]


def test_what_was_written_cannot_break_the_mail(reader, post_office):
    with clock.telling(WEDNESDAY):
        happen("toy.thing_burnt", code="<b>&A\r\nBcc: x@example.org")
        making.take_facts()
    deliver()
    (message,) = post_office.taken
    assert message["Bcc"] is None
    assert message["Subject"] == "Thing <b>&A Bcc: x@example.org moved"
    plain, html = texts(message)
    assert "<b>&A" in plain
    assert "&lt;b&gt;&amp;A" in html


def test_a_digest_tells_what_is_still_unread(reader, post_office):
    with clock.telling(WEDNESDAY):
        for code in ("A1", "A2", "A3"):
            happen(code=code)
        making.take_facts()
        actions.read_notice(
            notice=Notice.objects.get(subject__contains="A2"), by=reader
        )
    assert deliver(NEXT_MORNING - timedelta(minutes=1)) == 0
    assert deliver(NEXT_MORNING) == 1
    (message,) = post_office.taken
    assert message["Subject"] == "2 notices for you, 20/11/2025"
    for text in texts(message):
        assert "A1" in text
        assert "A3" in text
        assert "A2" not in text


def test_what_was_read_meanwhile_is_not_sent(reader, post_office):
    tell(at=NIGHT)
    actions.read_notice(notice=Notice.objects.get(), by=reader)
    assert deliver(NEXT_MORNING) == 1
    assert post_office.taken == []
    assert Delivery.objects.get().state == DeliveryState.DROPPED


def test_a_channel_given_up_is_not_used(reader, post_office):
    tell()
    wish(reader, email=False)
    deliver()
    assert post_office.taken == []
    assert Delivery.objects.get().state == DeliveryState.DROPPED


@pytest.mark.parametrize("manner", ["451 try again later", "drop"])
def test_a_passing_fault_is_tried_again(reader, post_office, manner):
    delivery = tell()
    post_office.behave(manner)
    assert deliver() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 1)
    assert delivery.answer
    assert deliver() == 0
    assert deliver(WEDNESDAY + RETRY_AFTER[0]) == 1
    assert post_office.ids() == [f"<{delivery.pk}@localhost>"]


def test_one_fault_does_not_hold_up_others(messages, post_office):
    messages += PersonFactory.create_batch(3)
    with clock.telling(WEDNESDAY):
        happen("toy.thing_burnt")
        making.take_facts()
    post_office.behave("take", "drop", "take")
    assert deliver() == 3
    assert len(post_office.taken) == 2


def test_a_refusal_is_final_until_somebody_mends_it(reader, post_office):
    delivery = tell()
    post_office.behave("550 no such person")
    assert deliver() == 1
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DEAD
    assert "no such person" in delivery.answer
    assert deliver(WEDNESDAY + timedelta(days=3)) == 0
    with clock.telling(WEDNESDAY):
        actions.send_again(delivery=delivery, by=make_person("operator"))
    assert deliver() == 1
    assert post_office.ids() == [f"<{delivery.pk}@localhost>"]


def test_only_what_was_given_up_is_sent_again(reader, post_office):
    delivery = tell()
    with pytest.raises(RuleBroken):
        actions.send_again(delivery=delivery, by=make_person("operator"))
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WAITING


def test_it_is_given_up_after_the_last_attempt(reader, post_office):
    wish(reader, urgent_passes=True)
    delivery = tell()
    post_office.behave(*["450 busy"] * 10)
    at = WEDNESDAY
    for wait in (*RETRY_AFTER, timedelta()):
        assert deliver(at) == 1
        at += wait
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DEAD
    assert delivery.attempts == len(RETRY_AFTER) + 1


def test_a_closed_server_costs_no_attempt(reader, post_office):
    delivery = tell()
    post_office.stop()
    with pytest.raises(Unavailable):
        deliver()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 0)
    post_office.start()
    assert deliver() == 1
    assert len(post_office.taken) == 1


def test_a_closed_server_holds_up_no_other_channel(messages, post_office, settings):
    settings.NOTICES_GATEWAYS = {"sms": "khuevan.notices.sandbox.Sandbox", "zalo": ""}
    messages.append(PersonFactory(phone="0912345678"))
    with clock.telling(WEDNESDAY):
        wish(messages[0], sms=True)
        happen("toy.thing_burnt")
        making.take_facts()
    post_office.stop()
    with pytest.raises(Unavailable):
        deliver()
    assert Delivery.objects.get(state=DeliveryState.SENT).channel == "sms"
    post_office.start()


def test_without_a_server_nothing_is_queued(reader, settings):
    settings.EMAIL_HOST = ""
    with clock.telling(WEDNESDAY):
        happen("toy.thing_burnt")
        making.take_facts()
    assert Notice.objects.count() == 1
    assert not Delivery.objects.exists()


def test_a_lost_lease_marks_nothing(reader, post_office):
    """Slower than its lease: another process has taken the delivery over."""
    delivery = tell()
    post_office.clerk.after_taking = lambda: None
    with clock.telling(WEDNESDAY):
        taken = outbox._take("email")
    with clock.telling(WEDNESDAY + outbox.LEASE):
        again = outbox._take("email")
        outbox._mark(taken, DeliveryState.DEAD, "too late")
    assert again.pk == delivery.pk
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENDING


def test_a_second_attempt_does_not_disturb_at_night(reader, post_office):
    delivery = tell()
    post_office.behave("450 busy")
    deliver()
    deliver(NIGHT)
    delivery.refresh_from_db()
    assert (delivery.due_at, delivery.attempts) == (NEXT_MORNING, 1)
    assert deliver(NEXT_MORNING) == 1
    assert len(post_office.taken) == 1


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("", None, None),
        ("smtp://localhost", "localhost", None),
        ("smtp+starttls://me:p%40ss@mail.example.org:2525", "mail.example.org", 2525),
        ("smtps://mail.example.org", "mail.example.org", None),
    ],
)
def test_the_address_of_a_mail_server_is_read(url, host, port):
    parts = import_module("khuevan.settings")._smtp(url)
    assert (parts.hostname, parts.port) == (host, port)


@pytest.mark.parametrize(
    "url",
    ["mail.example.org", "https://mail.example.org", "smtp://", "smtp://host:ssl"],
)
def test_another_address_is_refused_in_words(url):
    with pytest.raises(Unavailable, match="KHUEVAN_SMTP_URL"):
        import_module("khuevan.settings")._smtp(url)

"""Webhooks against a real server that misbehaves."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.directory.tests.factories import make_person
from khuevan.journal import actions, webhooks
from khuevan.journal.models import Delivery, Subscription
from khuevan.journal.public import facts_about, record
from khuevan.journal.rules import (
    RETRY_AFTER,
    next_attempt,
    signature_of,
    wants,
)
from khuevan.platform import clock, outside
from khuevan.platform.errors import InputRefused, RuleBroken

from .support import Clerk, subject


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


class Receiver(BaseHTTPRequestHandler):
    """Answers as `server.behaviour` says and remembers what it got."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((dict(self.headers), body))
        self.server.behaviour(self)

    def log_message(self, *_):
        pass


def answer(status):
    def behave(handler):
        handler.send_response(status)
        handler.send_header("location", "http://127.0.0.1:1/")
        handler.end_headers()

    return behave


def hang(handler):
    handler.server.let_go.wait(5)


def trickle(handler):
    """A byte now and then: no single wait is long, the whole is endless."""
    for byte in b"HTTP/1.1 200 OK" + b" " * 1000:
        if handler.server.let_go.wait(0.02):
            return
        handler.wfile.write(bytes([byte]))


def hang_up(handler):
    handler.connection.close()


def talk_nonsense(handler):
    handler.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")


@pytest.fixture
def receiver(settings, monkeypatch):
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    monkeypatch.setattr(outside, "TOTAL_SECONDS", 0.2)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.behaviour = [], answer(204)
    server.let_go = threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}/hook?x=1"
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, args=[0.01]).start()
    yield server
    server.let_go.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def operator():
    return make_person("operator")


@pytest.fixture
def subscription(receiver, operator):
    return actions.subscribe(url=receiver.url, kinds=["steering.*"], by=operator)


def tell():
    number = record("steering.task_verified", subject=subject(), by=Clerk(), share=41)
    webhooks.fan_out()
    return number


def deliver_later():
    """Deliver as if the longest wait had passed."""
    with clock.telling(clock.now() + timedelta(days=2)):
        return webhooks.deliver_due()


def test_a_message_is_signed_and_names_no_person(receiver, subscription):
    number = tell()
    assert webhooks.deliver_due() == 1
    ((headers, body),) = receiver.got
    assert headers["webhook-signature"] == signature_of(
        subscription.secret,
        headers["webhook-id"],
        int(headers["webhook-timestamp"]),
        body,
    )
    sent = json.loads(body)
    assert sent["type"] == "steering.task_verified"
    assert sent["data"]["number"] == number
    assert sent["data"]["figures"] == {"share": 41}
    assert b"directory.person" not in body
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.answer) == ("delivered", "204 No Content")


def test_the_signature_is_the_one_of_standard_webhooks():
    """The example of the specification's reference libraries."""
    assert signature_of(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    ) == ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")


def test_each_fact_becomes_one_message(receiver, subscription):
    tell()
    webhooks.fan_out()
    assert webhooks.deliver_due() == 1
    assert webhooks.deliver_due() == 0
    assert len(receiver.got) == 1


def test_other_kinds_and_older_facts_are_not_told(receiver, operator):
    record("steering.task_verified", subject=subject(), by=None)
    actions.subscribe(url=receiver.url, kinds=["steering.task_late"], by=operator)
    tell()
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (answer(500), "500 Internal Server Error"),
        (answer(302), "302 Found"),
        (hang, ""),
        (trickle, ""),
        (hang_up, "RemoteDisconnected"),
        (talk_nonsense, "BadStatusLine"),
    ],
    ids=["error", "redirect", "silence", "trickle", "hang-up", "nonsense"],
)
def test_a_failed_attempt_is_tried_again_under_the_same_id(
    receiver, subscription, behaviour, said
):
    receiver.behaviour = behaviour
    tell()
    begun = time.monotonic()
    webhooks.deliver_due()
    assert time.monotonic() - begun < 4
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("waiting", 1)
    assert said in delivery.answer
    assert delivery.due_at > clock.now()
    assert webhooks.deliver_due() == 0
    receiver.behaviour = answer(200)
    assert deliver_later() == 1
    assert Delivery.objects.get().state == "delivered"
    first, second = receiver.got
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[1] == second[1]


def test_nobody_listening_is_a_failed_attempt(receiver, operator):
    actions.subscribe(
        url="http://127.0.0.1:1/", kinds=["steering.task_verified"], by=operator
    )
    tell()
    webhooks.deliver_due()
    assert "ConnectionRefused" in Delivery.objects.get().answer


def test_a_message_nobody_takes_is_dead_and_can_be_sent_again(
    receiver, subscription, operator
):
    receiver.behaviour = answer(500)
    tell()
    for day in range(len(RETRY_AFTER) + 1):
        with clock.telling(clock.now() + timedelta(days=2 * day)):
            webhooks.deliver_due()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("dead", len(RETRY_AFTER) + 1)
    receiver.behaviour = answer(200)
    actions.redeliver(delivery=delivery, by=operator)
    assert webhooks.deliver_due() == 1
    assert Delivery.objects.get().state == "delivered"
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert facts_about(delivery.ref)[-1].kind == "journal.delivery_repeated"


def test_a_process_that_died_gives_its_deliveries_back(receiver, subscription):
    tell()
    assert webhooks._claim_one() is not None
    assert webhooks._claim_one() is None
    with clock.telling(clock.now() + webhooks.LEASE):
        assert webhooks.deliver_due() == 1
    assert Delivery.objects.get().attempts == 2


def test_a_paused_subscription_keeps_its_messages(receiver, subscription, operator):
    actions.pause_subscription(subscription=subscription, by=operator)
    tell()
    assert webhooks.deliver_due() == 0
    with pytest.raises(RuleBroken, match="already paused"):
        actions.pause_subscription(subscription=subscription, by=operator)
    actions.resume_subscription(subscription=subscription, by=operator)
    assert webhooks.deliver_due() == 1
    with pytest.raises(RuleBroken, match="not paused"):
        actions.resume_subscription(subscription=subscription, by=operator)
    kinds = [fact.kind for fact in facts_about(subscription.ref)]
    assert kinds == [
        "journal.subscription_opened",
        "journal.subscription_paused",
        "journal.subscription_resumed",
    ]


def test_only_an_operator_manages_webhooks(receiver, subscription):
    leader = make_person("leader")
    webhooks.fan_out()
    tell()
    delivery = Delivery.objects.get()
    for attempt in (
        lambda: actions.subscribe(url=receiver.url, kinds=["a.*"], by=leader),
        lambda: actions.pause_subscription(subscription=subscription, by=leader),
        lambda: actions.resume_subscription(subscription=subscription, by=leader),
        lambda: actions.redeliver(delivery=delivery, by=leader),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert list(Subscription.objects.values_list("paused_at")) == [(None,)]
    assert Delivery.objects.visible_to(leader).count() == 0


def test_a_message_under_way_is_not_sent_twice(receiver, subscription, operator):
    tell()
    with pytest.raises(RuleBroken, match="still being delivered"):
        actions.redeliver(delivery=Delivery.objects.get(), by=operator)


@pytest.mark.parametrize(
    ("url", "kinds"),
    [
        ("http://example.org/", ["a.*"]),
        ("ftp://example.org/", ["a.*"]),
        ("https:///path", ["a.*"]),
        ("https://me:secret@example.org/", ["a.*"]),
        ("https://example.org/#here", ["a.*"]),
        ("https://example.org/", []),
        ("https://example.org/", ["*"]),
        ("https://example.org/", ["steering.task"]),
    ],
)
def test_addresses_and_kinds_that_cannot_be_are_refused(url, kinds, operator, settings):
    settings.WEBHOOKS_MAY_STAY_INSIDE = False
    with pytest.raises(InputRefused):
        actions.subscribe(url=url, kinds=kinds, by=operator)
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0"])
def test_private_addresses_are_never_connected_to(receiver, host, settings):
    url = f"http://{host}:{receiver.server_port}/"
    reply = outside.post(url, b"", {}, inside=False)
    assert reply.reason == "The address is not on the open internet."
    assert receiver.got == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
    ],
)
def test_which_addresses_are_of_the_open_internet(address, public):
    assert outside.is_public(address) is public


def test_waits_between_attempts_grow_and_end():
    now = datetime(2025, 12, 1, tzinfo=UTC)
    waits = [next_attempt(n, now) - now for n in range(1, len(RETRY_AFTER) + 1)]
    assert waits == sorted(waits)
    assert next_attempt(len(RETRY_AFTER) + 1, now) is None


def test_a_subscription_to_an_app_wants_all_its_kinds():
    assert wants(["steering.*"], "steering.task_late")
    assert wants(["steering.task_late"], "steering.task_late")
    assert not wants(["steering.*"], "law.rule_changed")

"""The contract of gateways, run against the sandbox, and short messages through it."""

import pytest

from khuevan.directory.tests.factories import PersonFactory, make_person
from khuevan.notices import actions, making, outbox
from khuevan.notices.gateways import Deferred, Refused, available, gateway_of
from khuevan.notices.models import Delivery, DeliveryState, Mood, SandboxMessage
from khuevan.notices.rules import RETRY_AFTER, Channel
from khuevan.platform import clock

from .support import WEDNESDAY, happen, wish


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]
SANDBOX = "khuevan.notices.sandbox.Sandbox"


@pytest.fixture(params=[Channel.SMS, Channel.ZALO])
def channel(request, settings):
    settings.NOTICES_GATEWAYS = {request.param.value: SANDBOX}
    return request.param


@pytest.fixture
def gateway(channel):
    """Whoever connects a provider runs this contract against their own class."""
    return gateway_of(channel)


def test_every_message_has_a_receipt(gateway):
    first = gateway.send("+84912345678", "Đến hạn", key="1")
    second = gateway.send("+84912345678", "Đến hạn", key="2")
    assert first
    assert second
    assert first != second


def test_the_same_key_is_sent_once(gateway):
    first = gateway.send("+84912345678", "Đến hạn", key="1")
    assert gateway.send("+84912345678", "Đến hạn", key="1") == first
    assert SandboxMessage.objects.count() == 1


@pytest.mark.parametrize(("mood", "fault"), [("busy", Deferred), ("refuses", Refused)])
def test_a_fault_keeps_no_message(gateway, channel, mood, fault):
    actions.set_sandbox_mood(
        channel=channel, mood=Mood(mood), by=make_person("operator")
    )
    with pytest.raises(fault):
        gateway.send("+84912345678", "Đến hạn", key="1")
    assert not SandboxMessage.objects.exists()


def test_channels_are_those_somebody_carries(channel, settings):
    assert available() == [channel]
    settings.NOTICES_GATEWAYS = {}
    assert available() == []
    assert gateway_of(channel) is None


@pytest.fixture
def delivery(messages, channel):
    messages.append(PersonFactory(phone="0912 345 678"))
    with clock.telling(WEDNESDAY):
        wish(messages[0], **{channel.value: True})
        happen("toy.thing_burnt")
        happen("toy.thing_moved")
        making.take_facts()
    return Delivery.objects.get()


def deliver(at):
    with clock.telling(at):
        return outbox.deliver_due()


def test_only_what_is_urgent_goes_to_the_telephone(delivery):
    deliver(WEDNESDAY)
    kept = SandboxMessage.objects.get()
    notice = delivery.notices.get()
    assert kept.to == "+84912345678"
    assert kept.text == (
        f"Khuê Văn: Thing A1 moved http://localhost:8000/notices/{notice.pk}/"
    )
    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (DeliveryState.SENT, str(kept.pk))


def test_a_busy_carrier_is_asked_again(delivery, channel):
    operator = make_person("operator")
    actions.set_sandbox_mood(channel=channel, mood=Mood.BUSY, by=operator)
    deliver(WEDNESDAY)
    actions.set_sandbox_mood(channel=channel, mood=Mood.WORKS, by=operator)
    assert deliver(WEDNESDAY) == 0
    assert deliver(WEDNESDAY + RETRY_AFTER[0]) == 1
    assert SandboxMessage.objects.count() == 1


def test_a_refused_message_is_given_up(delivery, channel):
    operator = make_person("operator")
    actions.set_sandbox_mood(channel=channel, mood=Mood.REFUSES, by=operator)
    deliver(WEDNESDAY)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DEAD

"""What every gateway must keep: a city runs these against its own, too."""

from dataclasses import replace

import pytest

from khuevan.payments.gateways import (
    Asked,
    RefundWanted,
    Unreadable,
    WrongSignature,
    gateway_named,
)
from khuevan.payments.rules.reconciling import Kind, Movement
from khuevan.payments.sandbox import Telling, event_of, remember_payment, telling
from khuevan.platform import clock


pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway():
    return gateway_named("sandbox")


def test_it_says_where_to_pay(gateway):
    assert gateway.start(Asked("token", "KV0000000000", 1)).startswith("/")


def test_it_reads_back_what_it_signed(gateway):
    event = event_of(remember_payment("KV1", 5_000))
    told = telling(event)
    assert gateway.verify(told.headers, told.body) == event


@pytest.mark.parametrize("spoil", ["body", "header", "none"])
def test_it_believes_nothing_that_was_changed(gateway, spoil):
    told = telling(event_of(remember_payment("KV1", 5_000)))
    changed = {
        "body": Telling(told.headers, told.body.replace(b"5000", b"9000")),
        "header": Telling({"X-Signature": "é"}, told.body),
        "none": Telling({}, told.body),
    }[spoil]
    with pytest.raises(WrongSignature):
        gateway.verify(changed.headers, changed.body)


def test_it_gives_back_once_for_one_key(gateway):
    wanted = RefundWanted("key", 5, (Movement("T", Kind.PAYMENT, 5),))
    first = gateway.refund(wanted)
    assert gateway.refund(wanted) == first
    assert gateway.refund(replace(wanted, key="other")) != first


def test_its_list_of_a_day_holds_what_moved(gateway):
    moved = remember_payment("KV1", 5_000)
    back = gateway.refund(RefundWanted("key", 5, ()))
    found = {
        m.transaction: (m.kind, m.amount) for m in gateway.statement(clock.today())
    }
    assert found == {moved.transaction: (Kind.PAYMENT, 5_000), back: (Kind.REFUND, 5)}


@pytest.mark.parametrize(
    "changes",
    [
        {"transaction": ""},
        {"transaction": "x" * 81},
        {"amount": 0},
        {"reference": "a\0"},
    ],
)
def test_an_event_that_makes_no_sense_is_none(changes):
    event = event_of(remember_payment("KV1", 5_000))
    with pytest.raises(Unreadable):
        replace(event, **changes)

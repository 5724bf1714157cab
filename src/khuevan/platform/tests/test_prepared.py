"""Questions worded once: what they find, and that they are worded once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, models
from django.db.transaction import TransactionManagementError

from khuevan.platform.ids import uuid7
from khuevan.platform.models import FirstAnswer
from khuevan.platform.prepared import Given, Prepared


KEY = Given("key", models.UUIDField())


def make_answer(**told):
    return FirstAnswer.objects.create(
        **{
            "actor": "visitor", "key": uuid7().hex, "fingerprint": "0" * 64, "status": 200,
            "headers": {"A": "b"}, "body": b"x", "expires_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        | told
    )  # fmt: skip


def good_answers():
    return Prepared(lambda: FirstAnswer.objects.filter(pk=KEY, status=200))


@pytest.mark.django_db
def test_it_finds_what_its_queryset_finds():
    first, second, question = make_answer(), make_answer(), good_answers()
    assert question.get(key=first.pk) == first
    assert question.get(key=second.pk).key == second.key
    again = question.get(key=first.pk)
    again.status = 500
    fresh = question.get(key=first.pk)
    assert (fresh.status, fresh.headers, bytes(fresh.body)) == (200, {"A": "b"}, b"x")
    assert fresh.expires_at == first.expires_at


@pytest.mark.django_db
def test_what_is_not_there_does_not_exist():
    answer, question = make_answer(status=404), good_answers()
    assert question.ask(key=answer.pk) == []
    with pytest.raises(FirstAnswer.DoesNotExist):
        question.get(key=answer.pk)


@pytest.mark.django_db
def test_lists_come_whole_and_in_order():
    made = [make_answer(actor="same") for _ in range(3)]
    actor = Given("actor", models.CharField())
    question = Prepared(lambda: FirstAnswer.objects.filter(actor=actor).order_by("pk"))
    assert question.ask(actor="same") == made
    assert question.ask(actor="other") == []


@pytest.mark.django_db
def test_it_is_worded_once():
    answer, worded = make_answer(), []

    def build():
        worded.append(1)
        return FirstAnswer.objects.filter(pk=KEY)

    question = Prepared(build)
    for _ in range(3):
        assert question.get(key=answer.pk) == answer
    assert worded == [1]


@pytest.mark.django_db
def test_each_thread_asks_on_its_own_connection():
    answer, question, seen = make_answer(), good_answers(), []
    assert question.ask(key=answer.pk) == [answer]

    def elsewhere():
        seen.append(question.ask(key=answer.pk))
        connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [[]]  # nothing of this test's uncommitted row


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction_each_time():
    answer = make_answer()
    locking = Prepared(lambda: FirstAnswer.objects.select_for_update().filter(pk=KEY))
    for _ in range(2):
        with pytest.raises(TransactionManagementError):
            locking.get(key=answer.pk)

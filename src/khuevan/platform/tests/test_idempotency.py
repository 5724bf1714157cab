"""The same request twice is carried out once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client

from khuevan.platform import clock, idempotency
from khuevan.platform.models import FirstAnswer

from . import urls


pytestmark = [pytest.mark.urls("khuevan.platform.tests.urls"), pytest.mark.django_db]
KEY = {"idempotency-key": "k-1"}


@pytest.fixture(autouse=True)
def nothing_made():
    urls.MADE.clear()


@pytest.fixture
def an(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="an", full_name="An"))
    return client


def test_the_first_answer_is_given_again(an):
    first = an.post("/make", {"name": "a"}, headers=KEY)
    again = an.post("/make", {"name": "a"}, headers=KEY)
    assert (again.status_code, again.content, again["Location"]) == (
        201,
        b"made 1",
        "/x",
    )
    assert "Idempotency-Replayed" in again
    assert "Idempotency-Replayed" not in first
    assert urls.MADE == ["a"]


def test_a_page_names_its_request_by_a_hidden_field(an):
    key = idempotency.new_key()
    for token in ("one", "two"):
        an.post(
            "/make", {"name": "a", idempotency.FIELD: key, "csrfmiddlewaretoken": token}
        )
    assert urls.MADE == ["a"]


def test_without_a_key_every_request_counts(an):
    an.post("/make", {"name": "a"})
    an.post("/make", {"name": "a"})
    assert urls.MADE == ["a", "a"]


def test_a_key_used_for_another_request_is_refused(an):
    an.post("/make", {"name": "a"}, headers=KEY)
    assert an.post("/make", {"name": "b"}, headers=KEY).status_code == 409
    assert urls.MADE == ["a"]


def test_a_key_is_its_owners_alone(an):
    an.post("/make", {"name": "a"}, headers=KEY)
    binh = Client()
    binh.force_login(get_user_model().objects.create(username="binh", full_name="Bình"))
    assert binh.post("/make", {"name": "b"}, headers=KEY).content == b"made 2"


def test_what_a_refused_misuse_left_stays_and_what_another_refusal_left_does_not(an):
    assert an.post("/make", {"broken": "a rule"}, headers=KEY).status_code == 409
    assert not FirstAnswer.objects.exists()
    told = {"broken": "self-dealing", "misuse": "self_dealing"}
    assert an.post("/make", told, headers=KEY).status_code == 409
    assert [(kept.actor, kept.key) for kept in FirstAnswer.objects.all()] == [("trace", "self-dealing")]  # fmt: skip
    assert an.post("/make", {"name": "a"}, headers=KEY).status_code == 201


def test_a_refused_request_may_be_mended_under_its_key(an):
    assert an.post("/make", {"wrong": "1"}, headers=KEY).status_code == 422
    assert an.post("/make", {"broken": "1"}, headers=KEY).status_code == 409
    assert an.post("/make", {"name": "a"}, headers=KEY).status_code == 201
    assert urls.MADE == ["a"]


def test_an_expired_key_is_free_again(an, django_user_model):
    an.post("/make", {"name": "a"}, headers=KEY)
    with clock.telling(clock.now() + idempotency.KEPT + timedelta(minutes=1)):
        again = Client()  # the first session has long ended
        again.force_login(django_user_model.objects.get())
        assert again.post("/make", {"name": "b"}, headers=KEY).content == b"made 2"
        assert idempotency.forget_expired() == 0
    with clock.telling(clock.now() + 3 * idempotency.KEPT):
        assert idempotency.forget_expired() == 1


def test_a_key_too_long_is_refused(an):
    assert an.post("/make", headers={"idempotency-key": "k" * 201}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_duplicate_meanwhile_waits_for_the_first_answer(django_user_model):
    person = django_user_model.objects.create(username="an", full_name="An")
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(person)
    answers = []

    def post(client):
        answers.append(client.post("/make", {"name": "a"}, headers=KEY).content)
        connection.close()

    threads = [threading.Thread(target=post, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [b"made 1", b"made 1"]
    assert urls.MADE == ["a"]


@pytest.mark.django_db(transaction=True)
def test_a_duplicate_that_waits_too_long_is_told_to_come_back(
    django_user_model, monkeypatch
):
    monkeypatch.setattr(idempotency, "PATIENCE_SECONDS", "0.1")
    person = django_user_model.objects.create(username="an", full_name="An")
    client = Client()
    client.force_login(person)
    answers = []

    def post():
        answers.append(client.post("/make", {"name": "a"}, headers=KEY))
        connection.close()

    with transaction.atomic():
        FirstAnswer.objects.create(
            actor=person.ref, key="k-1", expires_at=clock.now() + idempotency.KEPT
        )
        duplicate = threading.Thread(target=post)
        duplicate.start()
        duplicate.join()
    assert answers[0].status_code == 409
    assert answers[0]["Retry-After"] == "2"
    assert urls.MADE == []


def _setting(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_write_keeps_its_plans_and_waits_as_usual_after_its_claim():
    outside = _setting("plan_cache_mode"), _setting("lock_timeout")
    assert outside == ("force_custom_plan", "0")
    asked = {"actor": "an", "key": "k-1"}
    with transaction.atomic():
        assert idempotency._claim(asked, "0" * 64)
        assert (_setting("plan_cache_mode"), _setting("lock_timeout")) == ("auto", "0")
        assert not idempotency._claim(asked, "0" * 64)
    assert (_setting("plan_cache_mode"), _setting("lock_timeout")) == outside

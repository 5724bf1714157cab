"""The journal's pages, for strangers, readers and operators."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from khuevan.directory.tests.factories import make_person
from khuevan.journal import actions, presenters
from khuevan.journal.models import Checkpoint, Delivery, Subscription
from khuevan.journal.public import register_presenter
from khuevan.journal.queries import facts_per_day
from khuevan.platform import clock

from .support import record_some, subject


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction", "in_english"),
]


@pytest.fixture
def in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def numbers():
    found = record_some(4)
    call_command("journal", "seal", stdout=StringIO())
    return found


@pytest.fixture
def presenter(monkeypatch):
    monkeypatch.setattr(presenters, "_presenters", {})
    register_presenter(
        "steering.task",
        may_see=lambda person, about: person.full_name == "Chủ",
        words=lambda fact: f"Step {fact.figures['step']} was taken",
    )


def text_of(response):
    return response.content.decode()


def test_a_stranger_reads_how_the_journal_works(client, numbers):
    page = text_of(client.get("/journal/"))
    assert "How this works" in page
    assert "4 facts" in page
    assert "localhost/journal+" in page


def test_facts_are_counted_on_the_day_they_were_signed(numbers):
    Checkpoint.objects.update(signed_at=clock.now() - timedelta(days=2))
    record_some(3)
    call_command("journal", "seal", stdout=StringIO())
    counts = [count for _, count in facts_per_day(4)]
    assert counts == [0, 4, 0, 3]


def test_the_page_stands_before_anything_is_signed(client):
    assert "Nothing has been signed yet" in text_of(client.get("/journal/"))
    assert client.get("/journal/checkpoint").status_code == 404


def test_a_stranger_takes_the_checkpoint_as_text(client, numbers):
    response = client.get("/journal/checkpoint")
    assert response["content-type"] == "text/plain; charset=utf-8"
    assert text_of(response).startswith("localhost/journal\n4\n")


def test_a_stranger_gets_a_proof_without_content(client, numbers):
    proof = client.get(f"/journal/proof/{numbers[1]}").json()
    assert (proof["index"], proof["size"], len(proof["path"])) == (1, 4, 2)
    assert "content" not in proof


def test_who_may_see_a_things_facts_gets_the_content_of_their_proofs(
    client, presenter, numbers
):
    address = f"/journal/proof/{numbers[1]}"
    client.force_login(make_person(full_name="Chủ"))
    assert f"\n{numbers[1]}\n" in client.get(address).json()["content"]
    client.force_login(make_person(full_name="Khách"))
    assert "content" not in client.get(address).json()


def test_without_presenter_only_readers_of_the_whole_city_get_the_content(
    client, numbers
):
    client.force_login(make_person("official"))
    assert "content" not in client.get(f"/journal/proof/{numbers[1]}").json()
    client.force_login(make_person("inspector"))
    content = client.get(f"/journal/proof/{numbers[1]}").json()["content"]
    assert f"\n{numbers[1]}\n" in content


def test_a_proof_of_nothing_is_not_found(client, numbers):
    assert client.get("/journal/proof/999999").status_code == 404


def test_a_witness_elsewhere_gets_a_consistency_proof(client, numbers):
    answer = client.get("/journal/consistency/2/4").json()
    assert (answer["old"], answer["new"], len(answer["path"])) == (2, 4, 1)
    assert client.get("/journal/consistency/2/5").status_code == 404
    assert client.get("/journal/consistency/4/2").status_code == 404


def test_traces_are_shown_to_whom_the_app_says(client, presenter):
    about = subject()
    record_some(2, about=about)
    client.force_login(make_person(full_name="Chủ"))
    page = text_of(client.get(f"/journal/facts/{about}/"))
    assert "Step 0 was taken" in page
    assert "Step 1 was taken" in page
    client.force_login(make_person())
    assert client.get(f"/journal/facts/{about}/").status_code == 404


def test_traces_without_presenter_are_for_the_whole_citys_readers(client):
    about = subject("law.rule")
    record_some(1, about=about)
    client.force_login(make_person())
    assert client.get(f"/journal/facts/{about}/").status_code == 404
    client.force_login(make_person("leader"))
    assert "steering.task_reported" in text_of(client.get(f"/journal/facts/{about}/"))


def test_a_stranger_is_asked_to_sign_in_for_traces(client):
    about = subject()
    record_some(1, about=about)
    for path in (f"/journal/facts/{about}/", "/journal/webhooks/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["location"].startswith("/sign-in/")


def test_traces_take_one_query_beside_the_reader(
    client, presenter, django_assert_num_queries
):
    about = subject()
    record_some(30, about=about)
    person = make_person(full_name="Chủ")
    client.force_login(person)
    # session, authority, the facts, bar 2
    with django_assert_num_queries(5):
        client.get(f"/journal/facts/{about}/")


def test_an_operator_subscribes_pauses_and_resumes(client):
    client.force_login(make_person("operator"))
    given = {"url": "https://example.org/hook", "kinds": "steering.*\nlaw.rule_changed"}
    page = text_of(client.post("/journal/webhooks/", given, follow=True))
    subscription = Subscription.objects.get()
    assert subscription.secret in page
    assert "law.rule_changed, steering.*" in page
    assert subscription.secret not in text_of(client.get("/journal/webhooks/"))
    client.post(f"/journal/webhooks/{subscription.pk}/pause")
    assert "Paused since" in text_of(client.get("/journal/webhooks/"))
    client.post(f"/journal/webhooks/{subscription.pk}/resume")
    assert "Active" in text_of(client.get("/journal/webhooks/"))


def test_a_wrong_subscription_is_explained_in_its_place(client):
    client.force_login(make_person("operator"))
    given = {"url": "http://example.org/", "kinds": "everything"}
    page = text_of(client.post("/journal/webhooks/", given))
    assert "does not begin with https" in page
    assert "These are not kinds of facts" in page
    assert re.search(r"<a href=\"#id_url\">", page)
    assert Subscription.objects.count() == 0


def test_an_operator_sends_a_dead_message_again(client):
    operator = make_person("operator")
    client.force_login(operator)
    subscription = actions.subscribe(
        url="https://example.org/", kinds=["a.*"], by=operator
    )
    delivery = Delivery.objects.create(
        subscription=subscription, fact=7, kind="a.b_c", body="{}", state="dead",
        due_at=clock.now(), finished_at=clock.now(), answer="500 Broken",
    )  # fmt: skip
    assert "500 Broken" in text_of(client.get("/journal/webhooks/"))
    client.post(f"/journal/deliveries/{delivery.pk}/repeat")
    assert Delivery.objects.get().state == "waiting"


def test_webhooks_do_not_exist_for_others(client):
    operator = make_person("operator")
    subscription = actions.subscribe(
        url="https://example.org/", kinds=["a.*"], by=operator
    )
    client.force_login(make_person("leader"))
    assert client.get("/journal/webhooks/").status_code == 404
    response = client.post(f"/journal/webhooks/{subscription.pk}/pause")
    assert response.status_code == 404
    assert Subscription.objects.get().paused_at is None

"""The pages of notices, as a browser without JavaScript uses them."""

import pytest
from django.urls import reverse

from khuevan.directory.tests.factories import PersonFactory, make_person
from khuevan.journal.public import facts_about
from khuevan.notices import making
from khuevan.notices.models import (
    Delivery,
    DeliveryState,
    Notice,
    Preferences,
    SandboxMood,
)
from khuevan.notices.public import unread_count
from khuevan.platform import clock

from .support import WEDNESDAY, happen


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


@pytest.fixture
def reader(messages, client):
    messages.append(make_person(language="en"))
    client.force_login(messages[0])
    client.cookies["django_language"] = "en"
    return messages[0]


@pytest.fixture
def operator(client, settings):
    person = make_person("operator")
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return person


def tell(*codes, kind="toy.thing_burnt"):
    for code in codes:
        happen(kind, code=code)
    making.take_facts()


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_unread_notices_come_first(reader, client):
    tell("A1", "A2", "A3")
    newest = Notice.objects.order_by("-fact").first()
    client.post(reverse("notices-read", args=[newest.pk]))
    page = text(client.get("/notices/"))
    assert page.index("Thing A2") < page.index("Thing A1") < page.index("Thing A3")
    unread = text(client.get("/notices/?show=unread"))
    assert "Thing A3" not in unread
    assert "Unread (2)" in unread
    read = text(client.get("/notices/?show=read&page=9"))
    assert "Thing A3" in read
    assert "Thing A2" not in read


def test_opening_leads_to_the_thing_and_reads(reader, client):
    tell("A1")
    notice = Notice.objects.get()
    for _ in range(2):
        answer = client.get(reverse("notices-open", args=[notice.pk]))
        assert answer["Location"] == "/city/?thing=A1"
    assert unread_count(reader) == 0
    assert [f.kind for f in facts_about(notice.ref)] == ["notices.notice_read"]


def test_another_persons_notice_is_not_found(reader, client, messages):
    messages[:] = [PersonFactory()]
    tell("A1")
    notice = Notice.objects.get()
    assert "Thing A1" not in text(client.get("/notices/"))
    assert client.get(reverse("notices-open", args=[notice.pk])).status_code == 404
    assert client.post(reverse("notices-read", args=[notice.pk])).status_code == 404
    client.post("/notices/read/", {"until": notice.fact})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_strangers_are_asked_to_sign_in(client):
    assert client.get("/notices/").status_code == 302


def test_all_read_stops_at_what_was_shown(reader, client):
    tell("A1", "A2")
    shown = Notice.objects.order_by("fact").last().fact
    assert f'name="until" value="{shown}"' in text(client.get("/notices/"))
    tell("A3")
    client.post("/notices/read/", {"until": shown})
    assert unread_count(reader) == 1
    assert client.post("/notices/read/", {"until": "x"}).status_code == 404


def test_the_way_back_stays_inside(reader, client):
    tell("A1")
    there = reverse("notices-read", args=[Notice.objects.get().pk])
    assert client.post(there, {"next": "//evil.example/"})["Location"] == "/notices/"
    assert client.post(there, {"next": "/notices/?page=2"})["Location"] == "/notices/?page=2"  # fmt: skip


def test_an_inbox_costs_the_same_however_long(
    reader, client, django_assert_max_num_queries
):
    tell(*[f"A{n}" for n in range(40)])
    with django_assert_max_num_queries(9):
        page = text(client.get("/notices/?page=2"))
    assert page.count("Thing A") == 20  # ten rows, each named twice


def test_settings_are_kept_with_the_language(reader, client):
    page = text(client.get("/notices/settings/"))
    assert "No telephone number is known for you." in page
    sent = {"quiet_from": "21:30", "quiet_until": "06:00", "digest_hour": "6", "language": "vi", "email": "on"}  # fmt: skip
    assert client.post("/notices/settings/", sent).status_code == 302
    kept = Preferences.objects.get(person=reader)
    assert (kept.email, kept.quiet_days_off, kept.digest_hour) == (True, False, 6)
    reader.refresh_from_db()
    assert reader.language == "vi"
    assert len(facts_about(kept.ref)) == 1


def test_a_digest_in_the_quiet_hours_is_refused(reader, client):
    sent = {"quiet_from": "21:30", "quiet_until": "06:00", "digest_hour": "5", "language": "vi"}  # fmt: skip
    page = text(client.post("/notices/settings/", sent))
    assert "lies in your quiet hours" in page
    assert not Preferences.objects.exists()
    reader.refresh_from_db()
    assert reader.language == "en"


@pytest.mark.parametrize("page", ["/notices/deliveries/", "/notices/sandbox/"])
def test_operators_pages_are_for_operators(reader, client, page):
    assert client.get(page).status_code == 404
    assert client.post("/notices/sandbox/", {}).status_code == 404


def dead_delivery(person):
    return Delivery.objects.create(
        person=person, channel="email", state=DeliveryState.DEAD, attempts=7,
        due_at=WEDNESDAY, finished_at=clock.now(), answer="550 no such person",
    )  # fmt: skip


def test_an_operator_sends_again_what_was_given_up(operator, client):
    delivery = dead_delivery(PersonFactory(full_name="Trần Văn Nhận"))
    page = text(client.get("/notices/deliveries/"))
    assert "Trần Văn Nhận" in page
    assert "550 no such person" in page
    client.post(reverse("notices-again", args=[delivery.pk]))
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WAITING
    assert [f.kind for f in facts_about(delivery.ref)] == ["notices.delivery_repeated"]


def test_others_send_nothing_again(reader, client):
    delivery = dead_delivery(reader)
    there = reverse("notices-again", args=[delivery.pk])
    assert client.post(there).status_code == 404
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DEAD


def test_the_sandbox_can_be_told_to_fail(operator, client):
    client.post("/notices/sandbox/", {"channel": "sms", "mood": "busy"})
    assert SandboxMood.objects.get().mood == "busy"
    assert "is busy" in text(client.get("/notices/sandbox/"))


@pytest.mark.parametrize("page", ["", "settings/", "deliveries/", "sandbox/"])
def test_every_page_speaks_vietnamese(client, page):
    client.force_login(make_person("operator"))
    assert '<html lang="vi">' in text(client.get(f"/notices/{page}"))

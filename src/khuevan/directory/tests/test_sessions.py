"""Sessions end by themselves, can be ended from afar, and lose nothing that was typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from khuevan.directory.actions.sign_in import end_session
from khuevan.directory.models import Mandate, Session
from khuevan.directory.sessions import browser_of
from khuevan.journal.public import facts_about
from khuevan.platform import clock

from .conftest import PASSWORD, kinds
from .factories import make_person


pytestmark = pytest.mark.django_db


def later(minutes):
    return clock.telling(clock.now() + timedelta(minutes=minutes))


@pytest.mark.parametrize(("name", "idle"), [("asvs", 30), ("qcvn", 15)])
def test_idle_sessions_end_and_lead_back(client, sign_in, member, settings, name, idle):
    settings.SECURITY_PROFILE = name
    sign_in()
    with later(idle - 1):
        assert client.get("/account/").status_code == 200
    with later(2 * idle - 2):
        assert client.get("/account/").status_code == 200
    with later(3 * idle):
        answer = client.get("/account/who-read-my-data/")
        assert answer.url == "/sign-in/?next=%2Faccount%2Fwho-read-my-data%2F"
        assert f"{idle}" in client.get(answer.url).content.decode()
        assert sign_in(next="/account/who-read-my-data/").url == "/account/who-read-my-data/"  # fmt: skip
    ended = [f for f in facts_about(member.ref) if f.kind == "directory.session_ended"]
    assert [f.figures for f in ended] == [{"why": "idle"}]


def test_sessions_end_after_twelve_hours(client, sign_in, member):
    sign_in()
    for minutes in range(20, 12 * 60, 20):
        with later(minutes):
            assert client.get("/account/").status_code == 200
    with later(12 * 60 + 1):
        assert client.get("/account/").status_code == 302
    assert kinds(member.ref)[-1] == "directory.session_ended"


def test_ended_sessions_do_not_come_back(client, sign_in, member):
    sign_in()
    with later(31):
        client.get("/account/")
    assert client.get("/account/").status_code == 302
    assert not Session.objects.filter(person=member).exists()


def test_what_was_typed_survives_the_idle_lock(client, sign_in, member):
    colleague = make_person(organisation=member.appointments.get().organisation)
    typed = {
        "delegate": str(colleague.pk), "scope": "everything", "reason": "Đi công tác",
        "valid_from": clock.today().isoformat(), "valid_to": clock.today().isoformat(),
    }  # fmt: skip
    sign_in()
    with later(31):
        answer = client.post("/account/mandates/new/", typed)
        assert answer.url == "/sign-in/?next=%2Fsign-in%2Fdraft%2F"
        assert sign_in(next="/sign-in/draft/").url == "/sign-in/draft/"
        page = client.get("/sign-in/draft/").content.decode()
        assert "Đi công tác" in page
        assert 'action="/account/mandates/new/"' in page
        assert client.post("/sign-in/draft/").status_code == 302
        assert client.get("/sign-in/draft/").status_code == 302
    assert not Mandate.objects.exists()


def test_nobody_else_sees_what_was_typed(client, sign_in, member):
    other = make_person(username="khac")
    other.set_password(PASSWORD)
    other.save()
    sign_in()
    with later(31):
        client.post("/account/mandates/new/", {"reason": "Việc riêng"})
        sign_in("khac", next="/sign-in/draft/")
        assert client.get("/sign-in/draft/").url == "/"


def test_passwords_are_never_kept_as_drafts(client, sign_in, member):
    sign_in()
    with later(31):
        client.post("/account/password/", {"oldpassword": PASSWORD, "password1": "x"})
        assert "draft" not in client.session


def test_public_pages_stay_open_after_the_end(client, sign_in, member):
    sign_in()
    with later(31):
        page = client.get("/organisations/")
    assert page.status_code == 200
    assert "Trần Thu Hà" not in page.content.decode()


def test_htmx_is_led_to_sign_in_as_a_page(client, sign_in, member):
    sign_in()
    with later(31):
        answer = client.get(
            "/account/",
            headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/city/"},
        )
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Fcity%2F"


def test_somebody_here_is_noted_once_a_minute(
    client, sign_in, member, django_assert_num_queries
):
    sign_in()
    client.get("/account/who-read-my-data/")
    with django_assert_num_queries(5):  # session, authority, facts, bar 2
        client.get("/account/who-read-my-data/")


def test_other_browsers_can_be_signed_out(client, sign_in, member):
    sign_in()
    elsewhere = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})  # fmt: skip
    elsewhere.post("/sign-in/", {"login": "ha", "password": PASSWORD})
    page = client.get("/account/").content.decode()
    assert "Firefox · Windows" in page
    session = Session.objects.get(browser="Firefox · Windows")
    assert client.post(f"/account/sessions/{session.number}/end/").status_code == 302
    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    assert kinds(member.ref)[-1] == "directory.session_ended"


def test_nobody_ends_another_s_session(client, sign_in, member):
    other = make_person()
    elsewhere = Client()
    elsewhere.force_login(other)
    session = Session.objects.get(person=other)
    sign_in()
    assert client.post(f"/account/sessions/{session.number}/end/").status_code == 404
    assert elsewhere.get("/account/").status_code == 200
    with pytest.raises(PermissionDenied):
        end_session(session=session, by=member)
    assert Session.objects.filter(person=other).exists()


def test_signing_out_is_a_fact(client, sign_in, member):
    sign_in()
    assert client.post("/sign-out/").url == "/"
    assert client.get("/account/").status_code == 302
    assert facts_about(member.ref)[-1].figures == {"why": "signed_out"}


def test_the_language_is_remembered(client, sign_in, member):
    sign_in()
    client.post("/account/language/", {"language": "en"})
    member.refresh_from_db()
    assert member.language == "en"
    client.post("/account/language/", {"language": "xx"})
    member.refresh_from_db()
    assert member.language == "en"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Version/18 Safari/604", "Safari · iOS"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_browsers_are_named_in_two_words(agent, words):
    assert browser_of(agent) == words

"""Signing in with a name and a password, and how failures are counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from khuevan.directory.actions.people import disable_person, set_password
from khuevan.directory.models import Person, Session, SignInAttempts
from khuevan.directory.rules import Role
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused

from .conftest import PASSWORD, kinds
from .factories import make_person


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("login", ["ha", "HA", "ha@example.org", " ha "])
def test_name_or_email_signs_in(member, sign_in, client, login):
    answer = sign_in(login, next="/account/")
    assert (answer.status_code, answer.url) == (302, "/account/")
    assert client.get("/account/").status_code == 200
    (fact,) = facts_about(member.ref)
    assert fact.kind == "directory.person_signed_in"
    assert fact.actor == member.ref
    assert fact.figures == {"method": "password"}


def test_strangers_are_led_to_sign_in(client, db):
    answer = client.get("/account/")
    assert answer.url == "/sign-in/?next=/account/"


def test_no_way_leads_to_another_site(member, sign_in):
    assert sign_in(next="https://evil.example/").url == "/"


def test_nobody_can_sign_up(client, db):
    for path in ("/sign-in/signup/", "/account/signup/", "/signup/"):
        assert client.get(path).status_code in {302, 404}
    assert not Person.objects.exists()


def test_wrong_passwords_leave_a_fact_without_names(member, sign_in):
    page = sign_in(password="sai mật khẩu rồi nhé")
    assert page.status_code == 200
    (fact,) = facts_about(member.ref)
    assert (fact.kind, fact.actor) == ("directory.sign_in_failed", None)
    assert fact.figures == {"method": "password"}


@pytest.mark.parametrize(("name", "allowed"), [("asvs", 8), ("qcvn", 5)])
def test_too_many_failures_lock_the_account(member, sign_in, settings, name, allowed):
    settings.SECURITY_PROFILE = name
    for _ in range(allowed):
        sign_in(password="sai")
    assert kinds(member.ref)[-1] == "directory.account_locked"
    assert kinds(member.ref).count("directory.sign_in_failed") == allowed - 1
    page = sign_in()
    assert page.status_code == 200
    until = SignInAttempts.objects.get().locked_until
    assert f"{until.astimezone(clock.HANOI):%H:%M}" in page.content.decode()
    with clock.telling(until + timedelta(seconds=1)):
        assert sign_in().status_code == 302


def test_user_name_and_email_share_one_count(member, sign_in, settings):
    settings.SECURITY_PROFILE = "qcvn"
    for login in ("ha", "ha@example.org", "HA", "Ha@Example.org", "ha"):
        sign_in(login, "sai")
    assert sign_in().status_code == 200


def test_unknown_names_are_answered_alike(member, sign_in, client, settings):
    settings.SECURITY_PROFILE = "qcvn"

    def answers(login):
        pages = [sign_in(login, "sai").content.decode() for _ in range(6)]
        return [
            page.partition("error-summary__body")[2].partition("</ul>")[0]
            for page in pages
        ]

    with clock.telling(clock.now()):
        assert answers("ha") == answers("khongai")


def test_signing_in_forgets_earlier_failures(member, sign_in):
    for _ in range(5):
        sign_in(password="sai")
    sign_in()
    assert SignInAttempts.objects.get().count == 0


def test_closed_accounts_do_not_sign_in(member, sign_in):
    disable_person(person=member, by=None)
    assert sign_in().url == "/sign-in/inactive/"
    assert not Session.objects.exclude(person=None).exists()


def test_unused_accounts_are_closed_under_qcvn(member, sign_in, settings):
    settings.SECURITY_PROFILE = "qcvn"
    with clock.telling(clock.now() + timedelta(days=46)):
        assert sign_in().url == "/sign-in/inactive/"
    assert not Person.objects.get(pk=member.pk).is_active
    assert kinds(member.ref)[-1] == "directory.person_disabled"


def test_unused_accounts_stay_open_under_asvs(member, sign_in):
    with clock.telling(clock.now() + timedelta(days=400)):
        assert sign_in().url == "/"


def test_demo_people_need_no_password(client, settings, db):
    settings.DEMO = True
    make_person(username="leader", full_name="Lê Thị Minh", role=Role.LEADER, is_invented=True)  # fmt: skip
    assert "Lê Thị Minh" in client.get("/sign-in/").content.decode()
    answer = client.post("/sign-in/", {"username": "leader", "next": "/account/"})
    assert answer.url == "/account/"
    assert client.get("/account/").status_code == 200


def test_the_demo_goes_from_person_to_person(client, settings, db):
    settings.DEMO = True
    settings.ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
    first = make_person(username="leader", is_invented=True)
    second = make_person(username="citizen", is_invented=True)
    client.post("/sign-in/", {"username": "leader"})
    client.post("/sign-in/", {"username": "citizen"})
    assert "citizen" in client.get("/account/").content.decode()
    assert kinds(first.ref)[-1] == "directory.session_ended"
    assert kinds(second.ref) == ["directory.person_signed_in"]


def test_no_demo_no_click(client, settings, db):
    make_person(username="leader", is_invented=True)
    page = client.post("/sign-in/", {"username": "leader"})
    assert page.status_code == 200
    assert client.get("/account/").status_code == 302


def test_real_people_are_nobody_s_click(client, settings, member):
    settings.DEMO = True
    assert client.post("/sign-in/", {"username": "ha"}).status_code == 404


def test_passwords_are_reset_by_mail(member, client, sign_in):
    client.post("/sign-in/password/", {"email": "ha@example.org"})
    (letter,) = mail.outbox
    link = next(w for w in letter.body.split() if w.startswith("http"))
    page = client.get(link, follow=True)
    new = "câu khác cũng dài như thế"
    answer = client.post(
        page.redirect_chain[-1][0], {"password1": new, "password2": new}
    )
    assert answer.url == "/sign-in/password/done/"
    assert client.get(answer.url).status_code == 200
    assert client.get(link, follow=True).status_code == 200
    assert sign_in(password=PASSWORD).status_code == 200
    assert sign_in(password=new).status_code == 302


def test_unknown_addresses_get_no_mail(db, client):
    answer = client.post("/sign-in/password/", {"email": "ai@example.org"})
    assert answer.url == "/sign-in/password/sent/"
    assert client.get(answer.url).status_code == 200
    assert mail.outbox == []


def test_changing_the_password_ends_other_sessions(member, client, sign_in):
    sign_in()
    elsewhere = type(client)()
    elsewhere.post("/sign-in/", {"login": "ha", "password": PASSWORD})
    new = "câu khác cũng dài như thế"
    answer = client.post(
        "/account/password/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert answer.url == "/account/"
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


@pytest.mark.parametrize("weak", ["ngắn quá", "123456qwerty", "Trần Thu Hà", "x" * 129])
def test_weak_passwords_are_refused(member, weak):
    with pytest.raises(InputRefused):
        set_password(person=member, password=weak, by=None)
    assert Person.objects.get(pk=member.pk).check_password(PASSWORD)


def test_used_passwords_are_refused_where_configured(member, settings):
    settings.PASSWORD_HISTORY = 3
    set_password(person=member, password="một câu thứ hai dài", by=None)
    set_password(person=member, password="một câu thứ ba dài", by=None)
    with pytest.raises(InputRefused):
        set_password(person=member, password=PASSWORD, by=None)
    set_password(person=member, password="một câu thứ tư dài", by=None)
    set_password(person=member, password=PASSWORD, by=None)


def test_old_passwords_are_changed_first(member, client, sign_in, settings):
    settings.PASSWORD_MAX_AGE_DAYS = 90
    with clock.telling(clock.now() + timedelta(days=91)):
        sign_in()
        assert client.get("/account/").url == "/account/password/"
        new = "câu khác cũng dài như thế"
        client.post(
            "/account/password/",
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
        )
        assert client.get("/account/").status_code == 200

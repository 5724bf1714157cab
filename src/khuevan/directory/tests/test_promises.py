"""What this app promises of all its pages, facts and chores."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver

from khuevan.directory import presenting, tasks, urls
from khuevan.directory.models import Area, Person, Session, SignInAttempts
from khuevan.directory.security import PROFILES, profile
from khuevan.directory.views.organisations import DOUBTS
from khuevan.platform import clock

from .conftest import kinds
from .factories import make_person


APP = Path(presenting.__file__).parent
FACTS = APP.parents[2] / "docs/reference/facts.md"
RECORDED = {
    kind
    for source in APP.rglob("*.py")
    if "tests" not in source.parts
    for kind in re.findall(r'"(directory\.[a-z]+(?:_[a-z]+)+)"', source.read_text())
    if kind != "directory.tidy_up"
}
PUBLIC = {
    "sign-in", "account_login", "account_inactive", "sign-out", "account_logout",
    "socialaccount_login_cancelled", "socialaccount_login_error", "openid_connect_login",
    "openid_connect_callback", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key_done", "account_reset_password_from_key",
    "organisations", "organisation", "mfa_authenticate",
}  # fmt: skip
"""Whatever a stranger may reach; every other page of this app is closed."""


def test_every_kind_of_fact_has_words_and_is_documented():
    assert set(presenting.WORDS) == RECORDED
    told = FACTS.read_text()
    missing = [
        kind
        for kind in RECORDED
        if kind not in told and f"…_{kind.rpartition('_')[2]}" not in told
    ]
    assert missing == []


def patterns(found):
    for entry in found:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from patterns(entry.url_patterns)


@pytest.mark.parametrize(
    "route", list(patterns(urls.urlpatterns)), ids=lambda r: r.name
)
def test_pages_are_closed_unless_named(route):
    is_open = not getattr(route.callback, "login_required", True)
    assert is_open == (route.name in PUBLIC)


def test_no_sign_up_and_no_mail_pages_are_reachable():
    names = set(get_resolver().reverse_dict)
    unwanted = {"account_signup", "account_email", "account_set_password", "socialaccount_signup", "socialaccount_connections", "account_confirm_email"}  # fmt: skip
    assert not names & unwanted


@pytest.mark.parametrize("name", PROFILES)
def test_profiles_name_their_source(settings, name):
    settings.SECURITY_PROFILE = name
    settings.PASSWORD_HISTORY = 4
    limits = profile()
    assert limits.source
    assert limits.password_history == 4
    assert limits.password_length >= 12
    assert limits.idle <= limits.absolute


def test_qcvn_keeps_its_stated_limits():
    limits = PROFILES["qcvn"]
    assert limits.idle <= timedelta(minutes=15)
    assert limits.failures <= 5
    assert limits.disable_after == 45


@pytest.mark.django_db
def test_unused_accounts_are_disabled_overnight(settings):
    settings.SECURITY_PROFILE = "qcvn"
    used, unused = make_person(), make_person()
    with clock.telling(clock.now() + timedelta(days=46)):
        Person.objects.filter(pk=used.pk).update(last_login=clock.now())
        assert tasks.disable_unused_accounts() == 1
        assert tasks.disable_unused_accounts() == 0
    assert kinds(unused.ref) == ["directory.person_disabled"]
    assert kinds(used.ref) == []


@pytest.mark.django_db
def test_what_is_over_is_forgotten(client, sign_in, member):
    sign_in(password="sai")
    sign_in()
    tasks.tidy_up()
    assert Session.objects.filter(person=member).exists()
    with clock.telling(clock.now() + timedelta(days=30)):
        tasks.tidy_up()
    assert not Session.objects.exists()
    assert not SignInAttempts.objects.exists()


@pytest.mark.django_db
def test_a_flood_is_told_to_wait(client, sign_in, member, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "1/m/ip"}
    sign_in(password="sai")
    page = sign_in(password="sai")
    assert page.status_code == 429
    assert 'class="bar"' in page.content.decode()


@pytest.mark.django_db
def test_every_doubt_has_words():
    doubts = set(Area.objects.exclude(population_doubt="").values_list("population_doubt", flat=True))  # fmt: skip
    assert doubts == set(DOUBTS)

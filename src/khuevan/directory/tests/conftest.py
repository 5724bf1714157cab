"""What the directory's tests share: fast hashes, and somebody with a password."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from .factories import make_person


PASSWORD = "một câu đủ dài để nhớ"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def member(db):
    """An official who signs in with a password."""
    person = make_person(username="ha", full_name="Trần Thu Hà", email="ha@example.org")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def sign_in(client):
    """Sign in through the page, as people do."""

    def post(login="ha", password=PASSWORD, **more):
        return client.post("/sign-in/", {"login": login, "password": password, **more})

    return post


def kinds(subject):
    """Return the kinds of the facts about a subject, in order."""
    from khuevan.journal.public import facts_about  # noqa: PLC0415

    return [fact.kind for fact in facts_about(subject)]

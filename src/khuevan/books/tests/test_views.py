"""Pages of books: who sees them, that figures open to entries, and mending by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from khuevan.books.models import Book, Entry
from khuevan.directory.tests.factories import PersonFactory
from khuevan.platform import clock

from .factories import BANK, BUYER, make_cast, pay_in


pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    cast = make_cast()
    pay_in(cast, 1_234_567)
    return cast


def pages(cast):
    return {
        reverse("book", args=[cast.code]): "1.234.567",
        reverse("book-account", args=[cast.code, BUYER]): "1.234.567",
        reverse("book-entry", args=[cast.code, 1]): "Bên mua nộp tiền ký quỹ",
    }


def test_the_head_and_inspection_read_the_book_and_nobody_else(cast, client):
    for person in (cast.head, cast.inspector):
        client.force_login(person)
        assert cast.code in client.get(reverse("books")).text
        for address, words in pages(cast).items():
            assert words in client.get(address).text
    for person in (cast.stranger, PersonFactory.create()):
        client.force_login(person)
        assert cast.code not in client.get(reverse("books")).text
        assert {client.get(address).status_code for address in pages(cast)} == {404}
        assert client.get(reverse("book-export", args=[cast.code])).status_code == 404


def test_a_book_is_read_as_of_any_day(cast, client):
    client.force_login(cast.head)
    yesterday = clock.today() - timedelta(days=1)
    told = client.get(reverse("book", args=[cast.code]), {"on": yesterday.isoformat()})
    assert "1.234.567" not in told.text.partition(BANK.capitalize())[0]
    assert told.context_data["balance"].debits == 0
    assert client.get(reverse("book", args=[cast.code]), {"on": "x"}).status_code == 200


def test_a_list_of_accounts_and_entries_asks_few_questions(
    cast, client, django_assert_max_num_queries
):
    for number in range(20):
        pay_in(cast, 100, key=f"more-{number}")
    client.force_login(cast.head)
    with django_assert_max_num_queries(14):
        client.get(reverse("book", args=[cast.code]))


def test_the_head_takes_an_entry_back_on_a_reason(cast, client):
    address = reverse("book-reverse", args=[cast.code, 1])
    client.force_login(cast.inspector)
    assert client.post(address, {"words": "Sai bên"}).status_code == 403
    client.force_login(cast.head)
    assert client.post(address, {"words": ""}).status_code == 422
    assert Entry.objects.count() == 1
    assert client.post(address, {"words": "Sai bên"}).status_code == 302
    assert "đã rút lại" in client.get(reverse("book-entry", args=[cast.code, 1])).text
    assert client.post(address, {"words": "Sai bên"}).status_code == 422


def test_the_head_closes_days_that_are_over(cast, client):
    address = reverse("book-close", args=[cast.code])
    client.force_login(cast.head)
    assert client.post(address, {"until": clock.today().isoformat()}).status_code == 422
    yesterday = clock.today() - timedelta(days=1)
    assert client.post(address, {"until": yesterday.isoformat()}).status_code == 302
    assert Book.objects.get(code=cast.code).closed_on == yesterday


def test_the_book_leaves_as_beancount(cast, client):
    client.force_login(cast.inspector)
    text = client.get(reverse("book-export", args=[cast.code])).getvalue().decode()
    assert "Assets:BANK  1234567 VND" in text

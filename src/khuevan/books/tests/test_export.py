"""Books as Beancount text, read by Beancount itself; the command that checks them."""

from __future__ import annotations

from io import StringIO

import pytest
from beancount import loader
from django.core.management import CommandError, call_command
from django.db import connection

from khuevan.books import actions
from khuevan.books.exports import beancount
from khuevan.books.models import Book

from .factories import BUYER, FEES, SELLER, make_cast, pay_in


pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    cast = make_cast()
    pay_in(cast, 1_000_000)
    actions.hold(
        book=cast.code, key="h", debit=BUYER, credit=SELLER, amount=900_000,
        words='Mốc "nghiệm thu"\nđợt 1', by=None,
    )  # fmt: skip
    actions.post_hold(book=cast.code, key="h", by=None)
    return cast


def test_beancount_reads_the_book_without_an_error(cast):
    text = "".join(beancount(Book.objects.get(pk=cast.book.pk)))
    entries, errors, _options = loader.load_string(text)
    assert errors == []
    kinds = [type(entry).__name__ for entry in entries]
    assert (kinds.count("Open"), kinds.count("Transaction"), kinds.count("Balance")) == (4, 2, 4)  # fmt: skip


def test_beancount_finds_a_changed_amount(cast):
    text = "".join(beancount(Book.objects.get(pk=cast.book.pk)))
    _entries, errors, _options = loader.load_string(text.replace("900000", "900001", 1))
    assert errors


def test_the_command_lists_checks_and_writes(cast, tmp_path):
    assert f"{cast.code}: 2 entries" in told("list")
    assert "sound" in told("check", cast.code)
    path = tmp_path / "book.beancount"
    told("export", cast.code, str(path))
    assert told("export", cast.code) == path.read_text()
    with pytest.raises(CommandError, match="no book"):
        told("export", "NONE")


def test_the_command_says_what_is_wrong(cast):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("UPDATE books_book SET last = 9")
    with pytest.raises(CommandError, match="1 fault"):
        told("check")


def told(*words):
    out = StringIO()
    call_command("books", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_fees_are_income(cast):
    assert f"Income:{FEES}" in "".join(beancount(cast.book))

"""Entering, setting aside, posting, taking back: what is refused changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from khuevan.books import actions
from khuevan.books.models import Account, Entry, Hold, Posting
from khuevan.books.queries import balance, entries_about, faults_of
from khuevan.books.rules import HoldState, Kind, Line, move
from khuevan.books.tasks import end_holds
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import BANK, BUYER, FEES, SELLER, make_cast, pay_in


pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return make_cast()


def enter(cast, lines, key="e-1", **more):
    return actions.enter(book=cast.code, key=key, lines=lines, words="Thử", by=None, **more)  # fmt: skip


def set_aside(cast, amount, key="h-1", **more):
    return actions.hold(
        book=cast.code, key=key, debit=BUYER, credit=SELLER, amount=amount,
        words="Mốc 1", about="exchange.deal:1", by=None, **more,
    )  # fmt: skip


def stands(cast, account):
    found = balance(cast.code, account)
    return found.standing, found.held, found.free


def everything(cast):
    """What a refused action must leave as it is."""
    return (
        Entry.objects.count(),
        Posting.objects.count(),
        list(Hold.objects.values_list("state", flat=True)),
        len(facts_about(cast.book.ref)),
    )


def test_what_was_entered_stands_on_both_accounts(cast):
    pay_in(cast, 1_000_000)
    assert stands(cast, BANK) == (1_000_000, 0, 1_000_000)
    assert stands(cast, BUYER) == (1_000_000, 0, 1_000_000)
    [entry] = entries_about("exchange.deal:1")
    assert (entry.number, entry.amount) == (1, 1_000_000)
    fact = facts_about(cast.book.ref)[-1]
    assert (fact.kind, fact.figures["digest"]) == ("books.entry_made", entry.digest)
    assert faults_of(cast.code) == []


def test_an_entry_may_have_many_lines(cast):
    pay_in(cast, 1_000_000)
    enter(cast, (Line(BUYER, 1_000_000), Line(SELLER, -950_000), Line(FEES, -50_000)))
    assert stands(cast, SELLER)[0] == 950_000
    assert stands(cast, FEES)[0] == 50_000
    assert stands(cast, BUYER)[0] == 0


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((Line(BANK, 5),), "at least two lines"),
        ((Line(BANK, 5), Line(BUYER, -4)), "differ by 1 đồng"),
        ((Line(BANK, 0), Line(BUYER, 0)), "other than 0 đồng"),
        ((Line(BANK, 5), Line(BANK, -5)), "stands twice"),
        ((Line(BANK, 5), Line("NONE", -5)), "no account “NONE”"),
        ((Line(BANK, 10**19), Line(BUYER, -(10**19))), "of at most"),
        ((Line(BUYER, 5), Line(BANK, -5)), "0 đồng free, less than 5"),
    ],
)
def test_an_entry_that_cannot_be_changes_nothing(cast, lines, words):
    before = everything(cast)
    with pytest.raises(RuleBroken, match=words):
        enter(cast, lines)
    assert everything(cast) == before


def test_the_same_key_enters_once(cast):
    pay_in(cast, 700)
    pay_in(cast, 700)
    assert stands(cast, BANK)[0] == 700
    before = everything(cast)
    with pytest.raises(RuleBroken, match="something else was entered"):
        pay_in(cast, 800)
    assert everything(cast) == before


def test_nothing_is_entered_ahead_or_for_closed_days(cast):
    yesterday = clock.today() - timedelta(days=1)
    lines = move(5, debit=BANK, credit=BUYER)
    with pytest.raises(RuleBroken, match="lies ahead"):
        enter(cast, lines, occurred_on=clock.today() + timedelta(days=1))
    actions.close_days(book=cast.code, until=yesterday, by=cast.head)
    with pytest.raises(RuleBroken, match="are closed"):
        enter(cast, lines, occurred_on=yesterday)
    assert Entry.objects.count() == 0
    assert enter(cast, lines).number == 1


def test_only_the_head_closes_days_that_are_over(cast):
    with pytest.raises(PermissionDenied):
        actions.close_days(book=cast.code, until=clock.today(), by=cast.stranger)
    with pytest.raises(RuleBroken, match="over"):
        actions.close_days(book=cast.code, until=clock.today(), by=cast.head)
    cast.book.refresh_from_db()
    assert cast.book.closed_on is None


def test_an_account_is_opened_once(cast):
    again = {"book": cast.code, "code": BANK, "name": "Bank", "kind": Kind.ASSET}
    actions.open_account(**again, by=None)
    assert Account.objects.filter(code=BANK).count() == 1
    with pytest.raises(RuleBroken, match="another account"):
        actions.open_account(**again | {"kind": Kind.INCOME}, by=None)
    with pytest.raises(RuleBroken, match="is no code"):
        actions.open_account(**again | {"code": "tài khoản"}, by=None)


# ---------------------------------------------------------------- holds


def test_what_is_set_aside_cannot_be_spent_and_moves_when_it_is_posted(cast):
    pay_in(cast, 1_000)
    set_aside(cast, 600)
    assert stands(cast, BUYER) == (1_000, 600, 400)
    before = everything(cast)
    with pytest.raises(RuleBroken, match="400 đồng free"):
        enter(cast, move(500, debit=BUYER, credit=FEES))
    with pytest.raises(RuleBroken, match="400 đồng free"):
        set_aside(cast, 401, key="h-2")
    assert everything(cast) == before
    entry = actions.post_hold(book=cast.code, key="h-1", by=None)
    assert (entry.amount, stands(cast, SELLER)[0]) == (600, 600)
    assert stands(cast, BUYER) == (400, 0, 400)
    assert faults_of(cast.code) == []


def test_less_may_be_posted_and_the_rest_is_free(cast):
    pay_in(cast, 1_000)
    set_aside(cast, 600)
    with pytest.raises(RuleBroken, match="Between 1 and 600"):
        actions.post_hold(book=cast.code, key="h-1", amount=601, by=None)
    actions.post_hold(book=cast.code, key="h-1", amount=250, by=None)
    assert stands(cast, BUYER) == (750, 0, 750)


def test_a_hold_ends_once(cast):
    pay_in(cast, 1_000)
    set_aside(cast, 600)
    first = actions.post_hold(book=cast.code, key="h-1", by=None)
    assert actions.post_hold(book=cast.code, key="h-1", by=None) == first
    with pytest.raises(RuleBroken, match="moved already"):
        actions.let_go(book=cast.code, key="h-1", by=None)
    set_aside(cast, 100, key="h-2")
    gone = actions.let_go(book=cast.code, key="h-2", by=None)
    assert actions.let_go(book=cast.code, key="h-2", by=None) == gone
    with pytest.raises(RuleBroken, match="no longer set aside"):
        actions.post_hold(book=cast.code, key="h-2", by=None)
    assert stands(cast, BUYER) == (400, 0, 400)


def test_a_hold_is_placed_once(cast):
    pay_in(cast, 1_000)
    assert set_aside(cast, 600) == set_aside(cast, 600)
    with pytest.raises(RuleBroken, match="something else was set aside"):
        set_aside(cast, 601)
    assert stands(cast, BUYER)[1] == 600


def test_holds_end_with_their_time(cast):
    pay_in(cast, 1_000)
    set_aside(cast, 600, ends_at=clock.now() + timedelta(hours=1))
    assert end_holds() == 0
    Hold.objects.update(ends_at=clock.now())
    with pytest.raises(RuleBroken, match="is over"):
        actions.post_hold(book=cast.code, key="h-1", by=None)
    assert end_holds() == 1
    assert Hold.objects.get().state == HoldState.VOID
    assert stands(cast, BUYER) == (1_000, 0, 1_000)


# ---------------------------------------------------------------- taking back


def test_an_entry_is_taken_back_by_its_opposite_once_and_by_the_head(cast):
    pay_in(cast, 1_000)
    before = everything(cast)
    with pytest.raises(PermissionDenied):
        actions.reverse(book=cast.code, number=1, words="Sai", by=cast.stranger)
    with pytest.raises(RuleBroken, match="Say why"):
        actions.reverse(book=cast.code, number=1, words=" ", by=cast.head)
    assert everything(cast) == before
    back = actions.reverse(book=cast.code, number=1, words="Sai bên", by=cast.head)
    assert (back.number, back.reverses) == (2, 1)
    assert stands(cast, BANK)[0] == stands(cast, BUYER)[0] == 0
    with pytest.raises(RuleBroken, match="taken back already"):
        actions.reverse(book=cast.code, number=1, words="Sai bên", by=cast.head)
    assert faults_of(cast.code) == []


def test_money_that_went_on_is_not_taken_back(cast):
    pay_in(cast, 1_000)
    set_aside(cast, 800)
    with pytest.raises(RuleBroken, match="200 đồng free"):
        actions.reverse(book=cast.code, number=1, words="Sai", by=cast.head)


def test_what_a_hold_moved_is_not_taken_back(cast, client):
    pay_in(cast, 1_000)
    set_aside(cast, 800)
    posted = actions.post_hold(book=cast.code, key="h-1", words="", by=None)
    before = everything(cast)
    with pytest.raises(RuleBroken, match="would belong to nobody"):
        actions.reverse(book=cast.code, number=posted.number, words="Sai", by=cast.head)
    assert everything(cast) == before
    client.force_login(cast.head)
    offered = [reverse("book-reverse", args=[cast.code, n]) in client.get(reverse("book-entry", args=[cast.code, n])).text for n in (1, posted.number)]  # fmt: skip
    assert offered == [True, False]


# ---------------------------------------------------------------- what the database holds


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE books_posting SET amount = amount * 2",
        "DELETE FROM books_posting",
        "UPDATE books_entry SET words = 'x'",
        "DELETE FROM books_entry",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE books_posting",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE books_entry CASCADE",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE books_book CASCADE",
    ],
)
def test_the_database_changes_no_entry(cast, statement):
    pay_in(cast, 1_000)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        run(statement)
    assert (Entry.objects.count(), Posting.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_the_database_takes_no_entry_that_is_off():
    cast = make_cast()
    pay_in(cast, 1_000)
    bank = Account.objects.get(book=cast.book, code=BANK)
    with pytest.raises(DatabaseError, match="is off by -7"):
        write_raw(cast, [(bank, 7), (Account.objects.get(code=FEES), -14)])
    with pytest.raises(DatabaseError, match="0 lines"):
        write_raw(cast, [])
    assert Entry.objects.count() == 1


def test_an_entry_changed_behind_the_books_back_shows(cast):
    pay_in(cast, 1_000)
    run("ALTER TABLE books_entry DISABLE TRIGGER books_entry_stays")
    run("UPDATE books_entry SET words = 'khác'")
    [fault] = faults_of(cast.code)
    assert fault.what % fault.params == "Entry 1 is not as the journal has it"


@transaction.atomic
def write_raw(cast, lines):
    entry = Entry.objects.create(book=cast.book, number=2, key="k", occurred_on=clock.today(), words="x")  # fmt: skip
    for account, amount in lines:
        Posting.objects.create(entry=entry, account=account, amount=amount)


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)

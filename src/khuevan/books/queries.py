"""Reading books: balances, statements, entries, and whether a book holds together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from khuevan.journal.public import facts_about
from khuevan.platform.errors import N_

from .models import Account, Book, Entry, Hold, Posting
from .rules import HoldState, Kind, Line, digest
from .values import AccountView, EntryView, HoldView


CASH = ("BANK", "OVERDRAWN")
"""Codes of the accounts that stand for what is at the bank, and for what is owed to it."""
ENTRIES = ("books.entry_made", "books.hold_posted", "books.entry_reversed")


def free_on(account: Account) -> int:
    """Return the đồng of an account that are not set aside."""
    [found] = account_views(Account.objects.filter(pk=account.pk))
    return found.free


def balance(book: str, account: str, on: date | None = None) -> AccountView | None:
    """Return an account as it stands, or stood at the end of a day; None where there is none."""
    found = account_views(Account.objects.filter(book__code=book, code=account), on)
    return found[0] if found else None


def balances_about(about: str) -> list[AccountView]:
    """Return the accounts for one thing, by code."""
    return account_views(Account.objects.filter(about=about))


def account_views(
    accounts: QuerySet[Account], on: date | None = None
) -> list[AccountView]:
    """Return accounts with what stands on them, by code: one query.

    With a day, what had happened by then; what is set aside is known for now only.
    """
    happened = Q(postings__entry__occurred_on__lte=on) if on else Q()
    rows = accounts.annotate(
        stands=Coalesce(Sum("postings__amount", filter=happened), 0),
        debits=Coalesce(_open_holds("debit"), 0),
        credits=Coalesce(_open_holds("credit"), 0),
    ).order_by("code")
    return [_account_view(row, on is None) for row in rows]


def _open_holds(side: str) -> Subquery:
    open_ones = Hold.objects.filter(**{side: OuterRef("pk")}, state=HoldState.OPEN)
    summed = open_ones.order_by().values(side).annotate(sum=Sum("amount"))
    return Subquery(summed.values("sum"))


def _account_view(row: Any, now: bool) -> AccountView:
    kind = Kind(row.kind)
    return AccountView(
        code=row.code,
        name=row.name,
        kind=kind,
        about=row.about,
        covered=row.covered,
        standing=int(row.stands) * kind.side,
        held=int(row.credits if kind.side > 0 else row.debits) if now else 0,
    )


def entry_view(entry: Entry) -> EntryView:
    """Return one entry as a frozen value."""
    lines = tuple(
        Line(p.account.code, p.amount)
        for p in sorted(entry.postings.all(), key=lambda p: (-p.amount, p.account.code))
    )
    return EntryView(
        id=entry.pk,
        number=entry.number,
        occurred_on=entry.occurred_on,
        entered_at=entry.entered_at,
        words=entry.words,
        about=entry.about,
        lines=lines,
        digest=digest(
            entry.book.code, entry.number, entry.occurred_on, entry.key, entry.words,
            entry.about, lines,
        ),
        reverses=entry.reverses.number if entry.reverses else None,
    )  # fmt: skip


def entries(chosen: QuerySet[Entry]) -> Iterator[EntryView]:
    """Yield entries with their lines, by number."""
    rows = (
        chosen.select_related("book", "reverses")
        .prefetch_related("postings__account")
        .order_by("book__code", "number")
    )
    for row in rows.iterator(chunk_size=500):
        yield entry_view(row)


def entries_about(about: str) -> list[EntryView]:
    """Return what was entered about one thing, in the order it was entered."""
    return list(entries(Entry.objects.filter(about=about)))


def hold_view(hold: Hold) -> HoldView:
    """Return one hold as a frozen value."""
    return HoldView(
        key=hold.key,
        debit=hold.debit.code,
        credit=hold.credit.code,
        amount=hold.amount,
        words=hold.words,
        about=hold.about,
        state=HoldState(hold.state),
        placed_at=hold.placed_at,
        ends_at=hold.ends_at,
        posted=hold.entry.number if hold.entry else None,
    )


def holds_about(about: str) -> list[HoldView]:
    """Return what was set aside about one thing, the first first."""
    rows = Hold.objects.filter(about=about).select_related("debit", "credit", "entry")
    return [hold_view(row) for row in rows.order_by("placed_at", "pk")]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an account's statement, with what stood on the account after it."""

    entry: EntryView
    amount: int
    after: int


def statement(account: Account) -> list[Row]:
    """Return everything that moved an account, on its own side, with running balance."""
    side, stands, rows = Kind(account.kind).side, 0, []
    for entry in entries(Entry.objects.filter(postings__account=account)):
        [amount] = [line.amount for line in entry.lines if line.account == account.code]
        stands += amount * side
        rows.append(Row(entry, amount * side, stands))
    return rows


@dataclass(frozen=True, slots=True)
class CashPosting:
    """What an entry moved at the bank: đồng, positive where money came in."""

    owner: UUID
    book: str
    number: int
    words: str
    about: str
    amount: int


def cash_postings(on: date, owner: UUID | None = None) -> list[CashPosting]:
    """Return what books say moved at the bank on a day, of one body or all: one query."""
    rows = Posting.objects.filter(account__code__in=CASH, entry__occurred_on=on)
    if owner is not None:
        rows = rows.filter(entry__book__owner=owner)
    told = rows.order_by("entry__book__code", "entry__number").values_list(
        "entry__book__owner_id", "entry__book__code", "entry__number", "entry__words",
        "entry__about", "amount",
    )  # fmt: skip
    return [CashPosting(*row) for row in told]


@dataclass(frozen=True, slots=True)
class Trial:
    """Every account of a book by kind; debits and credits are equal, in đồng."""

    accounts: dict[Kind, list[AccountView]]
    debits: int
    credits: int


def trial_balance(book: Book, on: date | None = None) -> Trial:
    """Return what stands on every account now, or stood at the end of a day: one query."""
    views = account_views(book.accounts.all(), on)
    signed = [view.standing * view.kind.side for view in views]
    return Trial(
        accounts={
            k: found for k in Kind if (found := [v for v in views if v.kind is k])
        },
        debits=sum(amount for amount in signed if amount > 0),
        credits=-sum(amount for amount in signed if amount < 0),
    )


def latest_entries(book: Book, count: int = 20) -> list[EntryView]:
    """Return the newest entries of a book, the newest first."""
    first = max(0, book.last - count)
    return list(entries(book.entries.filter(number__gt=first)))[::-1]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a book: untranslated words and what fills them."""

    what: str
    params: dict[str, Any]


def faults_of(code: str) -> list[Fault]:
    """Check a book from its first entry on: sums, numbers, cover, and the journal's digests."""
    book = Book.objects.get(code=code)
    return [*_off(book), *_gaps(book), *_uncovered(book), *_unlike_the_journal(book)]


def _off(book: Book) -> Iterator[Fault]:
    sums = (
        Posting.objects.filter(entry__book=book)
        .values("entry__number")
        .annotate(off=Sum("amount"))
        .exclude(off=0)
    )
    for row in sums:
        yield Fault(
            N_("Entry %(number)s is off by %(off)s đồng"),
            {"number": row["entry__number"], "off": row["off"]},
        )


def _gaps(book: Book) -> Iterator[Fault]:
    count = book.entries.count()
    last = book.entries.aggregate(last=Max("number"))["last"] or 0
    if not count == last == book.last:
        yield Fault(
            N_("There are %(count)s entries, the last has number %(last)s and the book says %(says)s"),
            {"count": count, "last": last, "says": book.last},
        )  # fmt: skip


def _uncovered(book: Book) -> Iterator[Fault]:
    for one in account_views(book.accounts.filter(covered=True)):
        if one.free < 0:
            yield Fault(
                N_("Account %(account)s lacks %(amount)s đồng"),
                {"account": one.code, "amount": -one.free},
            )


def _unlike_the_journal(book: Book) -> Iterator[Fault]:
    told = {
        fact.figures["number"]: fact.figures["digest"]
        for fact in facts_about(book.ref)
        if fact.kind in ENTRIES
    }
    for entry in entries(Entry.objects.filter(book=book)):
        if told.pop(entry.number, None) != entry.digest:
            yield Fault(
                N_("Entry %(number)s is not as the journal has it"),
                {"number": entry.number},
            )
    for number in sorted(told):
        yield Fault(
            N_("Entry %(number)s stands in the journal and not in the book"),
            {"number": number},
        )

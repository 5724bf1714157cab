"""Writing in books: open, enter, hold, post or let go, reverse, close.

Whoever writes locks the book first, so that its entries have one order without gaps and
what is free on an account is known while it is spent. Every act has a key: told again
it gives the first answer, told differently it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .access import may_mend, may_open
from .facts import record_in
from .models import Account, Book, Entry, Hold, Posting
from .queries import entry_view, free_on, hold_view
from .rules import (
    HoldState,
    Kind,
    Line,
    check_amount,
    check_code,
    check_cover,
    check_lines,
    move,
)
from .values import EntryView, HoldView


@transaction.atomic
def open_book(*, code: str, title: str, owner: Organisation, by: Person | None) -> Book:
    """Open a book of a body; the same again returns it."""
    _require(may_open(by, owner))
    check_code(code)
    book, is_new = Book.objects.get_or_create(
        code=code, defaults={"title": title, "owner": owner}
    )
    if not is_new and (book.title, book.owner_id) != (title, owner.pk):
        raise RuleBroken(
            N_("There is another book “%(code)s”."), field="code", code=code
        )
    if is_new:
        record_in(book, "book_opened", by=by)
    return book


@transaction.atomic
def open_account(
    *, book: str, code: str, name: str, kind: Kind, about: str = "",
    covered: bool = True, by: Person | None,
) -> Account:  # fmt: skip
    """Open an account of a book; the same again returns it.

    A `covered` account never falls below nought, what is set aside included.
    """
    kept = _locked(book)
    check_code(code)
    told = {"name": name, "kind": kind, "about": about, "covered": covered}
    account, is_new = Account.objects.get_or_create(book=kept, code=code, defaults=told)
    if not is_new and any(getattr(account, k) != v for k, v in told.items()):
        raise RuleBroken(
            N_("There is another account “%(code)s” in this book."),
            field="code",
            code=code,
        )
    if is_new:
        record_in(kept, "account_opened", by=by, account=code)
    return account


@transaction.atomic
def enter(
    *, book: str, key: str, lines: Sequence[Line], words: str, about: str = "",
    occurred_on: date | None = None, by: Person | None,
) -> EntryView:  # fmt: skip
    """Enter what happened; the same key again returns the first entry.

    Raises RuleBroken where debits and credits differ, an account is not there or would
    fall below nought, the day is closed or lies ahead, or the key was used for
    something else.
    """
    kept = _locked(book)
    day = occurred_on or clock.today()
    known = Entry.objects.filter(book=kept, key=key).first()
    if known is not None:
        first = entry_view(known)
        if (set(first.lines), first.words, first.about) != (set(lines), words, about):
            raise RuleBroken(
                N_("Under the key “%(key)s” something else was entered."), key=key
            )
        return first
    made = _enter(kept, key, lines, words, about, day, by)
    told = entry_view(made)
    record_in(
        kept, "entry_made", by=by, number=made.number, amount=told.amount,
        about=about, digest=told.digest,
    )  # fmt: skip
    return told


@transaction.atomic
def hold(
    *, book: str, key: str, debit: str, credit: str, amount: int, words: str,
    about: str = "", ends_at: datetime | None = None, by: Person | None,
) -> HoldView:  # fmt: skip
    """Set money aside for an entry to come; the same key again returns the hold.

    It is free again when it is let go, or at `ends_at`. Raises RuleBroken where an
    account has less that is free.
    """
    kept = _locked(book)
    known = Hold.objects.filter(book=kept, key=key).first()
    if known is not None:
        first = hold_view(known)
        if (first.debit, first.credit, first.amount) != (debit, credit, amount):
            raise RuleBroken(
                N_("Under the key “%(key)s” something else was set aside."), key=key
            )
        return first
    check_amount(amount)
    lines = move(amount, debit=debit, credit=credit)
    check_lines(lines)
    accounts = _accounts(kept, (debit, credit))
    _check_cover(accounts, lines)
    if ends_at is not None and ends_at <= clock.now():
        raise RuleBroken(N_("A hold ends in the future."), field="ends_at")
    made = Hold.objects.create(
        book=kept, key=key, debit=accounts[debit], credit=accounts[credit],
        amount=amount, words=words, about=about, ends_at=ends_at, by=by,
    )  # fmt: skip
    record_in(kept, "hold_placed", by=by, amount=amount, about=about, hold=made.ref)
    return hold_view(made)


@transaction.atomic
def post_hold(
    *, book: str, key: str, amount: int | None = None, words: str = "",
    by: Person | None,
) -> EntryView:  # fmt: skip
    """Move what was set aside, or less of it; the rest is free again.

    Posting it again returns the entry. Raises RuleBroken for a hold that was let go,
    another amount the second time, or more than was held.
    """
    kept = _locked(book)
    held = _hold(kept, key)
    moved = held.amount if amount is None else amount
    if held.state == HoldState.POSTED:
        assert held.entry is not None
        first = entry_view(held.entry)
        if amount is not None and first.amount != amount:
            raise RuleBroken(N_("This money moved already, with another amount."))
        return first
    _still_open(held)
    if held.ends_at and held.ends_at <= clock.now():
        raise RuleBroken(N_("The time for which this money was set aside is over."))
    if not 0 < moved <= held.amount:
        raise RuleBroken(
            N_("Between 1 and %(held)s đồng can be moved."),
            field="amount",
            held=held.amount,
        )
    held.state, held.ended_at = HoldState.POSTED, clock.now()
    lines = move(moved, debit=held.debit.code, credit=held.credit.code)
    held.entry = _enter(
        kept, f"hold:{held.key}", lines, words or held.words, held.about,
        clock.today(), by, reserved=True,
    )  # fmt: skip
    held.save()
    told = entry_view(held.entry)
    record_in(
        kept, "hold_posted", by=by, number=told.number, amount=moved,
        about=held.about, digest=told.digest, hold=held.ref,
    )  # fmt: skip
    return told


@transaction.atomic
def let_go(*, book: str, key: str, by: Person | None) -> HoldView:
    """Free what was set aside; once more changes nothing. Raises RuleBroken once it moved."""
    kept = _locked(book)
    held = _hold(kept, key)
    if held.state == HoldState.VOID:
        return hold_view(held)
    _still_open(held)
    held.state, held.ended_at = HoldState.VOID, clock.now()
    held.save()
    record_in(
        kept, "hold_let_go", by=by, amount=held.amount, about=held.about, hold=held.ref
    )
    return hold_view(held)


@transaction.atomic
def reverse(*, book: str, number: int, words: str, by: Person | None) -> EntryView:
    """Take an entry back by its opposite; an entry is taken back once.

    Raises RuleBroken where the money is no longer there, without a reason, and for what a
    hold moved: the app that released it goes on as if it were paid.
    """
    kept = _locked(book)
    _require(may_mend(by, kept))
    wrong = Entry.objects.filter(book=kept, number=number).first()
    if wrong is None:
        raise RuleBroken(
            N_("There is no entry %(number)s in this book."), number=number
        )
    if not words.strip():
        raise RuleBroken(N_("Say why the entry is taken back."), field="words")
    if Entry.objects.filter(reverses=wrong).exists():
        raise RuleBroken(N_("This entry was taken back already."))
    if Hold.objects.filter(entry=wrong).exists():
        raise RuleBroken(
            N_("Entry %(number)s moved money that was set aside, by a decision of its own: taken back here, the money would belong to nobody. Let whoever got it pay it back."),
            number=number,
        )  # fmt: skip
    lines = [Line(one.account, -one.amount) for one in entry_view(wrong).lines]
    made = _enter(
        kept, f"reverse:{wrong.number}", lines, words, wrong.about, clock.today(), by,
        reverses=wrong,
    )  # fmt: skip
    told = entry_view(made)
    record_in(
        kept, "entry_reversed", by=by, number=made.number, reverses=wrong.number,
        amount=told.amount, about=made.about, digest=told.digest,
    )  # fmt: skip
    return told


@transaction.atomic
def close_days(*, book: str, until: date, by: Person | None) -> Book:
    """Close the days of a book up to one that is over; nothing is entered for them any more."""
    kept = _locked(book)
    _require(may_mend(by, kept))
    if until >= clock.today():
        raise RuleBroken(N_("Only days that are over can be closed."), field="until")
    if kept.closed_on and until < kept.closed_on:
        raise RuleBroken(
            N_("Days up to %(until)s are closed already."),
            field="until",
            until=f"{kept.closed_on:%d/%m/%Y}",
        )
    if kept.closed_on != until:
        kept.closed_on = until
        kept.save()
        record_in(kept, "days_closed", by=by, until=until.isoformat())
    return kept


# ------------------------------------------------------------------ parts of actions


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _locked(code: str) -> Book:
    """Return a book, locked until the action ends."""
    book = Book.objects.select_for_update().filter(code=code).first()
    if book is None:
        raise RuleBroken(N_("There is no book “%(code)s”."), code=code)
    return book


def _hold(book: Book, key: str) -> Hold:
    found = (
        Hold.objects.select_related("debit", "credit", "entry")
        .filter(book=book, key=key)
        .first()
    )
    if found is None:
        raise RuleBroken(N_("Nothing was set aside under “%(key)s”."), key=key)
    return found


def _still_open(held: Hold) -> None:
    if held.state == HoldState.VOID:
        raise RuleBroken(N_("This money is no longer set aside."))
    if held.state == HoldState.POSTED:
        raise RuleBroken(N_("This money moved already."))


def _accounts(book: Book, codes: Sequence[str]) -> dict[str, Account]:
    found = {a.code: a for a in Account.objects.filter(book=book, code__in=codes)}
    for code in codes:
        if code not in found:
            raise RuleBroken(
                N_("There is no account “%(account)s” in this book."), account=code
            )
    return found


def _enter(
    book: Book, key: str, lines: Sequence[Line], words: str, about: str, day: date,
    by: Person | None, *, reserved: bool = False, reverses: Entry | None = None,
) -> Entry:  # fmt: skip
    """Write an entry in a locked book; `reserved` money was looked for when it was held."""
    check_lines(lines)
    if day > clock.today():
        raise RuleBroken(
            N_("Nothing is entered for a day that lies ahead."), field="occurred_on"
        )
    if book.closed_on and day <= book.closed_on:
        raise RuleBroken(
            N_("Days up to %(until)s are closed."),
            field="occurred_on",
            until=f"{book.closed_on:%d/%m/%Y}",
        )
    accounts = _accounts(book, [line.account for line in lines])
    if not reserved:
        _check_cover(accounts, lines)
    book.last += 1
    book.save(update_fields=["last"])
    entry = Entry.objects.create(
        book=book, number=book.last, key=key, occurred_on=day, words=words,
        about=about, by=by, reverses=reverses,
    )  # fmt: skip
    Posting.objects.bulk_create(
        Posting(entry=entry, account=accounts[line.account], amount=line.amount)
        for line in lines
    )
    return entry


def _check_cover(accounts: dict[str, Account], lines: Sequence[Line]) -> None:
    """Refuse what would take a covered account below nought, holds included."""
    for line in lines:
        account = accounts[line.account]
        falls = -line.amount * Kind(account.kind).side
        if account.covered and falls > 0:
            check_cover(account.code, falls, free_on(account))

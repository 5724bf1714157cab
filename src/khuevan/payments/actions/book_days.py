"""Holding the books of every body against the bank, a day at a time."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

from django.db import transaction

from khuevan.books.public import cash_postings
from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.payments.access import may_reconcile, works_for
from khuevan.payments.book_days import apart_on, listed_on, not_listed_yet
from khuevan.payments.models import BookDay
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import require


@transaction.atomic
def compare_books(*, day: date, by: Person | None) -> list[BookDay]:
    """Hold what each body's books say moved at the bank against the bank's lists of a day.

    A body of whose money a list is not here yet is left out. What somebody settled stays
    settled while it differs alike. One fact for each body that differs anew, in đồng.
    """
    require(may_reconcile(by))
    bank: Counter[UUID] = Counter()
    books: Counter[UUID] = Counter()
    for listed in listed_on(day):
        bank[listed.owner] += listed.amount
    for posted in cash_postings(day):
        books[posted.owner] += posted.amount
    apart = apart_on(day)
    known = {row.owner_id: row for row in BookDay.objects.select_for_update().filter(day=day)}  # fmt: skip
    owners = sorted((bank.keys() | books.keys() | known.keys()) - not_listed_yet(day))
    return [
        _keep(known.get(owner), BookDay(day=day, owner_id=owner, bank=bank[owner], books=books[owner], apart=apart[owner]), by)
        for owner in owners
    ]  # fmt: skip


@transaction.atomic
def resolve_book_day(*, row: BookDay, note: str, by: Person) -> BookDay:
    """Say how a difference between a body's books and the bank was settled."""
    row = BookDay.objects.select_for_update().get(pk=row.pk)
    require(works_for(by, row.owner_id))
    if not row.is_open:
        raise RuleBroken(N_("This difference was settled already."))
    if len(note.strip()) < 10:
        raise RuleBroken(N_("Say it in at least ten characters."), field="note")
    row.note = note.strip()[:300]
    row.resolved_at, row.resolved_by = clock.now(), by
    row.save(update_fields=["note", "resolved_at", "resolved_by"])
    record("payments.book_difference_resolved", subject=row.ref, by=by, day=row.day.isoformat())  # fmt: skip
    return row


def _keep(known: BookDay | None, found: BookDay, by: Person | None) -> BookDay:
    """Write a body's day again; a person's note stays on what has not changed."""
    told = (found.bank, found.books, found.apart)
    if known is not None and (known.bank, known.books, known.apart) == told:
        return known
    row = known or found
    row.bank, row.books, row.apart = told
    row.note, row.resolved_at, row.resolved_by = "", None, None
    row.save()
    if row.off:
        record("payments.books_differ", subject=row.ref, by=by, day=row.day.isoformat(), owner=str(row.owner_id), bank=row.bank, books=row.books, off=row.off)  # fmt: skip
    return row

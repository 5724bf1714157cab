"""The facts books leave in the journal."""

from __future__ import annotations

from typing import Any

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_

from .models import Book


def record_in(book: Book, kind: str, *, by: Person | None, **figures: Any) -> int:
    """Write one fact about a book; `book` is its code."""
    return record(f"books.{kind}", subject=book.ref, by=by, book=book.code, **figures)


WORDS: dict[str, str] = {
    "books.book_opened": N_("The book was opened"),
    "books.account_opened": N_("The account %(account)s was opened"),
    "books.entry_made": N_("Entry %(number)s of %(amount)s đồng was made"),
    "books.entry_reversed": N_("Entry %(number)s took back entry %(reverses)s"),
    "books.hold_placed": N_("%(amount)s đồng was set aside"),
    "books.hold_posted": N_("Entry %(number)s moved %(amount)s đồng that had been set aside"),
    "books.hold_let_go": N_("%(amount)s đồng is no longer set aside"),
    "books.days_closed": N_("Days up to %(until)s were closed"),
}  # fmt: skip
"""What each kind of fact says on a timeline."""

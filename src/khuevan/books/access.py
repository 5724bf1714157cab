"""Who may open books, correct them by hand, and close their days.

Whether money may move at all is for the app it belongs to: it asks its own rules and
then enters what happened. People act on a book itself only to mend it.
"""

from __future__ import annotations

from khuevan.directory.public import Organisation, Person, Role

from .models import Book


def may_open(person: Person | None, owner: Organisation) -> bool:
    """Open a book or an account: the system, and the head of the body that keeps it."""
    return person is None or person.authority.has_in(owner.pk, Role.HEAD)


def may_mend(person: Person | None, book: Book) -> bool:
    """Reverse an entry by hand and close days: the head of the body that keeps the book."""
    return person is None or person.authority.has_in(book.owner_id, Role.HEAD)

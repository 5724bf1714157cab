"""A book with a bank, an escrow and a fee account, reached only through actions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from beancount import loader

from khuevan.books import actions
from khuevan.books.exports import beancount
from khuevan.books.models import Book
from khuevan.books.queries import faults_of
from khuevan.books.rules import Kind, move
from khuevan.directory.public import Organisation, Person, Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person


BANK, BUYER, SELLER, FEES = "BANK", "ESCROW:D-1", "PAYABLE:D-1", "FEES"
_numbers = count(1)


@dataclass
class Cast:
    """A body with its head and its book; somebody of another body; an inspector."""

    owner: Organisation
    head: Person
    stranger: Person
    inspector: Person
    book: Book

    @property
    def code(self) -> str:
        return self.book.code


def make_cast() -> Cast:
    owner = OrganisationFactory.create()
    head = make_person(Role.HEAD, owner)
    book = actions.open_book(
        code=f"EXCHANGE-{next(_numbers)}", title="Sổ ký quỹ", owner=owner, by=head
    )
    for code, kind in (
        (BANK, Kind.ASSET), (BUYER, Kind.LIABILITY), (SELLER, Kind.LIABILITY), (FEES, Kind.INCOME)
    ):  # fmt: skip
        actions.open_account(
            book=book.code, code=code, name=code.capitalize(), kind=kind,
            about="exchange.deal:1" if ":" in code else "", by=head,
        )  # fmt: skip
    return Cast(owner, head, make_person(Role.HEAD), make_person(Role.INSPECTOR), book)


def pay_in(cast: Cast, amount: int, key: str = "in-1") -> None:
    """Let the buyer's money arrive in escrow."""
    actions.enter(
        book=cast.code, key=key, words="Bên mua nộp tiền ký quỹ",
        lines=move(amount, debit=BANK, credit=BUYER), about="exchange.deal:1", by=None,
    )  # fmt: skip


def faults(code: str) -> list[str]:
    """Return what is wrong with a book, by its own check and by Beancount's."""
    book = Book.objects.get(code=code)
    _entries, errors, _options = loader.load_string("".join(beancount(book)))
    return [*map(str, faults_of(code)), *map(str, errors)]

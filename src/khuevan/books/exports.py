"""A book as Beancount text, the format plain-text accounting shares; `bean-check` reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from khuevan.platform import clock

from .models import Account, Book, Entry
from .queries import account_views, entries
from .rules import Kind
from .values import EntryView


ROOTS = {
    Kind.ASSET: "Assets",
    Kind.LIABILITY: "Liabilities",
    Kind.EQUITY: "Equity",
    Kind.INCOME: "Income",
    Kind.EXPENSE: "Expenses",
}


def beancount(book: Book) -> Iterator[str]:
    """Yield the lines of a book: accounts, entries, and what must stand at the end."""
    accounts = list(book.accounts.order_by("code"))
    names = {a.code: f"{ROOTS[Kind(a.kind)]}:{a.code}" for a in accounts}
    yield f'option "title" "{_quoted(book.title)}"\n'
    yield 'option "operating_currency" "VND"\n\n'
    first = book.entries.order_by("occurred_on").first()
    for account in accounts:
        yield f"{_opened(account, first)} open {names[account.code]} VND\n"
        yield f'  name: "{_quoted(account.name)}"\n'
    last = None
    chosen = Entry.objects.filter(book=book)
    for entry in entries(chosen):
        last = max(last or entry.occurred_on, entry.occurred_on)
        yield from _entry(entry, names)
    if last is not None:
        yield "\n"
        for view in account_views(book.accounts.all()):
            stands = view.standing * view.kind.side
            yield f"{last + timedelta(days=1)} balance {names[view.code]}  {stands} VND\n"


def _opened(account: Account, first: Entry | None) -> str:
    day = clock.local_day(account.opened_at)
    return (min(day, first.occurred_on) if first else day).isoformat()


def _entry(entry: EntryView, names: dict[str, str]) -> Iterator[str]:
    yield f'\n{entry.occurred_on} * "{_quoted(entry.words)}"\n'
    yield f"  number: {entry.number}\n"
    if entry.about:
        yield f'  about: "{_quoted(entry.about)}"\n'
    yield f'  digest: "{entry.digest}"\n'
    for line in entry.lines:
        yield f"  {names[line.account]}  {line.amount} VND\n"


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')

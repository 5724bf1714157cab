"""`khuevan books list|check|export`: what stands in the books, and whether it holds."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from khuevan.books.exports import beancount
from khuevan.books.models import Book
from khuevan.books.queries import faults_of


class Command(BaseCommand):
    help = "Double-entry books: list, check, export as Beancount."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="every book with its entries and closed days")
        checking = verbs.add_parser(
            "check",
            help="sums, numbers, cover, and the journal's digests of every entry",
        )
        checking.add_argument("code", nargs="?", help="one book; all unless told")
        writing = verbs.add_parser("export", help="write a book as Beancount text")
        writing.add_argument("code")
        writing.add_argument("file", type=Path, nargs="?", help="printed unless told")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        for book in Book.objects.order_by("code"):
            closed = f", closed up to {book.closed_on}" if book.closed_on else ""
            self.stdout.write(
                f"{book.code}: {book.last} entries{closed} · {book.title}"
            )

    def _check(self, options: dict[str, Any]) -> None:
        books = [self._book(options["code"])] if options["code"] else Book.objects.order_by("code")  # fmt: skip
        wrong = 0
        for book in books:
            faults = faults_of(book.code)
            for fault in faults:
                self.stderr.write(f"{book.code}: {gettext(fault.what) % fault.params}")
            wrong += len(faults)
            if not faults:
                self.stdout.write(f"{book.code}: {book.last} entries, sound")
        if wrong:
            raise CommandError(f"{wrong} fault(s)")

    def _export(self, options: dict[str, Any]) -> None:
        lines = beancount(self._book(options["code"]))
        if options["file"] is None:
            self.stdout.writelines(lines)
            return
        with options["file"].open("w", encoding="utf-8") as out:
            out.writelines(lines)
        self.stdout.write(f"{options['file']}")

    def _book(self, code: str) -> Book:
        found = Book.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"There is no book {code}.")
        return found

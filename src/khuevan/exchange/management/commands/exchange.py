"""`khuevan exchange import|template|search|match|index`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.exchange.actions import import_listings
from khuevan.exchange.index import check_index, learn, rebuild_index
from khuevan.exchange.queries.disclosing import Reader, reader_of
from khuevan.exchange.queries.matching import listing_to_match, matches_of
from khuevan.exchange.queries.reasons import why_found
from khuevan.exchange.queries.searching import search_listings
from khuevan.exchange.rules.codes import read_code
from khuevan.exchange.sheets import read_rows, template
from khuevan.matching.public import Asked, NotBuilt
from khuevan.platform.errors import InputRefused, Problem, RuleBroken


MOST = 100
_AT_ONCE = 200


class Command(BaseCommand):
    help = "The technology exchange: search, matches, their index, listings from spreadsheets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        taking = verbs.add_parser("import", help="take over listings (.csv, .xlsx)")
        taking.add_argument("file", type=Path)
        taking.add_argument("--dry-run", action="store_true")
        empty = verbs.add_parser("template", help="write the empty spreadsheet")
        empty.add_argument("-o", "--output", type=Path, required=True)
        looking = verbs.add_parser("search", help="find published listings")
        looking.add_argument("words")
        fitting = verbs.add_parser("match", help="tell what fits a listing, and why")
        fitting.add_argument("code", help="code of a published need or offer")
        for asking, otherwise in ((looking, "a stranger"), (fitting, "a member")):
            asking.add_argument("--json", action="store_true")
            asking.add_argument("--as", dest="username", default="", help=f"see as this person; as {otherwise} otherwise")  # fmt: skip
            asking.add_argument("--limit", type=int, default=10)
        verbs.add_parser("index", help="make the index anew")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    # ------------------------------------------------------- search and matches

    def _search(self, options: dict[str, Any]) -> None:
        reader, limit = self._asking(options)
        words = options["words"].replace("\0", " ")[:200]
        answer = search_listings(reader, Asked(text=words), size=limit)
        self._tell(options, [
            (row.code, row.fields["title_vi"], answer.scores.get(row.code, 0.0), why_found(row, words))
            for row in answer.rows
        ])  # fmt: skip

    def _match(self, options: dict[str, Any]) -> None:
        reader, limit = self._asking(options)
        if reader.person is None:  # Budgets and prices decide, which members read.
            reader = Reader(verified=True)
        code = read_code(options["code"]) or options["code"]
        try:
            listing = listing_to_match(reader, code)
            found = matches_of(listing, reader, limit)
        except (RuleBroken, NotBuilt) as refused:
            raise CommandError(gettext(refused.sentence) % refused.params) from None
        self._tell(options, [
            (one.shown.code, one.shown.fields["title_vi"], one.score, one.reasons)
            for one in found.fitting
        ])  # fmt: skip

    def _index(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"indexed: {rebuild_index()} published listings")
        read = 0
        while new := learn(_AT_ONCE):
            read += new
        if read:
            self.stdout.write(f"meanings read: {read} texts")

    def _asking(self, options: dict[str, Any]) -> tuple[Reader, int]:
        """Return who asks and for how many; an index that is not there is made first."""
        person, username = None, options["username"]
        if username:
            person = Person.objects.filter(username=username, is_active=True).first()
            if person is None:
                raise CommandError(f"Nobody here has the username {username!r}.")
        if not 1 <= options["limit"] <= MOST:
            raise CommandError(f"--limit is between 1 and {MOST}.")
        try:
            check_index()
        except NotBuilt:
            rebuild_index()
        return reader_of(person), options["limit"]

    def _tell(self, options: dict[str, Any], rows: list[tuple[str, str, float, tuple[str, ...]]]) -> None:  # fmt: skip
        if options["json"]:
            told = [dict(zip(("code", "title", "score", "reasons"), row, strict=True)) for row in rows]  # fmt: skip
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
            return
        if not rows:
            self.stdout.write(gettext("Nothing published fits."))
        for code, title, score, reasons in rows:
            self.stdout.write(f"{code}  {score:7.3f}  {title}")
            for reason in reasons:
                self.stdout.write(f"{'':22}- {reason}")

    # ------------------------------------------------------------- spreadsheets

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            rows = read_rows(path.read_bytes(), path.name)
        except InputRefused as refused:
            self._refuse(refused.problems)
        if options["dry_run"]:
            self.stdout.write(f"would import: {len(rows)} drafts")
            return
        try:
            made = import_listings(rows=[(row.member, row.told) for row in rows], by=None)  # fmt: skip
        except InputRefused as refused:
            self._refuse(refused.problems)
        self.stdout.write(f"imported: {len(made)} drafts, {made[0].code} to {made[-1].code}")  # fmt: skip

    def _refuse(self, problems: list[Problem]) -> None:
        for problem in problems:
            row, _, column = problem.where.partition(":")
            place = f"row {row}, column {column}" if column else row
            what = gettext(problem.what) % problem.params
            mend = gettext(problem.mend) if problem.mend else ""
            self.stderr.write(f"{place}: {what}. {mend}".strip())
        raise CommandError(f"{len(problems)} problem(s); nothing was imported.")

    def _template(self, options: dict[str, Any]) -> None:
        options["output"].write_bytes(template())
        self.stdout.write(str(options["output"]))

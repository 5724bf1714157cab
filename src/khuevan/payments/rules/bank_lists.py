"""Reading a bank's list of an account (CSV), as internet banking hands it out.

Banks name their columns each in its own way; the words below are looked for, without
accents. Money that came in is a payment, money that went out a refund.
"""

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from io import StringIO

from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.text import fold

from .reconciling import Kind, Movement


COLUMNS = {
    "transaction": ("ma giao dich", "so giao dich", "so but toan", "so tham chieu", "transaction", "reference number"),
    "day": ("ngay giao dich", "ngay hieu luc", "ngay", "transaction date", "date"),
    "came": ("ghi co", "so tien ghi co", "phat sinh co", "so tien", "credit", "amount"),
    "went": ("ghi no", "so tien ghi no", "phat sinh no", "debit"),
    "words": ("noi dung", "noi dung giao dich", "dien giai", "mo ta", "description"),
}  # fmt: skip
"""What the columns are called; the first that is there counts."""
NEEDED = ("transaction", "day", "came", "words")
MOST_ROWS = 20_000
MOST_PROBLEMS = 20


def read_bank_list(content: bytes) -> dict[date, list[Movement]]:
    """Return the movements of a bank's list by day; đồng.

    Raises InputRefused with every row that cannot be read: all of a list or nothing.
    """
    rows = _rows(content)
    places = _places(rows[0] if rows else [])
    if len(rows) > MOST_ROWS:
        raise InputRefused([Problem("file", N_("The list is too long: at most %(most)s rows. Bring it in parts of whole days."), "", {"most": MOST_ROWS})])  # fmt: skip
    found: dict[date, list[Movement]] = {}
    problems, seen = [], set()
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            day, movement = _movement(row, places)
        except ValueError:
            problems.append(Problem("file", N_("Row %(number)s cannot be read: it needs a day (31/12/2026), an amount and the bank's number."), "", {"number": number}))  # fmt: skip
            continue
        key = (movement.kind, movement.transaction)
        if key in seen:
            problems.append(Problem("file", N_("Row %(number)s repeats the bank's number %(transaction)s."), "", {"number": number, "transaction": movement.transaction}))  # fmt: skip
        seen.add(key)
        found.setdefault(day, []).append(movement)
    if problems:
        raise InputRefused(problems[:MOST_PROBLEMS])
    if not found:
        raise InputRefused([Problem("file", N_("The list holds no movement."))])
    return found


def _rows(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputRefused([Problem("file", N_("The file is not UTF-8 text."), N_("Save it as CSV UTF-8."))]) from fault  # fmt: skip
    head = text.partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    return list(csv.reader(StringIO(text), delimiter=delimiter))


def _places(head: list[str]) -> dict[str, int]:
    names = [" ".join(fold(cell).split()) for cell in head]
    found = {
        column: names.index(word)
        for column, words in COLUMNS.items()
        for word in words[::-1]
        if word in names
    }
    missing = [COLUMNS[name][0] for name in NEEDED if name not in found]
    if missing:
        raise InputRefused([Problem("file", N_("The first row names no column for: %(called)s."), "", {"called": ", ".join(missing)})])  # fmt: skip
    return found


def _movement(row: list[str], places: dict[str, int]) -> tuple[date, Movement]:
    """Return the day and the movement of a row; raises ValueError."""
    told = {
        name: row[at].strip() if at < len(row) else "" for name, at in places.items()
    }
    amount = _amount(told["came"]) - abs(_amount(told.get("went", "")))
    name = told["transaction"]
    if not name or len(name) > 80 or not amount or abs(amount) >= 10**15:
        raise ValueError
    kind = Kind.PAYMENT if amount > 0 else Kind.REFUND
    return _day(told["day"]), Movement(name, kind, abs(amount), told["words"][:500])


def _amount(text: str) -> int:
    """Return đồng; "1.250.000", "1,250,000.00" and "-5 000 đ" are read, "" is nothing."""
    plain = re.sub(r"[\s₫đĐ]|VND", "", text)
    plain = re.sub(r"[.,]00$", "", plain)
    if not plain:
        return 0
    if not re.fullmatch(r"[+-]?(\d+|\d{1,3}([.,]\d{3})+)", plain):
        raise ValueError
    return int(re.sub(r"[.,]", "", plain))


def _day(text: str) -> date:
    words = text.split()[0] if text.split() else ""
    for shape in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(words, shape).date()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            continue
    raise ValueError

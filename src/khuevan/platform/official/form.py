"""What an administrative document is made of, whoever writes it down.

Two layouts: of State bodies (Decree 30/2020/NĐ-CP, Appendix I) and of Party bodies
(Instruction 36-HD/VPTW of 3 April 2018). The heads are the law's own words and are
never translated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext

from .qr import qr_svg


class Layout(StrEnum):
    """Whose rules of form a document follows."""

    PARTY = "party"
    STATE = "state"


NATIONAL_HEAD = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
PARTY_HEAD = "ĐẢNG CỘNG SẢN VIỆT NAM"
MARGINS_MM = {"top": 20, "bottom": 20, "left": 30, "right": 15}


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in one style; `href` leads to a page of this platform."""

    words: str
    href: str = ""
    bold: bool = False
    italic: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered part; level 1 is I., level 2 is 1."""

    words: str
    level: int = 1
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    runs: Runs
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list, written with a dash as offices do."""

    runs: Runs
    kind: str = "item"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head. `widths` are shares; columns in `numeric` are set right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    widths: tuple[int, ...]
    numeric: frozenset[int] = frozenset()
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what stands for them, one line each: Họ và tên: …"""

    pairs: tuple[tuple[str, Runs], ...]
    kind: str = "facts"


Block = Heading | Paragraph | Item | Table | Facts


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues: the body above, the body itself, the symbol of its papers, the place."""

    layout: Layout
    parent: str
    issuer: str
    symbol: str
    place: str


@dataclass(frozen=True, slots=True)
class Signature:
    """For whom the paper is signed, in what post, by whom."""

    authority: str
    post: str
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """One administrative document, ready to be written down."""

    letterhead: Letterhead
    number: str
    type_code: str  # BC, TB …
    type_name: str  # BÁO CÁO, THÔNG BÁO …
    about: str
    dated: date
    blocks: tuple[Block, ...]
    signature: Signature
    recipients: tuple[str, ...]
    is_draft: bool = field(default=False)
    own_symbol: str = (
        ""  # where a form carries its own line instead of number and symbol
    )
    countersignature: Signature | None = (
        None  # left of the signature, no recipients then
    )
    qr: str = ""  # the address a QR leads to
    qr_words: str = ""  # what one finds there
    landscape: bool = False

    @property
    def symbol(self) -> str:
        """Return number and symbol: 12-BC/BCĐ of the Party, 12/BC-BCĐ of the State."""
        if self.own_symbol:
            return self.own_symbol
        number = self.number or "      "
        body = self.letterhead.symbol
        if self.letterhead.layout is Layout.PARTY:
            return f"Số {number}-{self.type_code}/{body}"
        return f"Số: {number}/{self.type_code}-{body}"

    @property
    def qr_picture(self) -> str:
        """Return the QR as SVG; empty where there is none."""
        return qr_svg(self.qr) if self.qr else ""

    @property
    def place_and_date(self) -> str:
        """Return place and date; days below 10 and months below 3 get a zero."""
        day, month = f"{self.dated.day:02d}", self.dated.month
        shown = f"{month:02d}" if month < 3 else str(month)
        return (
            f"{self.letterhead.place}, ngày {day} tháng {shown} năm {self.dated.year}"
        )


_PLACES = re.compile(r"%\((\w+)\)s")


def sentence(words: str, **parts: Any) -> Runs:
    """Translate a sentence and set runs into its named places: figures stay links."""
    pieces = _PLACES.split(gettext(words))
    runs = []
    for at, piece in enumerate(pieces):
        if at % 2:
            part = parts[piece]
            runs.append(part if isinstance(part, Run) else Run(str(part)))
        elif piece:
            runs.append(Run(piece.replace("%%", "%")))
    return tuple(runs)


def text(words: object, href: str = "") -> Runs:
    """Return one plain run."""
    return (Run(str(words), href),)

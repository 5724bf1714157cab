"""Ways to reach somebody in public words: telephones, e-mail, links, messengers.

People write round such a check, so it reads what a person would read: full-width digits,
invisible characters and words for signs are undone first, days are no telephones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .errors import N_, InputRefused, Problem


class Contact(StrEnum):
    """What kind of contact was found."""

    EMAIL = "email"
    LINK = "link"
    PHONE = "phone"
    MESSENGER = "messenger"


@dataclass(frozen=True, slots=True)
class Found:
    """A contact and the words it stands as."""

    kind: Contact
    words: str


def contacts_in(text: str) -> list[Found]:
    """Return the contacts in a text, each once, an e-mail not again as a link."""
    found: list[Found] = []
    rest = _DAYS.sub(" ", _plain(text))
    for kind, pattern in _PATTERNS:
        found += [Found(kind, hit.group().strip()) for hit in pattern.finditer(rest)]
        rest = pattern.sub(" ", rest)
    return list(dict.fromkeys(found))


def _plain(text: str) -> str:
    """Return a text as it is read: one form of each character, none that is not seen."""
    seen = (c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", "".join(seen))


_DAYS = re.compile(r"(?<!\d)\d{1,2}([./-])\d{1,2}\1\d{4}(?!\d)")
_ENDINGS = r"(?:vn|com|net|org|io|info|asia|edu|gov|biz|me|co|tech|xyz|dev|app|online|shop|site|store|link|cloud|top)"
_AT = r"(?:\s?@\s?|\s?[\[(]\s?(?:at|a còng)\s?[\])]\s?|\s(?:at|a còng)\s)"
_DOT = r"(?:\.|\s\.\s|\s?[\[(]\s?(?:dot|chấm)\s?[\])]\s?|\s(?:dot|chấm)\s)"
_APART = r"[\s._/()-]{0,2}"
"""What people put between the digits of a number."""
_DIGIT = r"(?:không|một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín)"
_APPS = r"(?:zalo|telegram|viber|whatsapp|wechat|skype|facebook|messenger|fb)"
_PATTERNS = (
    (Contact.EMAIL, re.compile(rf"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w.+-]+{_AT}[\w-]+(?:{_DOT}[\w-]+)*{_DOT}{_ENDINGS}\b", re.IGNORECASE)),
    (Contact.MESSENGER, re.compile(rf"\b{_APPS}\s*(?:[:=]\s*\S+|@\s*\w+|\s(?=[\w.]*\d)(?!0\d)[\w.]{{5,}})", re.IGNORECASE)),
    (Contact.LINK, re.compile(rf"(?:https?://|www\.)\S+|\b(?!(?:asp|ado|vb)\.net\b)[\w-]+(?:\.[\w-]+)*\.{_ENDINGS}\b(?:/\S*)?", re.IGNORECASE)),
    # Mobile numbers have ten digits, lines eleven; what belongs to a longer figure is none.
    (Contact.PHONE, re.compile(rf"(?<!\d)(?<!\d[.,/-])(?:(?:\+|00)?84{_APART}(?:\(?0\)?{_APART})?|[0Oo](?![.,]\d){_APART})(?:2(?:{_APART}\d){{9}}|[35789](?:{_APART}\d){{8}})(?!\d)")),
    (Contact.PHONE, re.compile(rf"(?<![\d\w])\+\d{{1,3}}(?:{_APART}\d){{7,12}}(?!\d)")),
    (Contact.PHONE, re.compile(r"\b(?:hotline|tổng đài|gọi|điện thoại|liên hệ|đt|sđt|tel|lh)\b\W{0,3}(?:\w+\W{1,2}){0,2}1[89]00[\s.-]?\d{2,3}[\s.-]?\d{2,3}\b", re.IGNORECASE)),
    (Contact.PHONE, re.compile(rf"\b{_DIGIT}(?:[\s,.-]+{_DIGIT}){{8,}}\b", re.IGNORECASE)),
)  # fmt: skip


def contacts_by_field(told: Mapping[str, str]) -> Iterator[tuple[str, Found]]:
    """Yield the contacts in what several fields say, each with its field."""
    for field, words in told.items():
        for found in contacts_in(words):
            yield field, found


def refuse_contacts(found: Iterable[tuple[str, Found]], mend: str) -> None:
    """Refuse contacts in words everybody reads; InputRefused names each and its field.

    `mend` says what to do instead: where whoever is interested asks.
    """
    problems = [
        Problem(
            field,
            N_("“%(words)s” is a contact in words everybody reads"),
            mend,
            {"words": contact.words},
        )
        for field, contact in found
    ]
    if problems:
        raise InputRefused(problems, misuse="contact_in_public")

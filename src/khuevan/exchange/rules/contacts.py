"""Ways round the exchange in public words: telephones, e-mail, links, messengers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Contact(StrEnum):
    """What kind of contact was found."""

    EMAIL = "email"
    LINK = "link"
    PHONE = "phone"
    MESSENGER = "messenger"


_AT = r"(?:@|\s?[\[(]\s?(?:at|a còng)\s?[\])]\s?)"
_DOT = r"(?:\.|\s?[\[(]\s?(?:dot|chấm)\s?[\])]\s?)"
_PATTERNS = (
    (Contact.EMAIL, re.compile(rf"[\w.+-]+{_AT}[\w-]+(?:{_DOT}[\w-]+)+", re.IGNORECASE)),
    (Contact.LINK, re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|io|info|asia|edu|gov|me|biz)\b(?:/\S*)?", re.IGNORECASE)),
    (Contact.PHONE, re.compile(r"(?<![\d.,/-])(?:\+?84|0)(?:[\s.()-]{0,2}\d){8,10}(?!\d)")),
    (Contact.MESSENGER, re.compile(r"\b(?:zalo|telegram|viber|whatsapp|skype|facebook|fb)\s*[:=]\s*\S+", re.IGNORECASE)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A contact and the words it stands as."""

    kind: Contact
    words: str


def contacts_in(text: str) -> list[Found]:
    """Return the contacts in a text, each once, an e-mail not again as a link."""
    found: list[Found] = []
    rest = text
    for kind, pattern in _PATTERNS:
        found += [Found(kind, hit.group().strip()) for hit in pattern.finditer(rest)]
        rest = pattern.sub(" ", rest)
    return list(dict.fromkeys(found))

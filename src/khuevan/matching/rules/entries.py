"""What is searched: offers and needs as plain values, and who may see them.

The app that owns the listings makes these; nothing here knows a deal or a person.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum


PUBLIC = "public"
"""The token everybody holds. Others are the listings' app's own: members, an owner."""
TRL_LOWEST, TRL_HIGHEST = 1, 9


class Kind(StrEnum):
    """Which side of a deal an entry stands on."""

    OFFER = "offer"
    NEED = "need"

    @property
    def other(self) -> Kind:
        """Return the side this one is matched with."""
        return Kind.NEED if self is Kind.OFFER else Kind.OFFER


class Licence(StrEnum):
    """What right passes on, by the scope of Law 07/2017 Art. 7, or goods and work."""

    OWNERSHIP = "ownership"
    EXCLUSIVE = "exclusive"
    NON_EXCLUSIVE = "non_exclusive"
    SALE = "sale"
    SERVICE = "service"


class Screening(StrEnum):
    """On which list of Law 07/2017 Art. 9 to 11 a technology stands; the owner says."""

    FREE = "free"
    RESTRICTED = "restricted"
    PROHIBITED = "prohibited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A published listing as the index keeps it. Money is đồng; None is not stated.

    `names`: who lists it and owns it; it is found by them and not matched by them.
    `trl`: an offer's level twice, or the window a need takes. `territories`: where an
    offer may be used or a need will use it, as codes (VN, VN-HN); none is everywhere.
    `price`: what an offer costs, least and most; of a need, the budget. `deals`: the
    owner's deals traced to delivery. `sort`, `house`, `checked`, `marks`, `classes`, `branches`: what it is, what
    kind of organisation lists it, how far it was checked, what else sets it apart, its patent classes and branches, as
    codes of the listings' app, to count and filter by. Whoever holds one of `seen_by` sees the entry, of
    `body_seen_by` its body, too; without tokens nobody does.
    """

    code: str
    kind: Kind
    title: str
    summary: str = ""
    body: str = ""
    names: str = ""
    fields: tuple[str, ...] = ()
    region: str = ""
    trl: tuple[int, int] | None = None
    licences: tuple[Licence, ...] = ()
    territories: tuple[str, ...] = ()
    price: tuple[int, int] | None = None
    owner: str = ""
    deals: int = 0
    sort: str = ""
    house: str = ""
    checked: str = ""
    marks: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    screening: Screening = Screening.FREE
    takes_restricted: bool = False
    seen_by: tuple[str, ...] = ()
    body_seen_by: tuple[str, ...] = field(default=())
    published_at: datetime

    def __post_init__(self) -> None:
        if not self.code.strip():
            raise ValueError("An entry needs a code: it is found and removed by it.")
        if self.trl and not TRL_LOWEST <= self.trl[0] <= self.trl[1] <= TRL_HIGHEST:
            raise ValueError(f"{self.code}: TRL {self.trl} is no window within 1 to 9.")
        if self.price and not 0 <= self.price[0] <= self.price[1]:
            raise ValueError(f"{self.code}: price {self.price} is no range of đồng.")
        if self.published_at.tzinfo is None:
            raise ValueError(f"{self.code}: published_at needs its time zone.")


def visible(entry: Entry, tokens: frozenset[str]) -> Entry | None:
    """Return what the holder of these tokens sees of an entry; None is nothing."""
    if not tokens & set(entry.seen_by):
        return None
    return entry if tokens & set(entry.body_seen_by) else replace(entry, body="")


def to_json(entry: Entry) -> str:
    """Return an entry as one line, for `from_json`."""
    told = asdict(entry) | {"published_at": entry.published_at.isoformat()}
    return json.dumps(told, ensure_ascii=False)


def from_json(line: str) -> Entry:
    """Return the entry `to_json` wrote."""
    told = json.loads(line)
    for name in ("fields", "territories", "marks", "classes", "branches", "seen_by", "body_seen_by"):  # fmt: skip
        told[name] = tuple(told[name])
    for name in ("trl", "price"):
        told[name] = tuple(told[name]) if told[name] else None
    told["kind"] = Kind(told["kind"])
    told["licences"] = tuple(map(Licence, told["licences"]))
    told["screening"] = Screening(told["screening"])
    told["published_at"] = datetime.fromisoformat(told["published_at"])
    return Entry(**told)

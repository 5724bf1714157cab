"""What the catalogue is narrowed by, as addresses and saved searches write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from khuevan.matching.public import LICENCES as RIGHTS, UNPRICED, Asked, Kind as Side

from . import words
from .entries import ON_SALE
from .provinces import PROVINCES
from .schemes import DIVISIONS, PATENT_CLASSES


LONGEST = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of the catalogue: its name in addresses, its facet, what values are called."""

    name: str
    facet: str
    label: str | Promise
    values: Mapping[Any, Any]
    alone: bool = False
    """A page shows it even where it has one value: not to have it tells listings apart."""


FILTERS = (
    Filter("kind", "sorts", _("Kind"), words.KINDS),
    Filter("field", "fields", words.LABELS["field"], words.FIELDS),
    Filter("trl", "trl_bands", _("Readiness (TRL)"), {
        "1-3": _("1 to 3: idea shown to work"), "4-6": _("4 to 6: prototype, trial"), "7-9": _("7 to 9: in use"),
    }),
    Filter("price", "bands", _("Price or budget"), {
        "0": _("Under 100 million đồng"), "100000000": _("100 to 500 million đồng"),
        "500000000": _("500 million to 2 billion đồng"), "2000000000": _("2 to 10 billion đồng"),
        "10000000000": _("10 billion đồng and more"), UNPRICED: _("Not stated, or not open to you"),
    }),
    Filter("right", "licences", _("What passes on"), RIGHTS),
    Filter("ipc", "classes", _("Patent class (IPC)"), PATENT_CLASSES),
    Filter("nace", "branches", _("Branch (NACE)"), DIVISIONS),
    Filter("house", "houses", _("Kind of organisation"), words.MEMBER_KINDS),
    Filter("region", "regions", _("Where its member works"), PROVINCES),
    Filter("check", "checks", _("How far it was checked"), words.VERIFICATIONS),
    Filter("auction", "marks", pgettext_lazy("exchange", "Auction"), {ON_SALE: _("Under auction now")}, alone=True),
)  # fmt: skip


def asked_of(query: QueryDict) -> Asked:
    """Return what an address asks for; values nobody knows are no filter."""
    chosen = {one.facet: frozenset(chosen_in(query, one)) for one in FILTERS}
    offers = {Side.OFFER} if "offer" in query.getlist("kind") else set()
    return Asked(text=words_of(query), kinds=frozenset(offers), **chosen)  # type: ignore[arg-type]  # fmt: skip


def words_of(query: QueryDict) -> str:
    """Return the words an address looks for, cut where nobody reads on."""
    return query.get("words", "").replace("\0", " ").strip()[:LONGEST]


def chosen_in(query: QueryDict, one: Filter) -> list[str]:
    """Return the values of a filter an address chooses, of those there are."""
    return [value for value in dict.fromkeys(query.getlist(one.name)) if value in one.values]  # fmt: skip


def kept_query(query: QueryDict) -> str:
    """Return the part of an address that says what is looked for, always written alike."""
    told = QueryDict(mutable=True)
    if asked := words_of(query):
        told["words"] = asked
    for one in FILTERS:
        if chosen := chosen_in(query, one):
            told.setlist(one.name, sorted(chosen))
    if "offer" in query.getlist("kind"):
        told.appendlist("kind", "offer")
    return told.urlencode()


def in_words(query: str) -> str:
    """Return a kept search as people read it."""
    told = QueryDict(query)
    parts = [f"“{words_of(told)}”"] if words_of(told) else []
    if "offer" in told.getlist("kind"):
        parts.append(str(_("All offers")))
    parts += [str(one.values[value]) for one in FILTERS for value in chosen_in(told, one)]  # fmt: skip
    return " · ".join(parts)

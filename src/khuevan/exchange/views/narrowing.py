"""The catalogue's filters: what an address asks for, and links to narrow and widen it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khuevan.exchange import words
from khuevan.exchange.provinces import PROVINCES
from khuevan.exchange.queries.searching import Counts
from khuevan.matching.public import BANDS, TRL_BANDS, UNPRICED, Asked, Kind as Side


LONGEST = 200
MOST_VALUES = 12
"""Values of a filter a page shows, those with most listings first."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of the catalogue: its name in addresses, its facet, what values are called."""

    name: str
    facet: str
    label: str | Promise
    values: Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter as a link: chosen already, or how many there would be."""

    value: str
    label: Any
    count: int
    chosen: bool
    query: str


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
    Filter("house", "houses", _("Kind of organisation"), words.MEMBER_KINDS),
    Filter("region", "regions", _("Where its member works"), PROVINCES),
    Filter("check", "checks", _("How far it was checked"), words.VERIFICATIONS),
)  # fmt: skip
assert {str(start) for start in BANDS} | {UNPRICED} == set(FILTERS[3].values)
assert set(TRL_BANDS) == set(FILTERS[2].values)


def asked_of(query: QueryDict) -> Asked:
    """Return what an address asks for; values nobody knows are no filter."""
    chosen = {one.facet: frozenset(_chosen(query, one)) for one in FILTERS}
    offers = {Side.OFFER} if "offer" in query.getlist("kind") else set()
    return Asked(text=words_of(query), kinds=frozenset(offers), **chosen)  # type: ignore[arg-type]  # fmt: skip


def words_of(query: QueryDict) -> str:
    """Return the words an address looks for, cut where nobody reads on."""
    return query.get("words", "").replace("\0", " ").strip()[:LONGEST]


def _chosen(query: QueryDict, one: Filter) -> list[str]:
    return [value for value in dict.fromkeys(query.getlist(one.name)) if value in one.values]  # fmt: skip


def choices_of(query: QueryDict, facets: Counts) -> list[tuple[Filter, list[Choice]]]:
    """Return every filter that still tells listings apart, with its links."""
    shown = ((one, list(_choices(query, one, dict(facets.get(one.facet, ()))))) for one in FILTERS)  # fmt: skip
    return [
        (one, choices)
        for one, choices in shown
        if len(choices) > 1 or any(choice.chosen for choice in choices)
    ]


def _choices(query: QueryDict, one: Filter, counts: Mapping[str, int]) -> Iterator[Choice]:  # fmt: skip
    chosen = _chosen(query, one)
    order = list(one.values)
    values = sorted((v for v in {*counts, *chosen} if v in one.values), key=lambda v: (v not in chosen, -counts.get(v, 0), order.index(v)))  # fmt: skip
    for value in values[:MOST_VALUES]:
        yield Choice(
            value, one.values[value], counts.get(value, 0), value in chosen,
            _toggled(query, one.name, value),
        )  # fmt: skip


def _toggled(query: QueryDict, name: str, value: str) -> str:
    """Return the address with a value chosen, or no longer."""
    told = query.copy()
    told.pop("page", None)
    values = told.getlist(name)
    told.setlist(name, [v for v in values if v != value] if value in values else [*values, value])  # fmt: skip
    return told.urlencode()


def wider(query: QueryDict) -> list[tuple[Any, str]]:
    """Return, for a search that found nothing, each filter that is set and the address without it."""
    found = []
    for one in FILTERS:
        if chosen := _chosen(query, one):
            told = query.copy()
            told.pop(one.name)
            told.pop("page", None)
            label = ", ".join(str(one.values[value]) for value in chosen)
            found.append((label, told.urlencode()))
    return found

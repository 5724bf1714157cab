"""The catalogue's filters as links that narrow and widen it, each with its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from khuevan.exchange.filters import FILTERS, Filter, chosen_in
from khuevan.exchange.queries.searching import Counts


MOST_VALUES = 12
"""Values of a filter a page shows, those with most listings first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter as a link: chosen already, or how many there would be."""

    value: str
    label: Any
    count: int
    chosen: bool
    query: str


def choices_of(query: QueryDict, facets: Counts) -> list[tuple[Filter, list[Choice]]]:
    """Return every filter that still tells listings apart, with its links."""
    shown = ((one, list(_choices(query, one, dict(facets.get(one.facet, ()))))) for one in FILTERS)  # fmt: skip
    return [
        (one, choices)
        for one, choices in shown
        if len(choices) > 1
        or (choices and one.alone)
        or any(choice.chosen for choice in choices)
    ]


def _choices(query: QueryDict, one: Filter, counts: Mapping[str, int]) -> Iterator[Choice]:  # fmt: skip
    chosen = chosen_in(query, one)
    there = [value for value in one.values if value in counts or value in chosen]
    values = sorted(there, key=lambda v: (v not in chosen, -counts.get(v, 0)))
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
        if chosen := chosen_in(query, one):
            told = query.copy()
            told.pop(one.name)
            told.pop("page", None)
            label = ", ".join(str(one.values[value]) for value in chosen)
            found.append((label, told.urlencode()))
    return found

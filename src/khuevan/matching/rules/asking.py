"""A search as a value, and whether an entry answers it: the same rule for the index
that finds entries and for saved searches that wait for them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from khuevan.platform.text import syllables

from .entries import Entry, Kind, Licence


MOST_SYLLABLES = 60
"""A query is read this far."""
BANDS = (0, 100_000_000, 500_000_000, 2_000_000_000, 10_000_000_000)
"""Where each band of prices begins, đồng; entries stand in the band of their lowest."""
UNPRICED = "unstated"
TRL_BANDS = {"1-3": range(1, 4), "4-6": range(4, 7), "7-9": range(7, 10)}
"""Idea, trial, use: levels of readiness as people narrow by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody looks for. Of each filter one value is enough; none takes all."""

    text: str = ""
    kinds: frozenset[Kind] = frozenset()
    fields: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    trls: frozenset[int] = frozenset()
    bands: frozenset[str] = frozenset()
    licences: frozenset[Licence] = frozenset()
    trl_bands: frozenset[str] = frozenset()
    sorts: frozenset[str] = frozenset()
    houses: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    branches: frozenset[str] = frozenset()

    @property
    def words(self) -> tuple[str, ...]:
        """Return the different folded syllables asked for, in their order."""
        return tuple(dict.fromkeys(syllables(self.text)))[:MOST_SYLLABLES]


@dataclass(frozen=True, slots=True)
class Saved:
    """A search somebody keeps, with the tokens that person holds now."""

    code: str
    asked: Asked
    tokens: frozenset[str]


def needed(words: int) -> int:
    """Return how many of so many different words an entry has to have.

    All of one or two, all but one of up to five, three fifths of more: a question in
    full sentences must not be lost to one word, nor a short one be answered by half.
    """
    if words <= 2:
        return words
    return words - 1 if words <= 5 else ceil(words * 0.6)


def band_of(price: tuple[int, int] | None) -> str:
    """Return the band of a price: where it begins, in đồng, or that none is stated."""
    return str(BANDS[bisect_right(BANDS, price[0]) - 1]) if price else UNPRICED


def facets_of(entry: Entry) -> dict[str, frozenset[str]]:
    """Return the values under which an entry is counted and filtered, by facet."""
    levels = set(range(entry.trl[0], entry.trl[1] + 1)) if entry.trl else set()
    trl_bands = (name for name, band in TRL_BANDS.items() if levels & {*band})
    return {
        "kinds": frozenset({str(entry.kind)}),
        "fields": frozenset(entry.fields),
        "regions": frozenset({entry.region} - {""}),
        "trls": frozenset(map(str, levels)),
        "bands": frozenset({band_of(entry.price)}),
        "licences": frozenset(map(str, entry.licences)),
        "trl_bands": frozenset(trl_bands),
        "sorts": frozenset({entry.sort} - {""}),
        "houses": frozenset({entry.house} - {""}),
        "checks": frozenset({entry.checked} - {""}),
        "marks": frozenset(entry.marks),
        "classes": frozenset(entry.classes),
        "branches": frozenset(entry.branches),
    }


def wanted(asked: Asked) -> dict[str, frozenset[str]]:
    """Return the filters of a search that are set, as `facets_of` writes values."""
    given = {name: frozenset(map(str, getattr(asked, name))) for name in FACETS}
    return {name: values for name, values in given.items() if values}


FACETS = (
    "kinds", "fields", "regions", "trls", "bands", "licences", "trl_bands", "sorts",
    "houses", "checks", "marks", "classes", "branches",
)  # fmt: skip


def alerts(entry: Entry, saved: Iterable[Saved]) -> tuple[str, ...]:
    """Return the codes of the saved searches that a new entry answers, sorted.

    Each finds it exactly if `search` would: the same tokens, filters and words.
    """
    has = facets_of(entry)
    teaser = frozenset(syllables(f"{entry.title} {entry.summary} {entry.names}"))
    whole = teaser | frozenset(syllables(entry.body))
    found = []
    for one in saved:
        if not one.tokens.intersection(entry.seen_by):
            continue
        if any(not values & has[name] for name, values in wanted(one.asked).items()):
            continue
        told = whole if one.tokens.intersection(entry.body_seen_by) else teaser
        asked = one.asked.words
        if len(told.intersection(asked)) >= needed(len(asked)):
            found.append(one.code)
    return tuple(sorted(found))

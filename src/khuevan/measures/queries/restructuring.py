"""The key procedures before and after, simulated on the dossiers of the last quarter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from django.db import connection

from khuevan.catalogue.public import Cost, Edition, costs_of, editions_of, key_codes
from khuevan.counter.public import try_on_dossiers
from khuevan.directory.public import Person
from khuevan.indicators.public import spread_between
from khuevan.measures.assumptions import assumed_on
from khuevan.measures.rules.restructuring import (
    Assumption,
    Compared,
    Shape,
    compare,
    once,
)
from khuevan.measures.shapes import shape_of
from khuevan.platform import clock


MOST = 50
"""How many procedures the city calls key (services.md 9.2)."""
_FILED = "measures.filed_by_procedure"
_CHANNELS = """
    SELECT procedure, channel, count(*) FROM counter_case
    WHERE procedure = ANY(%s) AND filed_at BETWEEN %s AND %s GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One procedure before and after; `after` is None where nothing else is known.

    `entered` tells which of the two costs came from a cost sheet; the others are
    computed from the assumptions.
    """

    code: str
    title: str
    before: Edition
    after: Edition | None
    now: Shape
    then: Shape | None
    dossiers: int
    levers: tuple[Compared, ...]
    entered: tuple[bool, bool]

    @property
    def tried(self) -> bool:
        """Tell whether conditions of papers were tried on real dossiers."""
        return bool(self.now.conditional or (self.then and self.then.conditional))

    @property
    def longest(self) -> bool:
        """Tell whether steps and hours are the longest way's: no dossier was tried."""
        return self.now.longest or (self.then is not None and self.then.longest)


@dataclass(frozen=True, slots=True)
class Restructuring:
    """The whole sheet: which quarter, which assumptions, one row for each procedure."""

    since: date
    until: date
    assumed: Assumption
    marked: bool
    rows: tuple[Change, ...]


def last_quarter(day: date) -> tuple[date, date]:
    """Return the first and the last day of the whole quarter before a day's own."""
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    last = first - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


def restructuring(reader: Person, day: date | None = None) -> Restructuring:
    """Return the sheet as of a day (default today): six queries and the conditions'.

    The procedures are those marked as key, else the fifty most used. Each is compared
    from its first version to its latest; keepers of the catalogue see the proposed one.
    """
    day = day or clock.today()
    since, until = last_quarter(day)
    codes = key_codes(day)
    marked = bool(codes)
    codes = codes or _most_used(day)
    editions = editions_of(codes, reader)
    chosen = {code: _pair(found, day) for code, found in editions.items()}
    costs = costs_of([e.id for pair in chosen.values() for e in pair if e])
    came = _channels(codes, since, until)
    rows = tuple(
        _change(
            chosen[code], came.get(code, {}), costs, assumed_on(day), (since, until)
        )
        for code in codes
        if code in chosen
    )
    return Restructuring(since, until, assumed_on(day), marked, rows)


def _most_used(day: date) -> list[str]:
    year = spread_between((_FILED,), "procedure", date(day.year - 1, day.month, 1), day)
    used = sorted(year, key=lambda key: -year[key][_FILED].numerator)
    return [code for code in used if code][:MOST]


def _pair(found: list[Edition], day: date) -> tuple[Edition, Edition | None]:
    """Return what is compared: a proposal against what holds, else first against last."""
    standing = [e for e in found if not e.draft]
    drafts = [e for e in found if e.draft]
    if drafts and standing:
        held = [e for e in standing if e.valid_from and e.valid_from <= day]
        return (held or standing)[-1], drafts[-1]
    first, last = found[0], found[-1]
    return first, None if first is last else last


def _channels(
    codes: Collection[str], since: date, until: date
) -> dict[str, dict[str, int]]:
    with connection.cursor() as cursor:
        span = clock.at_local(since, time(0)), clock.end_of_day(until)
        cursor.execute(_CHANNELS, [list(codes), *span])
        found: dict[str, dict[str, int]] = {}
        for code, channel, count in cursor.fetchall():
            found.setdefault(code, {})[channel] = count
    return found


def _change(
    pair: tuple[Edition, Edition | None],
    channels: Mapping[str, int],
    costs: Mapping[UUID, Cost],
    assumed: Assumption,
    span: tuple[date, date],
) -> Change:
    before, after = pair
    editions = [e for e in pair if e is not None]
    asked = try_on_dossiers(before.code, [e.definition for e in editions], *span)
    shapes = [shape_of(e.definition, a) for e, a in zip(editions, asked, strict=True)]
    prices = [
        costs[e.id].once if e.id in costs else once(shape, channels, assumed)
        for e, shape in zip(editions, shapes, strict=True)
    ]
    dossiers = sum(channels.values())
    then = shapes[1] if after else None
    # Alone, a version is compared with itself: the sheet shows no saving.
    other, price = (then or shapes[0]), prices[-1]
    return Change(
        code=before.code,
        title=(after or before).definition.title,
        before=before,
        after=after,
        now=shapes[0],
        then=then,
        dossiers=dossiers,
        levers=compare(shapes[0], other, (prices[0], price), channels, dossiers),
        entered=(before.id in costs, after is not None and after.id in costs),
    )

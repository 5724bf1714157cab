"""From facts to figures: the one place that reads the feed and writes deltas.

Every indicator keeps its own place in the feed. Those at the same place are served
by one reading; a new or rebuilt one starts at the beginning and joins the others
when it has caught up. The place moves in the transaction that writes the deltas, so
a crash repeats nothing and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.db import connection, transaction

from khuevan.journal.public import Fact, feed
from khuevan.platform.clock import local_day

from .declaration import Indicator, declared, the
from .models import DayTotal, DeltaRow, Place, StandingRow, Total
from .rules import Delta, Share, Standing, Sums, weave


START = "0-0"
BATCH = 500

Source = Callable[[str, int], tuple[list[Fact], str]]
"""Facts after a cursor, at most so many, and the cursor after them."""

_FOLD = """
    WITH taken AS (
        DELETE FROM indicators_deltarow WHERE id IN (
            SELECT id FROM indicators_deltarow ORDER BY id LIMIT %s
            FOR UPDATE SKIP LOCKED)
        RETURNING indicator, day, cell, numerator, denominator
    ), folded AS (
        INSERT INTO indicators_total AS t (indicator, day, cell, numerator, denominator)
        SELECT indicator, day, cell, sum(numerator), sum(denominator)
        FROM taken GROUP BY indicator, day, cell ORDER BY indicator, day, cell
        ON CONFLICT (indicator, day, cell) DO UPDATE SET
            numerator = t.numerator + excluded.numerator,
            denominator = t.denominator + excluded.denominator
    ), folded_days AS (
        INSERT INTO indicators_daytotal AS t (indicator, day, numerator, denominator)
        SELECT indicator, day, sum(numerator), sum(denominator)
        FROM taken GROUP BY indicator, day ORDER BY indicator, day
        ON CONFLICT (indicator, day) DO UPDATE SET
            numerator = t.numerator + excluded.numerator,
            denominator = t.denominator + excluded.denominator
    )
    SELECT count(*) FROM taken
"""


def project(source: Source = feed, *, limit: int = BATCH) -> int:
    """Read one batch of facts for every indicator; return how many facts were read."""
    indicators = {indicator.code: indicator for indicator in declared()}
    Place.objects.bulk_create(
        [Place(indicator=code, cursor=START) for code in indicators],
        ignore_conflicts=True,
    )
    with transaction.atomic():
        places: dict[str, list[Place]] = {}
        for place in Place.objects.select_for_update(skip_locked=True).filter(
            indicator__in=indicators
        ):
            places.setdefault(place.cursor, []).append(place)
        return sum(
            _read(source, cursor, group, indicators, limit)
            for cursor, group in places.items()
        )


def fold(*, limit: int = 5_000) -> int:
    """Fold deltas into totals, in one statement; return how many were folded."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, [limit])
        row: tuple[int] = cursor.fetchone()
    return row[0]


def catch_up(source: Source = feed) -> int:
    """Read and fold until nothing is left; return how many facts were read."""
    total = 0
    while read := project(source):
        total += read
    while fold():
        pass
    return total


def forget(code: str) -> None:
    """Drop the live figures of an indicator: it will read the feed from the start."""
    with transaction.atomic():
        Place.objects.select_for_update().filter(indicator=code).first()
        for model in (StandingRow, DeltaRow, Total, DayTotal):
            model.objects.filter(indicator=code).delete()
        Place.objects.filter(indicator=code).update(cursor=START)


def deltas_of(indicator: Indicator, facts: Iterable[Fact]) -> list[Delta]:
    """Return what facts, all there are, add to an indicator: nothing is stored."""
    facts = [fact for fact in facts if indicator.reads(fact.kind)]
    if indicator.standing:
        return weave([], _standings(indicator, facts))[1]
    return _contributed(indicator, facts)


def faulty_goldens(code: str) -> list[str]:
    """Return a line for every golden case of an indicator that comes out wrong."""
    indicator = the(code)
    faults = []
    for number, golden in enumerate(indicator.goldens, 1):
        wanted = Sums(golden.numerator, golden.denominator)
        found = sum(
            (
                Sums(delta.numerator, delta.denominator)
                for delta in deltas_of(indicator, golden.facts)
                if delta.day and delta.day <= golden.on
                if golden.dimensions.items() <= delta.dimensions.items()
            ),
            Sums(),
        )
        if found != wanted:
            faults.append(f"{code} golden {number}: {found} instead of {wanted}")
    return faults


def _read(
    source: Source,
    cursor: str,
    group: list[Place],
    indicators: dict[str, Indicator],
    limit: int,
) -> int:
    facts, following = source(cursor, limit)
    if not facts:
        return 0
    for place in group:
        indicator = indicators[place.indicator]
        read = [fact for fact in facts if indicator.reads(fact.kind)]
        _write(indicator.code, _deltas(indicator, read))
        place.cursor = following
    Place.objects.bulk_update(group, ["cursor"])
    return len(facts)


def _deltas(indicator: Indicator, facts: list[Fact]) -> list[Delta]:
    if not indicator.standing:
        return _contributed(indicator, facts)
    new = _standings(indicator, facts)
    subjects = {standing.subject for standing in new}
    known = [
        Standing(row.subject, row.occurred_at, row.fact, _share(row))
        for row in StandingRow.objects.filter(
            indicator=indicator.code, subject__in=subjects
        )
    ]
    taken, deltas = weave(known, new)
    StandingRow.objects.bulk_create(
        StandingRow(
            indicator=indicator.code,
            subject=standing.subject,
            occurred_at=standing.occurred_at,
            fact=standing.fact,
            numerator=standing.share.numerator,
            denominator=standing.share.denominator,
            cell=dict(standing.share.dimensions),
        )
        for standing in taken
    )
    return deltas


def _share(row: StandingRow) -> Share:
    return Share(row.numerator, row.denominator, row.cell)


def _standings(indicator: Indicator, facts: list[Fact]) -> list[Standing]:
    assert indicator.standing is not None
    found = ((fact, indicator.standing(fact)) for fact in facts)
    return [
        Standing(fact.subject, fact.occurred_at, fact.number, share)
        for fact, share in found
        if share is not None
    ]


def _contributed(indicator: Indicator, facts: list[Fact]) -> list[Delta]:
    assert indicator.contributions is not None
    return [
        delta
        if delta.day
        else Delta(
            delta.numerator,
            delta.denominator,
            delta.dimensions,
            local_day(fact.occurred_at),
        )
        for fact in facts
        for delta in indicator.contributions(fact)
    ]


def _write(code: str, deltas: Iterable[Delta]) -> None:
    """Add deltas, those of one day and cell as one row."""
    sums: dict[tuple[date, tuple[tuple[str, str], ...]], Sums] = {}
    for delta in deltas:
        assert delta.day is not None
        key = (delta.day, tuple(sorted(delta.dimensions.items())))
        sums[key] = sums.get(key, Sums()) + Sums(delta.numerator, delta.denominator)
    DeltaRow.objects.bulk_create(
        DeltaRow(
            indicator=code,
            day=day,
            cell=dict(cell),
            numerator=added.numerator,
            denominator=added.denominator,
        )
        for (day, cell), added in sums.items()
        if added != Sums()
    )

"""Live figures from the records instead of from the journal: after a bulk load.

Ten million facts need not be read one by one where one statement over the records
gives the same sums; the audit holds the two equal ever after.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db import connection, transaction

from khuevan.journal.public import feed_end
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .declaration import Indicator, Together, declared
from .models import DayTotal, DeltaRow, Place, Total
from .rules import Delta


_DAYS = """
    INSERT INTO indicators_daytotal (indicator, day, numerator, denominator)
    SELECT indicator, day, sum(numerator), sum(denominator)
    FROM indicators_total WHERE indicator = ANY(%s) GROUP BY 1, 2
"""
_TOTALS = "COPY indicators_total (indicator, day, cell, numerator, denominator) FROM STDIN"  # fmt: skip


def pass_by() -> None:
    """Let every indicator go on from the end of the journal without reading it.

    Right after a bulk load whose facts concern only indicators that were refilled.
    """
    end = feed_end()
    for indicator in declared():
        Place.objects.update_or_create(
            indicator=indicator.code, defaults={"cursor": end}
        )


def refill(indicators: Iterable[Indicator]) -> dict[str, int]:
    """Set indicators' totals from the records; return how many cells each has.

    Reads go on from the end of the journal as it is now. Nothing may be written to
    the records meanwhile: what commits between the two would be counted twice or not.
    """
    wanted = {indicator.code: indicator for indicator in indicators}
    for indicator in wanted.values():
        if indicator.contributions is None:
            raise RuleBroken(
                N_("“%(code)s” counts standings; rebuild it from the journal."),
                code=indicator.code,
            )
    with transaction.atomic():
        _go_on_from_now(sorted(wanted))
        cells = _read(wanted)
        for model in (DeltaRow, Total, DayTotal):
            model.objects.filter(indicator__in=wanted).delete()
        with connection.cursor() as cursor:
            with cursor.copy(_TOTALS) as sink:
                for (code, day, cell), (numerator, denominator) in cells.items():
                    sink.write_row((code, day, cell, numerator, denominator))
            cursor.execute(_DAYS, [list(wanted)])
    return dict.fromkeys(wanted, 0) | Counter(code for code, _, _ in cells)


def _go_on_from_now(codes: list[str]) -> None:
    """Lock the places of indicators, in order, and set them to the journal's end."""
    Place.objects.bulk_create(
        [Place(indicator=code, cursor="0-0") for code in codes], ignore_conflicts=True
    )
    places = Place.objects.select_for_update().filter(indicator__in=codes)
    list(places.order_by("indicator"))
    places.update(cursor=feed_end())


def _read(wanted: Mapping[str, Indicator]) -> dict[tuple[str, date, str], list[int]]:
    """Return numerator and denominator by indicator, day and cell."""
    today = clock.today()
    cells: dict[tuple[str, date, str], list[int]] = {}
    names: dict[tuple[tuple[str, str], ...], str] = {}
    for code, delta in _deltas(wanted, today):
        dimensions = tuple(delta.dimensions.items())
        cell = names.get(dimensions)
        if cell is None:
            cell = names[dimensions] = json.dumps(dict(dimensions), sort_keys=True)
        sums = cells.setdefault((code, delta.day or today, cell), [0, 0])
        sums[0] += delta.numerator
        sums[1] += delta.denominator
    return cells


def _deltas(
    wanted: Mapping[str, Indicator], today: date
) -> Iterator[tuple[str, Delta]]:
    groups: dict[Together, list[str]] = {}
    for code, indicator in wanted.items():
        if indicator.together is None:
            yield from ((code, delta) for delta in indicator.recompute(today))
        else:
            groups.setdefault(indicator.together, []).append(code)
    for together, codes in groups.items():
        yield from together(codes, today)

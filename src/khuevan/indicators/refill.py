"""Live figures from the records instead of from the journal: after a bulk load.

Ten million facts need not be read one by one where one statement over the records
gives the same sums; the audit holds the two equal ever after.
"""

from __future__ import annotations

import json
from datetime import date

from django.db import connection, transaction

from khuevan.journal.public import feed_end
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .declaration import Indicator, declared
from .models import DayTotal, DeltaRow, Place, Total
from .rules import Sums


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


def refill(indicator: Indicator) -> int:
    """Set an indicator's totals from its records; return how many cells they have.

    Reads go on from the end of the journal as it is now. Nothing may be written to
    the records meanwhile: what commits between the two would be counted twice or not.
    """
    if indicator.contributions is None:
        raise RuleBroken(
            N_("“%(code)s” counts standings; rebuild it from the journal."),
            code=indicator.code,
        )
    today = clock.today()
    with transaction.atomic():
        Place.objects.bulk_create(
            [Place(indicator=indicator.code, cursor="0-0")], ignore_conflicts=True
        )
        place = Place.objects.select_for_update().get(indicator=indicator.code)
        place.cursor = feed_end()
        place.save()
        cells: dict[tuple[date, str], Sums] = {}
        for delta in indicator.recompute(today):
            key = delta.day or today, json.dumps(dict(delta.dimensions), sort_keys=True)
            cells[key] = cells.get(key, Sums()) + Sums(
                delta.numerator, delta.denominator
            )
        for model in (DeltaRow, Total, DayTotal):
            model.objects.filter(indicator=indicator.code).delete()
        with connection.cursor() as cursor:
            with cursor.copy(_TOTALS) as sink:
                for (day, cell), s in cells.items():
                    sink.write_row(
                        (indicator.code, day, cell, s.numerator, s.denominator)
                    )
            cursor.execute(
                "INSERT INTO indicators_daytotal (indicator, day, numerator, denominator)"
                " SELECT indicator, day, sum(numerator), sum(denominator)"
                " FROM indicators_total WHERE indicator = %s GROUP BY 1, 2",
                [indicator.code],
            )
    return len(cells)

"""What would lift a score most: how many records mended give how many points.

One record often counts for several items: a dossier that is late lacks in progress and
in satisfaction. So a mend is scored with all it moves, items that are multiplied by
another's ratio included. Gains of different levers overlap and cannot be added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from .index766 import IndexVersion, Item, Measured, Scored, Tier, score


TOGETHER = {
    # In time, and so nothing to complain of.
    "PROGRESS_ON_TIME": ("DOSSIER_RECEIVING_SATISFACTION",),
    # An electronic result completes an online dossier and feeds its owner's store.
    "ORIGINAL_RESULT_AVAILABLE": (
        "ONLINE_DOSSIER_RATIO",
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
    ),
    # A paper taken from the store is data used again.
    "REUSED_DIGITIZED_DATA": ("SYNCED_WITH_DVCQG_PERSONAL_STORAGE",),
    # A petition answered late counts as answered badly.
    "PETITION_PROCESSING_ON_TIME": ("PETITION_HANDLING_SATISFACTION",),
}
"""Which other items mending a record of an item moves as well, as far as they lack it."""


@dataclass(frozen=True, slots=True)
class Lever:
    """The points that mending `needed` records of an item would win, at most.

    `moves` are the items that gain by it, the first the item itself.
    """

    item: Item
    gain: Decimal
    needed: int
    moves: tuple[Item, ...]


def levers(
    version: IndexVersion, measured: Mapping[str, Measured], tier: Tier
) -> list[Lever]:
    """Return what could still win points, the largest gain first."""
    before = {s.item.code: s for s in score(version, measured, tier)}
    found = [
        _lever(version, measured, tier, before, one.item)
        for one in before.values()
        if one.applies and one.item.scored
    ]
    return sorted(
        (lever for lever in found if lever is not None),
        key=lambda lever: (-lever.gain, lever.needed, lever.item.code),
    )


def _lever(
    version: IndexVersion,
    measured: Mapping[str, Measured],
    tier: Tier,
    before: Mapping[str, Scored],
    item: Item,
) -> Lever | None:
    lacking = _lacking(measured.get(item.code))
    moved = (item.code, *TOGETHER.get(item.code, ()))
    touched = [
        s.item for s in before.values() if s.item.code in moved or s.item.times in moved
    ]
    small = replace(version, items=tuple(touched))

    def gained(records: int) -> dict[str, Decimal]:
        mended = {**measured, **_mended(measured, moved, records)}
        after = score(small, mended, tier)
        return {s.item.code: s.points - before[s.item.code].points for s in after}

    best = sum(gained(lacking).values(), Decimal(0))
    if not lacking or best <= 0:
        return None
    least, most = 1, lacking
    while least < most:
        middle = (least + most) // 2
        if sum(gained(middle).values(), Decimal(0)) >= best:
            most = middle
        else:
            least = middle + 1
    gains = gained(least)
    others = (one for one in touched if one != item and gains[one.code] > 0)
    return Lever(item, best, least, (item, *others))


def _mended(
    measured: Mapping[str, Measured], moved: Iterable[str], records: int
) -> dict[str, Measured]:
    """Return the counts after some records were mended, each where it lacks."""
    return {
        code: replace(
            measured[code],
            numerator=measured[code].numerator + min(records, _lacking(measured[code])),
        )
        for code in moved
        if code in measured
    }


def _lacking(counted: Measured | None) -> int:
    return max(counted.denominator - counted.numerator, 0) if counted else 0

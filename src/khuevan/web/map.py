"""The map of the 126 communes: a choropleth that is also a table."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from khuevan.directory.public import Area
from khuevan.indicators.public import breakdown


@dataclass(frozen=True, slots=True)
class Shape:
    """One commune: its outline, its figure, and the class its colour comes from."""

    organisation_id: UUID
    name: str
    outline: str
    running: int
    overdue: int
    step: int

    @property
    def share(self) -> float | None:
        """Return the overdue share of what runs, in percent."""
        return 100 * self.overdue / self.running if self.running else None


def commune_map() -> list[Shape]:
    """Return every commune with the overdue share of the running tasks it leads.

    The figure is the public indicator's, the same for everybody.
    """
    shares = breakdown("steering.overdue", "organisation")
    counts = {share.key: (share.denominator, share.numerator) for share in shares}
    rows = Area.objects.order_by("organisation__sort_key").values_list(
        "organisation_id", "organisation__name", "outline"
    )
    shapes = []
    for key, name, outline in rows:
        running, overdue = counts.get(str(key), (0, 0))
        shapes.append(
            Shape(key, name, outline, running, overdue, _step(running, overdue))
        )
    return shapes


def _step(running: int, overdue: int) -> int:
    """Return 0 (nothing overdue) to 4 (more than half overdue)."""
    if not overdue:
        return 0
    share = overdue / running
    return 1 + sum(share > limit for limit in (0.1, 0.25, 0.5))

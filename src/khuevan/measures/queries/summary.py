"""The few figures a report of the programme names, as of a day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from khuevan.catalogue.public import counts
from khuevan.indicators.public import sums_between


BEGINNING = date(2025, 7, 1)
"""The day from which the city counts: two-tier government, one system of dossiers."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share with both of its parts: a figure is never naked."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.numerator / self.denominator, 2) if self.denominator else None  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """Procedures and dossiers of the city from a first day to a last one."""

    as_of: date
    procedures: int
    fully_online: int
    partly_online: int
    dossiers: int
    online: Share
    on_time: Share
    digitised: Share
    electronic_results: Share
    paid_online: Share
    synced: Share

    def as_json(self) -> dict[str, Any]:
        """Return the figures with their parts, shares in percent with two decimals."""
        told: dict[str, Any] = {"as_of": self.as_of.isoformat()}
        for name, value in asdict(self).items():
            if isinstance(value, dict):
                share = Share(**value)
                told[name] = {"percent": share.percent, **value}
            elif name != "as_of":
                told[name] = value
        return told


_SHARES = {
    "online": "measures.online",
    "on_time": "measures.on_time",
    "digitised": "measures.digitised",
    "electronic_results": "measures.e_results",
    "paid_online": "measures.paid_online",
    "synced": "measures.synced",
}


def summary(as_of: date, since: date = BEGINNING) -> Summary:
    """Return the figures from a first day to the end of another."""
    levels = counts(as_of).get("level", {})
    full, part = levels.get("full", 0), levels.get("part", 0)
    codes = ["measures.filed", *_SHARES.values()]
    sums = sums_between(codes, since, as_of)
    shares = {
        name: Share(sums[code].numerator, sums[code].denominator)
        for name, code in _SHARES.items()
    }
    return Summary(
        as_of=as_of,
        procedures=full + part,
        fully_online=full,
        partly_online=part,
        dossiers=sums["measures.filed"].numerator,
        **shares,
    )

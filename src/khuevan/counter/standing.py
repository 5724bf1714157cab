"""How a dossier stands, for an app that opened it and waits for its result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from khuevan.platform import clock

from .models import Dossier, Result
from .rules.states import ENDED, Business, Outcome


@dataclass(frozen=True, slots=True)
class DossierStanding:
    """A dossier from outside: where it is, and once it ended how and why."""

    code: str
    business: Business
    filed_on: date | None
    outcome: Outcome | None
    number: str
    issued_on: date | None
    reason: str

    @property
    def ended(self) -> bool:
        """Tell whether nobody works on it any more."""
        return self.business in ENDED


def standing_of(dossier: UUID) -> DossierStanding | None:
    """Return how a dossier stands; None where its draft was thrown away.

    The calling app opened it and knows who may learn of it.
    """
    found = Dossier.objects.filter(pk=dossier).first()
    if found is None:
        return None
    result = Result.objects.filter(dossier=found, sealed_at__isnull=False).first()
    return DossierStanding(
        code=found.code or "",
        business=Business(found.business),
        filed_on=found.filed_at and clock.local_day(found.filed_at),
        outcome=Outcome(result.outcome) if result else None,
        number=result.number if result else "",
        issued_on=result.issued_on if result else None,
        reason=result.reason if result else found.decision_note,
    )

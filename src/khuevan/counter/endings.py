"""The end of dossiers whose procedure gives no paper. Not an action: one calls it."""

from __future__ import annotations

from khuevan.directory.public import Person
from khuevan.platform import clock

from .definitions import definition_of
from .engine import standing_work
from .facts import record_dossier
from .models import Dossier
from .rules.states import Business, Delivery, Outcome
from .tally import counted, retally


def decide_without_document(dossier: Dossier, *, by: Person | None) -> None:
    """Decide a dossier whose procedure ends without a paper: the work itself is it."""
    dossier.outcome = Outcome.APPROVED
    retally(dossier, sealed=False)
    standing = dossier.standing.to(Business.DECIDED)
    dossier.standing = standing.to(delivery=Delivery.READY).to(
        delivery=Delivery.E_DELIVERED
    )
    dossier.ended_at = dossier.returned_at = clock.now()
    record_dossier(
        "dossier_decided", dossier, by=by, outcome=dossier.outcome,
        due_on=dossier.due_at and clock.local_day(dossier.due_at).isoformat(),
        **counted(dossier),
    )  # fmt: skip


def ends_without_document(dossier: Dossier) -> bool:
    """Tell whether all work is done on a dossier that has no paper for a result."""
    said = definition_of(dossier).result
    if said is not None and said.is_document:
        return False
    return not standing_work(dossier)

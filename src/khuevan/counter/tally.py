"""What measures count of one dossier, from its papers, answers, result and money.

Rules of Decision 766 groups 3b and 4 (services.md 8.5, 8.6). Papers that are only
shown are not digitised (Circular 03/2025/TT-VPCP, Article 5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from django.db.models import UUIDField

from khuevan.catalogue.public import Supply, components_due
from khuevan.platform import clock
from khuevan.platform.prepared import Given, Prepared

from .definitions import definition_of
from .models import Dossier, Paper, Result
from .rules.clocks import Timeliness
from .rules.states import Business


POPULATION = frozenset({"identity", "residence"})
"""Contents that the national population database holds (NQ 66.7/2025/NQ-CP)."""
_TO_DIGITISE = frozenset({Supply.SUBMIT, Supply.DATA, Supply.STORE})


@dataclass(frozen=True, slots=True)
class Tally:
    """The counted columns of a dossier; `result_due`: its decision is a document."""

    papers_due: int
    papers_digitised: int
    reused: bool
    population_data: bool
    e_result: bool
    result_due: bool


_PAPERS = Prepared(
    lambda: Paper.objects.filter(dossier=Given("key", UUIDField()), replaced_at=None)
)


def tally_of(
    dossier: Dossier, held: Iterable[Paper] | None = None, *, sealed: bool = True
) -> Tally:
    """Count a dossier from its records; `held` are the papers of one that is filed now.

    A dossier that is just being filed has no result yet, nor has one that ends
    without a paper: `sealed` is False where none needs to be looked for.
    """
    definition, application = definition_of(dossier), dossier.application
    due = [
        one
        for one in components_due(definition, application.answers)
        if one.supply in _TO_DIGITISE
    ]
    papers = {
        p.component: p for p in (_PAPERS.ask(key=dossier.pk) if held is None else held)
    }
    electronic = {
        code for code, p in papers.items() if p.file_id and (p.form == 2 or p.digitised)
    }
    by_data = {one.code for one in due if one.supply is Supply.DATA}
    said, electronic_result = definition.result, False
    if sealed and held is None:
        results = Result.objects.filter(dossier=dossier, sealed_at__isnull=False)
        electronic_result = bool(said is None or said.electronic) and results.exists()
    return Tally(
        papers_due=len(due),
        papers_digitised=sum(one.code in electronic | by_data for one in due),
        reused=any(p.supply == Supply.STORE for p in papers.values()),
        population_data=any(one.content in POPULATION for one in due if one.code in by_data)
        or any(told.get("source") == "sign_in" for told in application.provenance.values()),
        e_result=electronic_result,
        result_due=electronic_result or (said is not None and said.is_document),
    )  # fmt: skip


def retally(
    dossier: Dossier, held: Iterable[Paper] | None = None, *, sealed: bool = True
) -> None:
    """Set the counted columns of a dossier; the caller saves it. See `tally_of`."""
    counted = tally_of(dossier, held, sealed=sealed)
    for one in fields(counted):
        setattr(dossier, one.name, getattr(counted, one.name))


def ended_on(dossier: Dossier) -> dict[str, Any]:
    """Return for a fact the day a dossier was decided on: what follows counts there."""
    if Business(dossier.business) is not Business.DECIDED or not dossier.ended_at:
        return {}
    return {"ended_on": clock.local_day(dossier.ended_at).isoformat()}


def counted(dossier: Dossier) -> dict[str, Any]:
    """Return what the fact of an end tells measures."""
    return {
        "accepted": dossier.accepted_at is not None,
        "on_time": dossier.timeliness() is Timeliness.ON_TIME,
        "digitised": dossier.papers_due == dossier.papers_digitised,
        "papers": dossier.papers_due,
        "papers_digitised": dossier.papers_digitised,
        "reused": dossier.reused,
        "population": dossier.population_data,
        "electronic": dossier.e_result,
        "result_due": dossier.result_due,
        "filed_on": dossier.filed_at and clock.local_day(dossier.filed_at).isoformat(),
        "fee": dossier.fee_due,
        "paid_online": dossier.paid_online,
        "paid": dossier.paid,
        "rounds": dossier.supplements,
        "hours": _hours(dossier),
    }


def _hours(dossier: Dossier) -> int | None:
    """Return the whole hours from acceptance to the end, None for one never accepted."""
    if dossier.accepted_at is None or dossier.ended_at is None:
        return None
    return (dossier.ended_at - dossier.accepted_at) // timedelta(hours=1)

"""Looking through the papers of a dossier: a verdict on each, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from khuevan.counter.access import may_ask
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Person
from khuevan.platform.errors import N_, RuleBroken

from .common import AT_RECEPTION, locked, require, require_state


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an official finds of one paper; None where they did not say yet."""

    fit: bool | None
    note: str = ""


@transaction.atomic
def judge_papers(
    *, dossier: Dossier, verdicts: Mapping[str, Verdict], by: Person
) -> Dossier:
    """Keep a verdict on papers that came in, by the component each is for.

    A paper that does not fit needs its reason: the applicant reads it where it is
    asked for again. Components without a paper are passed over.
    """
    dossier = locked(dossier)
    require(may_ask(by, dossier))
    require_state(dossier, *AT_RECEPTION, Business.ACCEPTED, Business.IN_PROCESS)
    counts = {True: 0, False: 0}
    for paper in dossier.papers.filter(replaced_at=None, component__in=verdicts):
        verdict = verdicts[paper.component]
        if verdict.fit is False and not verdict.note.strip():
            raise RuleBroken(N_("Say what is wrong with “%(name)s”."), field=paper.component, name=paper.name)  # fmt: skip
        paper.checked = verdict.fit
        paper.check_note = verdict.note.strip()[:500] if verdict.fit is False else ""
        paper.save(update_fields=["checked", "check_note"])
        if verdict.fit is not None:
            counts[verdict.fit] += 1
    record_dossier("papers_judged", dossier, by=by, fit=counts[True], unfit=counts[False])  # fmt: skip
    return dossier

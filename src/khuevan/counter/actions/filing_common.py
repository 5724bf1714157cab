"""What filing shares, piece by piece as a draft or in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from khuevan.catalogue.public import (
    Channel,
    Definition,
    Subject,
    mark_used,
)
from khuevan.counter.definitions import definition_of
from khuevan.counter.engine import start
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Application, Dossier, Paper
from khuevan.counter.numbering import next_code
from khuevan.counter.precheck import check_answers, check_papers
from khuevan.counter.rules.states import Business
from khuevan.counter.tally import retally
from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, InputRefused, RuleBroken
from khuevan.platform.text import fold
from khuevan.worktime.public import reception_due_at

from .common import move
from .money import charge_fees


def put_in(
    dossier: Dossier,
    held: Sequence[Paper],
    *,
    agency: Organisation,
    point: Organisation | None,
    return_point: Organisation | None = None,
) -> None:
    """Make a whole draft a filed dossier; the caller saves it and calls `set_going`.

    Raises InputRefused with everything that is missing.
    """
    _check_whole(dossier, held)
    now = clock.now()
    dossier.agency = agency
    dossier.receiving_point = point or dossier.receiving_point or agency
    dossier.return_point = return_point or dossier.receiving_point
    dossier.admit(dossier.agency, dossier.receiving_point, dossier.return_point, dossier.support_point)  # fmt: skip
    dossier.code = next_code(agency.code, clock.local_day(now))
    dossier.filed_at, dossier.reception_due_at = now, reception_due_at(now)
    dossier.folded = fold(f"{dossier.code} {dossier.applicant_name}")[:400]
    move(dossier, business=Business.FILED)
    retally(dossier, held)


def set_going(dossier: Dossier) -> None:
    """Start the process of a dossier that was just filed."""
    mark_used(dossier.version)
    parties = dossier.parties
    dossier.kept_work = []
    start(dossier)
    if dossier.parties != parties:
        dossier.save(update_fields=["parties"])


def record_filed(dossier: Dossier, *, by: Person | None) -> None:
    """Write the fact of filing, and charge the fees that are due then."""
    application = dossier.application
    record_dossier(
        "dossier_filed", dossier, by=by,
        point=str(dossier.receiving_point_id),
        prefilled=sum(1 for p in application.provenance.values() if p["source"] != "applicant"),
        fields=len(application.answers),
    )  # fmt: skip
    if definition_of(dossier).fees:
        charge_fees(dossier=dossier, by=by)
        dossier.refresh_from_db()


def take_answers(
    application: Application, definition: Definition, answers: Mapping[str, Any]
) -> None:
    """Set what was answered; unknown fields are dropped, proven ones keep their value."""
    fixed = {
        field for field, told in application.provenance.items() if told.get("fixed")
    }
    known = set(definition.form.get("properties", {}))
    for field, value in answers.items():
        if field in known - fixed:
            if value in (None, ""):
                # An emptied field is unanswered: the check then says "fill this in".
                application.answers.pop(field, None)
                application.provenance.pop(field, None)
                continue
            if (
                field in application.provenance
                and application.answers.get(field) == value
            ):
                continue  # sent back as a source filled it: it stays the source's
            application.answers[field] = value
            application.provenance[field] = {"source": "applicant"}


def subject_of(definition: Definition) -> Subject:
    """Return as what somebody applies: as a citizen where citizens may."""
    may = definition.subjects
    return Subject.CITIZEN if Subject.CITIZEN in may or not may else may[0]


def check_offer(definition: Definition, channel: Channel) -> None:
    if not definition.executable:
        raise RuleBroken(
            N_("“%(title)s” cannot be filed here yet: it has no form and process."),
            title=definition.title,
        )
    offered = {offer.channel for offer in definition.channels}
    if channel not in offered:
        raise RuleBroken(
            N_("“%(title)s” is not offered through this channel."),
            field="channel",
            title=definition.title,
        )


def component_of(definition: Definition, code: str) -> Any:
    found = next((c for c in definition.components if c.code == code), None)
    if found is None:
        raise RuleBroken(
            N_("“%(code)s” is no component of this procedure."),
            field="component",
            code=code,
        )
    return found


def _check_whole(dossier: Dossier, held: Sequence[Paper]) -> None:
    definition, answers = definition_of(dossier), dossier.application.answers
    supplies = {paper.component: paper.supply for paper in held}
    problems = [
        *check_answers(definition.form, answers),
        *check_papers(definition, answers, supplies),
    ]
    if problems:
        raise InputRefused(problems)

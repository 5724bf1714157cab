"""From a draft to a filed dossier: what the applicant does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from khuevan.catalogue.public import (
    Channel,
    Definition,
    Supply,
    published,
)
from khuevan.counter.access import may_edit_draft, may_receive_at
from khuevan.counter.definitions import definition_of
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Application, Dossier, Paper, StoredPaper
from khuevan.counter.providers import bindings_of, provided
from khuevan.counter.queries.store import usable_for
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock, files
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.models import StoredFile

from .common import locked, require, require_state
from .filing_common import (
    check_offer,
    component_of,
    put_in,
    record_filed,
    set_going,
    subject_of,
    take_answers,
)


PROVEN = frozenset({
    "person.full_name", "person.national_id", "person.birth_date", "person.gender",
    "person.residence",
    "organisation.name", "organisation.code",
})  # fmt: skip
"""Bound names whose value a person may not type over: a register says it."""


@transaction.atomic
def start_draft(
    *,
    procedure: str,
    channel: Channel,
    applicant: Person | None,
    point: Organisation | None = None,
    parent: Dossier | None = None,
    from_store: bool = False,
    by: Person | None,
) -> Dossier:
    """Begin a draft, with every field filled that a source of ours knows.

    `from_store` is the applicant's consent to values of the results in their store
    (Decree 45/2020 Art. 16): theirs alone to give.

    At a counter an official begins it for somebody who need not have an account; a
    supporter begins it with the applicant named, never with their credentials.
    """
    found = published(procedure, clock.today())
    if found is None:
        raise RuleBroken(
            N_("No procedure “%(code)s” is published."),
            field="procedure",
            code=procedure,
        )
    check_offer(found.definition, channel)
    if by is not None and applicant != by:
        require(may_receive_at(by, point))
        require(not from_store)
    dossier = Dossier.objects.create(
        procedure=procedure,
        version=found.id,
        title=found.definition.title,
        sector=found.definition.sector,
        channel=channel,
        applicant=applicant,
        applicant_name=applicant.full_name if applicant else "",
        filed_by=by,
        support_point=point if channel is Channel.ASSISTED else None,
        receiving_point=point,
        parent=parent,
    )
    application = Application(
        dossier=dossier, subject=subject_of(found.definition).value
    )
    if applicant is not None:
        application.national_id = applicant.national_id
        application.phone, application.email = applicant.phone, applicant.email
        _prefill(application, found.definition, applicant, from_store, by)
    application.save()
    told = [one["source"] for one in application.provenance.values()]
    record_dossier("draft_started", dossier, by=by, from_store=from_store, filled=dict(Counter(told)))  # fmt: skip
    return dossier


@transaction.atomic
def save_draft(
    *, dossier: Dossier, answers: Mapping[str, Any], page: int = 0, by: Person | None
) -> Dossier:
    """Keep what was filled in so far, faults and all: nothing is lost.

    A field that a register filled keeps the register's value.
    """
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    require_state(dossier, Business.DRAFT)
    application = dossier.application
    take_answers(application, definition_of(dossier), answers)
    application.page, application.saved_at = page, clock.now()
    application.save()
    record_dossier("draft_saved", dossier, by=by, page=page)
    return dossier


@transaction.atomic
def describe_applicant(
    *,
    dossier: Dossier,
    name: str,
    national_id: str = "",
    phone: str = "",
    email: str = "",
    address: str = "",
    by: Person | None,
) -> Dossier:
    """Say who applies, where the applicant has no account: at the counter, by post."""
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    require_state(dossier, Business.DRAFT)
    if dossier.applicant is not None:
        raise RuleBroken(N_("The applicant's account says who they are."))
    if not name.strip():
        raise RuleBroken(N_("Say who applies."), field="name")
    dossier.applicant_name = name.strip()
    dossier.save()
    Application.objects.filter(dossier=dossier).update(
        national_id=national_id, phone=phone, email=email, address=address
    )
    record_dossier("draft_saved", dossier, by=by)
    return dossier


@transaction.atomic
def attach_paper(
    *,
    dossier: Dossier,
    component: str,
    content: bytes = b"",
    name: str = "",
    form: int = 2,
    digitised: bool = False,
    by: Person | None,
) -> Paper:
    """Attach a paper of the dossier, or note the original shown at the counter.

    Returns the paper with its stored file, whose hash is the receipt for it. A paper
    attached again replaces the one before; both are kept.
    """
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    require_state(dossier, Business.DRAFT)
    found = component_of(definition_of(dossier), component)
    file: StoredFile | None = files.keep(content, name) if content else None
    if file is None and form == 2:
        raise RuleBroken(N_("Choose a file."), field="file")
    dossier.papers.filter(component=component, replaced_at=None).update(
        replaced_at=clock.now()
    )
    paper = Paper.objects.create(
        dossier=dossier, component=component, name=found.name, supply=Supply.SUBMIT,
        file=file, form=form, digitised=digitised and file is not None,
    )  # fmt: skip
    record_dossier(
        "paper_attached", dossier, by=by, component=component,
        sha256=file.sha256 if file else None,
    )  # fmt: skip
    return paper


@transaction.atomic
def use_stored_paper(
    *, dossier: Dossier, component: str, stored: StoredPaper, by: Person
) -> Paper:
    """Use a paper of the applicant's own store, with the consent this act is."""
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    require_state(dossier, Business.DRAFT)
    if stored.owner_id != dossier.applicant_id:
        raise RuleBroken(N_("This paper is in somebody else's store."))
    found = component_of(definition_of(dossier), component)
    if not usable_for(stored.owner, found).filter(pk=stored.pk).exists():
        raise RuleBroken(
            N_("This paper says something else, or does not hold any more."),
            field="stored",
        )
    dossier.papers.filter(component=component, replaced_at=None).update(
        replaced_at=clock.now()
    )
    paper = Paper.objects.create(
        dossier=dossier, component=component, name=found.name, supply=Supply.STORE,
        stored=stored, file=stored.file, digitised=True,
    )  # fmt: skip
    record_dossier("paper_taken_from_store", dossier, by=by, component=component)
    return paper


@transaction.atomic
def file_dossier(
    *,
    dossier: Dossier,
    agency: Organisation,
    point: Organisation | None = None,
    return_point: Organisation | None = None,
    by: Person | None,
) -> Dossier:
    """File a draft: it gets its code, its reception clock and its first step.

    Filing again answers with the same dossier, whatever became of it since. Raises
    InputRefused with everything that is missing, so that it is said once and before
    filing.
    """
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    if dossier.business != Business.DRAFT:
        return dossier
    held = list(dossier.papers.filter(replaced_at=None))
    put_in(dossier, held, agency=agency, point=point, return_point=return_point)
    dossier.save()
    set_going(dossier)
    record_filed(dossier, by=by)
    return dossier


@transaction.atomic
def renew_draft(*, dossier: Dossier, by: Person | None) -> Dossier:
    """Move a draft to the version in force; answers and papers it still asks for stay.

    Raises RuleBroken where the procedure is offered no more.
    """
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    require_state(dossier, Business.DRAFT)
    found = published(dossier.procedure)
    if found is None:
        raise RuleBroken(N_("This procedure is not offered any more. Ask the service centre what replaces it."))  # fmt: skip
    definition = found.definition
    check_offer(definition, Channel(dossier.channel))
    dossier.version, dossier.title = found.id, definition.title
    dossier.sector = definition.sector
    dossier.save()
    application, fields = dossier.application, definition.form.get("properties", {})
    dropped = len(application.answers.keys() - fields.keys())
    application.answers = {f: v for f, v in application.answers.items() if f in fields}
    application.provenance = {f: p for f, p in application.provenance.items() if f in fields}  # fmt: skip
    application.page = 0
    application.save()
    codes = [one.code for one in definition.components]
    gone = dossier.papers.filter(replaced_at=None).exclude(component__in=codes)
    dropped += gone.update(replaced_at=clock.now())
    record_dossier("draft_renewed", dossier, by=by, number=found.number, dropped=dropped)  # fmt: skip
    return dossier


@transaction.atomic
def discard_draft(*, dossier: Dossier, by: Person) -> None:
    """Throw a draft away; what was filed stays."""
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    require_state(dossier, Business.DRAFT)
    record_dossier("draft_discarded", dossier, by=by)
    dossier.delete()


def _prefill(
    application: Application,
    definition: Definition,
    person: Person,
    from_store: bool,
    by: Person | None,
) -> None:
    """Fill in what sources know; note what, from where, and the consent it stands on."""
    bound = bindings_of(definition.form)
    known = provided(person, bound.values(), opened=from_store)
    agreed = person == by
    for field, name in bound.items():
        if name in known:
            told = known[name]
            application.answers[field] = told.value
            application.provenance[field] = {
                "source": told.source,
                "name": name,
                "fetched_at": told.fetched_at.isoformat(),
                "fixed": name in PROVEN and told.source != "store",
                "document": told.document,
                "agreed": agreed,
            }
    if agreed and known:
        application.consent["filled"] = {
            "by": person.ref,
            "at": clock.now().isoformat(),
            "from": {name: told.source for name, told in sorted(known.items())},
        }

"""Filling a draft with what another app knows: values with their source, papers it made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from khuevan.catalogue.public import Supply
from khuevan.counter.access import may_edit_draft
from khuevan.counter.definitions import definition_of
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Paper
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import StoredFile

from .common import locked, require, require_state
from .filing_common import component_of


@transaction.atomic
def prefill_draft(
    *,
    dossier: Dossier,
    answers: Mapping[str, Any],
    source: str,
    document: str,
    papers: Mapping[str, StoredFile],
    by: Person | None,
) -> Dossier:
    """Fill the fields another app knows and attach the papers it made, by component.

    `source` is a code `words.SOURCES` knows, `document` the paper that says it. What a
    register filled stays the register's; a field the form does not have is left out. The
    applicant may change what is filled, and answers for it.
    """
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    require_state(dossier, Business.DRAFT)
    definition, application = definition_of(dossier), dossier.application
    known, now = set(definition.form.get("properties", {})), clock.now().isoformat()
    taken = {
        field: value
        for field, value in answers.items()
        if field in known and not application.provenance.get(field, {}).get("fixed")
    }
    application.answers |= taken
    application.provenance |= {
        field: {"source": source, "fetched_at": now, "fixed": False, "document": document}
        for field in taken
    }  # fmt: skip
    application.save()
    for code, file in papers.items():
        found = component_of(definition, code)
        dossier.papers.filter(component=code, replaced_at=None).update(
            replaced_at=clock.now()
        )
        Paper.objects.create(
            dossier=dossier, component=code, name=found.name, supply=Supply.SUBMIT,
            file=file, form=2,
        )  # fmt: skip
    record_dossier(
        "draft_prefilled", dossier, by=by, source=source, fields=len(taken),
        papers=[file.sha256 for file in papers.values()],
    )  # fmt: skip
    return dossier

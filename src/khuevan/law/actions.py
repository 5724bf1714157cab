"""Keeping the register: documents are added, corrected and related, never removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_, RuleBroken

from .access import may_keep_register
from .models import LegalDocument, LegalRelation
from .rules import Kind, Level, Relation, check_dates


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """What the register says about one document."""

    number: str
    title: str
    kind: Kind
    level: Level
    issuer: str
    source: str
    issued_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    source_url: str = ""
    doubt: str = ""


@transaction.atomic
def add_document(*, entry: DocumentEntry, by: Person) -> LegalDocument:
    """Enter a document into the register.

    Raises RuleBroken when the number is already there, the dates contradict each
    other, or a date is missing and no doubt says so.
    """
    _check_access(by)
    _check_entry(entry)
    if LegalDocument.objects.numbered(entry.number).exists():
        raise RuleBroken(
            N_("Document %(number)s is already in the register."),
            field="number",
            number=entry.number,
        )
    document = LegalDocument.objects.create(**_fields(entry))
    record("law.document_added", subject=document.ref, by=by, number=document.number)
    return document


@transaction.atomic
def correct_document(
    *, document: LegalDocument, entry: DocumentEntry, by: Person
) -> LegalDocument:
    """Correct what the register says; the number itself stays, others point to it."""
    _check_access(by)
    document = LegalDocument.objects.select_for_update().get(pk=document.pk)
    _check_entry(entry)
    fields = _fields(entry)
    if fields["number"] != document.number:
        raise RuleBroken(
            N_("The number of a document cannot change: rules point to it."),
            field="number",
        )
    changed = [name for name, new in fields.items() if getattr(document, name) != new]
    for name in changed:
        setattr(document, name, fields[name])
    document.save()
    record(
        "law.document_corrected",
        subject=document.ref,
        by=by,
        number=document.number,
        changed=sorted(changed),
    )
    return document


@transaction.atomic
def relate_documents(
    *,
    source: LegalDocument,
    target: LegalDocument,
    kind: Relation,
    article: str = "",
    part: str = "",
    since: date | None = None,
    by: Person,
) -> LegalRelation:
    """State that `source`, by its `article`, amends, replaces, repeals or guides another.

    `part` names the part of the target concerned, empty for all of it; `since` is
    the day it takes effect, None for the day the source does. Stating it again
    changes the article and the day.
    """
    _check_access(by)
    if source.pk == target.pk:
        raise RuleBroken(N_("A document cannot amend or end itself."), field="target")
    relation, _created = LegalRelation.objects.update_or_create(
        source=source,
        target=target,
        kind=kind,
        part=part.replace(" ", ""),
        defaults={"article": article.replace(" ", ""), "since": since},
    )
    record(
        "law.documents_related",
        subject=source.ref,
        by=by,
        relation=str(kind),
        source=source.number,
        target=target.number,
        article=relation.article,
        part=relation.part,
    )
    return relation


def _check_access(by: Person) -> None:
    if not may_keep_register(by):
        raise PermissionDenied


def _check_entry(entry: DocumentEntry) -> None:
    check_dates(entry.issued_on, entry.effective_from, entry.effective_to)
    if not (entry.issued_on and entry.effective_from) and not entry.doubt:
        raise RuleBroken(
            N_("A date is missing: say under “doubt” what still has to be checked."),
            field="doubt",
        )


def _fields(entry: DocumentEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in DocumentEntry.__slots__}

"""Reading the register: lists, one document, citations, and the check of all rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.text import fold

from .basis import registered
from .labels import KINDS, LEVELS, RELATIONS, RELATIONS_REVERSED, SEVERITIES
from .models import LegalDocument, LegalRelation
from .rules import (
    ENDING,
    FATAL,
    LIVE,
    Ending,
    Kind,
    Level,
    Relation,
    RuleBasis,
    Severity,
    Status,
    Validity,
    last_day,
    reference_key,
    status_on,
    weigh,
)


WARN_AHEAD_DAYS = 60
"""How early the platform warns that a basis ends; its own choice, not a rule of law."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A document cited by number and article: words, standing, address.

    `status` None means that the register does not know the number; `warning` is a
    translated sentence to show where the rule is used, None when the basis is live.
    `title` is the document's own, in Vietnamese.
    """

    text: str
    status: Status | None
    warning: str | None
    slug: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One line of the list."""

    slug: str
    number: str
    title: str
    kind: str | Promise
    level: str | Promise
    issuer: str
    effective_from: date | None
    effective_to: date | None
    status: Status
    doubt: str


@dataclass(frozen=True, slots=True)
class RelationRow:
    """What a document does to another, or has done to it."""

    words: str | Promise
    slug: str
    number: str
    title: str
    article: str
    part: str
    since: date | None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One document with everything said about it."""

    row: DocumentRow
    issued_on: date | None
    source: str
    source_url: str
    does: tuple[RelationRow, ...]
    suffers: tuple[RelationRow, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A registered rule whose basis is not sound; `sentence` is translated."""

    source: str
    basis: RuleBasis
    severity: Severity
    sentence: str

    @property
    def fatal(self) -> bool:
        """Tell whether the rule stands on nothing."""
        return self.severity in FATAL


def documents(
    person: Person | None, *, search: str = "", level: str = "", on: date | None = None
) -> list[DocumentRow]:
    """List the documents that match every word of a search, accents not needed."""
    found = _with_endings(LegalDocument.objects.visible_to(person))
    for word in fold(search).split():
        found = found.filter(folded__contains=word)
    if level:
        found = found.filter(level=level)
    day = on or clock.today()
    return [_row(document, day) for document in found]


def document_page(document: LegalDocument, *, on: date | None = None) -> DocumentPage:
    """Return one document with its relations both ways."""
    return DocumentPage(
        row=_row(document, on or clock.today()),
        issued_on=document.issued_on,
        source=document.source,
        source_url=document.source_url,
        does=tuple(
            _relation(r, r.target, RELATIONS[Relation(r.kind)])
            for r in document.relations_out.select_related("source", "target").order_by(
                "kind", "target__number"
            )
        ),
        suffers=tuple(
            _relation(r, r.source, RELATIONS_REVERSED[Relation(r.kind)])
            for r in document.relations_in.select_related("source", "target").order_by(
                "kind", "source__number"
            )
        ),
    )


def cite(number: str, article: str = "", *, on: date | None = None) -> Citation:
    """Return a document cited in words, with its standing on a day (default today)."""
    return cite_all([(number, article)], on=on)[0]


def cite_all(
    references: Iterable[tuple[str, str]], *, on: date | None = None
) -> list[Citation]:
    """Return many citations, in the order asked, for two queries altogether."""
    references = list(references)
    day = on or clock.today()
    known = _by_key(number for number, _article in references)
    return [
        _citation(known.get(reference_key(number)), number, article, day)
        for number, article in references
    ]


def live(reference: str, on: date, article: str = "") -> bool:
    """Tell whether a document, or one article of it, is in force on a day."""
    return cite(reference, article, on=on).status in LIVE


def warn_if_dead(reference: str, on: date, article: str = "") -> str | None:
    """Return the sentence to show beside a rule without a live basis, else None."""
    return cite(reference, article, on=on).warning


def check_rules(on: date | None = None) -> list[Finding]:
    """List the registered rules whose basis is missing, dead, coming or ending soon."""
    day = on or clock.today()
    rules = list(registered())
    known = _by_key(basis.reference for _source, basis in rules)
    findings = []
    for source, basis in rules:
        document = known.get(reference_key(basis.reference))
        validity = _validity(document) if document else None
        severity = weigh(validity, basis, day, WARN_AHEAD_DAYS)
        if severity:
            sentence = _finding_words(basis, severity, validity)
            findings.append(Finding(source, basis, severity, sentence))
    return findings


def _by_key(numbers: Iterable[str]) -> dict[str, LegalDocument]:
    keys = {reference_key(number) for number in numbers}
    found = _with_endings(LegalDocument.objects.filter(key__in=keys))
    return {document.key: document for document in found}


def _with_endings(documents: QuerySet[LegalDocument]) -> QuerySet[LegalDocument]:
    relations = LegalRelation.objects.select_related("source")
    return documents.prefetch_related(Prefetch("relations_in", relations))


def _validity(document: LegalDocument) -> Validity:
    return Validity(
        document.effective_from,
        document.effective_to,
        tuple(
            Ending(r.source.number, r.since or r.source.effective_from, r.part)
            for r in document.relations_in.all()
            if Relation(r.kind) in ENDING
        ),
    )


def _row(document: LegalDocument, day: date) -> DocumentRow:
    return DocumentRow(
        slug=document.slug,
        number=document.number,
        title=document.title,
        kind=KINDS[Kind(document.kind)],
        level=LEVELS[Level(document.level)],
        issuer=document.issuer,
        effective_from=document.effective_from,
        effective_to=document.effective_to,
        status=status_on(_validity(document), day),
        doubt=document.doubt,
    )


def _relation(
    relation: LegalRelation, other: LegalDocument, words: str | Promise
) -> RelationRow:
    return RelationRow(
        words=words,
        slug=other.slug,
        number=other.number,
        title=other.title,
        article=relation.article,
        part=relation.part,
        since=relation.since or relation.source.effective_from,
    )


def _citation(
    document: LegalDocument | None, number: str, article: str, day: date
) -> Citation:
    if document is None:
        warning = gettext("%(basis)s is not in the register of legal documents.") % {
            "basis": number
        }
        return Citation(_words(number, article), None, warning)
    validity = _validity(document)
    status = status_on(validity, day, article)
    kind = str(KINDS[Kind(document.kind)])
    text = _words(f"{kind} {document.number}", article)
    dead = _warning(text, status, validity, article)
    return Citation(text, status, dead, document.slug, document.title)


def _words(name: str, article: str) -> str:
    if not article:
        return name
    return gettext("%(name)s, Article %(article)s") % {"name": name, "article": article}


def _warning(text: str, status: Status, validity: Validity, article: str) -> str | None:
    if status in LIVE:
        return None
    if status is Status.NOT_YET_IN_FORCE:
        sentence = gettext("%(basis)s takes effect only on %(day)s.")
        return sentence % {"basis": text, "day": _day(validity.effective_from)}
    end = last_day(validity, article)
    if end is None:
        return gettext("%(basis)s is no longer in force.") % {"basis": text}
    sentence = gettext("%(basis)s has not been in force since %(day)s.")
    after = date.fromordinal(end.toordinal() + 1)
    return sentence % {"basis": text, "day": _day(after)}


def _finding_words(
    basis: RuleBasis, severity: Severity, validity: Validity | None
) -> str:
    words = gettext("%(where)s stands on %(basis)s, which is %(fault)s.") % {
        "where": basis.where,
        "basis": _words(basis.reference, basis.article),
        "fault": SEVERITIES[severity],
    }
    end = last_day(validity, basis.article) if validity else None
    if end:
        words += " " + gettext("Last day: %(day)s.") % {"day": _day(end)}
    return words


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "–"


def find_documents(*, text: str, many: int = 20) -> list[tuple[str, str, str]]:
    """Search the public register, accents not needed: title, number, address."""
    return [
        (row.title, row.number, reverse("law-document", args=[row.slug]))
        for row in documents(None, search=text)[:many]
    ]

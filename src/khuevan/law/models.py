"""The register: documents and what they do to each other.

Nothing here is about people, and every row is public.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Person
from khuevan.platform.models import Entity
from khuevan.platform.text import fold

from .rules import Kind, Level, Relation, reference_key, slug_of


class DocumentQuerySet(models.QuerySet["LegalDocument"]):
    def visible_to(self, person: Person | None) -> Self:
        """Law is public: everybody sees all of it."""
        return self

    def numbered(self, number: str) -> Self:
        return self.filter(key=reference_key(number))


class LegalDocument(Entity):
    """A document of the State or the Party, known by its number."""

    number = models.CharField(max_length=60)
    key = models.CharField(max_length=60, unique=True, editable=False)
    slug = models.SlugField(max_length=80, unique=True, editable=False)
    title = models.CharField(max_length=500)
    kind = models.CharField(max_length=20, choices=[(k, k.name) for k in Kind])
    level = models.CharField(max_length=20, choices=[(x, x.name) for x in Level])
    issuer = models.CharField(max_length=200)
    issued_on = models.DateField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    source_url = models.URLField(blank=True)
    doubt = models.CharField(max_length=300, blank=True)
    folded = models.CharField(max_length=1000, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["level", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                name="law_document_ends_after_it_takes_effect",
            ),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(effective_from__gte=F("issued_on")),
                name="law_document_takes_effect_after_it_is_issued",
            ),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=False) & Q(effective_from__isnull=False)
                | ~Q(doubt=""),
                name="law_document_without_dates_says_its_doubt",
            ),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        self.key = reference_key(self.number)
        self.slug = slug_of(self.number)
        self.folded = fold(f"{self.number} {self.title} {self.issuer}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.number


class LegalRelation(Entity):
    """One document amends, replaces, repeals or guides another, or a part of it."""

    source = models.ForeignKey(
        LegalDocument, on_delete=models.PROTECT, related_name="relations_out"
    )
    target = models.ForeignKey(
        LegalDocument, on_delete=models.PROTECT, related_name="relations_in"
    )
    kind = models.CharField(max_length=20, choices=[(r, r.name) for r in Relation])
    article = models.CharField(max_length=40, blank=True)
    part = models.CharField(max_length=40, blank=True)
    since = models.DateField(
        null=True, blank=True, help_text="Empty: since the source takes effect"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="law_relation_is_between_two_documents",
            ),
            models.UniqueConstraint(
                fields=["source", "target", "kind", "part"],
                name="law_relation_is_stated_once",
            ),
        ]

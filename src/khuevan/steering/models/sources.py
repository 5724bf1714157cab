"""Where tasks come from: a paper and its clauses."""

from __future__ import annotations

from django.db import models

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity
from khuevan.platform.text import fold
from khuevan.steering.rules import Group, Level, SourceKind


class Source(Entity):
    """A resolution, plan, notice or conclusion that orders something."""

    kind = models.CharField(max_length=20, choices=[(k, k.name) for k in SourceKind])
    number = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=500)
    issuer = models.CharField(max_length=200)
    level = models.CharField(max_length=10, choices=[(v, v.name) for v in Level])
    issued_on = models.DateField()
    legal_reference = models.CharField(
        max_length=80, blank=True, help_text="Number of the document in `law`"
    )
    created_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    folded = models.CharField(max_length=600, editable=False)

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "kind",
            "number",
            "title",
            "issuer",
            "level",
            "issued_on",
            "legal_reference",
            "created_by",
            "created_at",
            "folded",
        }

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold(f"{self.number} {self.title}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Clause(Entity):
    """One numbered place of a source; tasks are cut from it."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="clauses")
    number = models.CharField(max_length=20)
    text = models.TextField()
    group = models.PositiveSmallIntegerField(choices=[(g, g.name) for g in Group])

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "source", "number", "text", "group"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "number"],
                name="%(app_label)s_%(class)s_number_is_unique_in_its_source",
            )
        ]

"""Procedures, their dated versions, cost sheets, and what imports found.

Nothing here is about people but who published what. A published version never
changes: the database refuses it (migration 0002).
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity
from khuevan.platform.text import fold, sort_key

from .capacity import keeps_catalogue
from .rules.definition import Tier
from .rules.states import FaultState, Origin, ProcedureState, VersionState


SHOWN_STATES = [VersionState.PUBLISHED, VersionState.WITHDRAWN]


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def visible_to(self, person: Person | None) -> Self:
        """Return what was ever published; those who keep the catalogue see drafts."""
        if person is not None and keeps_catalogue(person):
            return self
        return self.exclude(state=ProcedureState.DRAFT)


class Procedure(Entity):
    """An administrative procedure, known by its national code for ever."""

    code = models.CharField(max_length=40, unique=True)
    title = models.TextField()
    sector = models.CharField(max_length=300)
    tier = models.CharField(max_length=10, choices=[(t, t.name) for t in Tier])
    agency = models.TextField(blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(s, s.name) for s in ProcedureState],
        default=ProcedureState.DRAFT,
    )
    source_fingerprint = models.CharField(
        max_length=64, blank=True, help_text="Of the last source row taken over"
    )
    folded = models.TextField(editable=False)
    sort_key = models.TextField(editable=False)

    objects = ProcedureQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "code", "title", "sector", "tier", "agency", "state",
                "source_fingerprint", "folded", "sort_key"}  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["state", "tier", "sector"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(title=""),
                name="catalogue_procedure_has_a_code_and_a_title",
            )
        ]

    def prepare(self) -> Procedure:
        """Fill what searching and sorting need; bulk writers call it themselves."""
        self.folded = fold(f"{self.code} {self.title} {self.sector}")
        self.sort_key = sort_key(self.title[:300])
        return self

    def save(self, *args: object, **kwargs: object) -> None:
        self.prepare()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.code


class VersionQuerySet(models.QuerySet["Version"]):
    def visible_to(self, person: Person | None) -> Self:
        """Return published and withdrawn versions; keepers see drafts, too."""
        if person is not None and keeps_catalogue(person):
            return self
        return self.filter(state__in=SHOWN_STATES)

    def published(self) -> Self:
        return self.filter(state=VersionState.PUBLISHED)

    def in_force(self, day: object) -> Self:
        """Return the published versions that hold on a day: one a procedure at most."""
        ends = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        return self.published().filter(ends, valid_from__lte=day)


class Version(Entity):
    """What a procedure says from one day to another, both included."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    origin = models.CharField(max_length=10, choices=[(o, o.name) for o in Origin])
    state = models.CharField(
        max_length=10,
        choices=[(s, s.name) for s in VersionState],
        default=VersionState.DRAFT,
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    decision = models.CharField(max_length=80, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "procedure", "number", "definition", "fingerprint", "origin",
                "state", "valid_from", "valid_to", "decision", "decided_on", "made_by",
                "made_at", "published_by", "published_at", "withdrawn_at",
                "used_at"}  # fmt: skip

    class Meta:
        ordering = ["procedure", "-number"]
        indexes = [
            models.Index(fields=["published_at"]),
            models.Index(
                fields=["procedure", "valid_from"],
                condition=Q(state="published"),
                name="catalogue_version_in_force",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "number"],
                name="catalogue_version_has_a_number_of_its_own",
            ),
            ExclusionConstraint(
                name="catalogue_procedure_has_one_version_on_a_day",
                expressions=[
                    (F("procedure"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state="published"),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="catalogue_version_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "withdrawn"])
                | Q(valid_from__isnull=False, published_at__isnull=False),
                name="catalogue_published_version_says_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn")
                | Q(used_at__isnull=True, withdrawn_at__isnull=False),
                name="catalogue_withdrawn_version_was_never_used",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(state="published"),
                name="catalogue_only_a_published_version_is_used",
            ),
        ]


class CostSheet(Entity):
    """The cost of complying with one version, before and after simplification."""

    version = models.OneToOneField(
        Version, on_delete=models.CASCADE, related_name="cost_sheet"
    )
    sheet = models.JSONField()
    entered_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[CostSheet]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "version", "sheet", "entered_by", "entered_at"}


class ImportRun(Entity):
    """One file taken over: what it brought."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    created = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    faults_found = models.PositiveIntegerField()
    run_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    run_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[ImportRun]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "file_name", "sha256", "rows", "created", "changed", "unchanged",
                "faults_found", "run_by", "run_at"}  # fmt: skip


class FaultQuerySet(models.QuerySet["Fault"]):
    def visible_to(self, person: Person | None) -> Self:
        """Faults are for those who keep the catalogue."""
        kept = person is not None and keeps_catalogue(person)
        return self if kept else self.none()

    def open(self) -> Self:
        return self.filter(state=FaultState.OPEN)


class Fault(Entity):
    """Something wrong in a row of the source: kept as found until somebody decides."""

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="faults")
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=40, db_index=True)
    rule = models.CharField(max_length=40)
    place = models.CharField(max_length=60)
    found = models.CharField(max_length=300)
    state = models.CharField(
        max_length=10,
        choices=[(s, s.name) for s in FaultState],
        default=FaultState.OPEN,
    )
    owner = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    objects = FaultQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "run", "row", "code", "rule", "place", "found", "state", "owner",
                "note", "closed_by", "closed_at"}  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["state", "rule", "row"])]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "rule", "place", "found"],
                name="catalogue_fault_is_told_once",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | ~Q(state="open") & Q(closed_at__isnull=False),
                name="catalogue_closed_fault_says_when",
            ),
        ]


class Stamp(models.Model):
    """One row that counts how often the published catalogue changed.

    Search indexes in memory carry the count they were built at; a newer one is
    rebuilt, whichever process made the change.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    changes = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[models.Manager[Stamp]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "changes"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="catalogue_stamp_is_one_row")
        ]

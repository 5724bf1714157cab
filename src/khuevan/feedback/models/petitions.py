"""Petitions, their clocks, their steps, and what readers think of the answers."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person, Role
from khuevan.feedback.rules.petitions import (
    OPEN,
    Category,
    Cause,
    Channel,
    Kind,
    Move,
    Refusal,
    Severity,
    State,
)
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile
from khuevan.platform.text import fold


class PetitionQuerySet(models.QuerySet["Petition"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep one's own, those of one's bodies where one works, or all for city-wide readers."""
        if not isinstance(person, Person):
            return self.none()
        authority = person.authority
        if authority.reads_everything:
            return self.all()
        seen = Q(reporter=person)
        if authority.has(Role.HEAD, Role.OFFICIAL):
            seen |= Q(organisation__in=authority.organisations)
        return self.filter(seen)

    def published(self) -> Self:
        """Keep what anybody may read, in its public words."""
        return self.filter(state=State.PUBLISHED)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)


class Petition(Entity):
    """A reflection or proposal, who answers for it, and until when.

    `text` and the contact are for the handling agency; the public reads `public_text`
    and `public_answer`, written at a second look.
    """

    code = models.CharField(max_length=16, unique=True)
    channel = models.CharField(max_length=10, choices=[(c, c.name) for c in Channel])
    kind = models.CharField(max_length=10, choices=[(k, k.name) for k in Kind])
    category = models.CharField(max_length=10, choices=[(c, c.name) for c in Category])
    severity = models.CharField(
        max_length=10, choices=[(s, s.name) for s in Severity], default=Severity.NORMAL
    )
    procedure = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=150, blank=True)
    text = models.TextField()
    place = models.CharField(max_length=250, blank=True)
    anonymous = models.BooleanField(default=True)
    reporter = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    contact_name = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    handler = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        max_length=12, choices=[(s, s.name) for s in State], default=State.RECEIVED
    )
    filed_at = models.DateTimeField(default=clock.now)
    received_at = models.DateTimeField(default=clock.now)
    next_due_at = models.DateTimeField(null=True)
    refusal = models.CharField(
        max_length=15, blank=True, choices=[(r, r.name) for r in Refusal]
    )
    cause = models.CharField(
        max_length=10, blank=True, choices=[(c, c.name) for c in Cause]
    )
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    public_text = models.TextField(blank=True)
    public_answer = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged"
    )
    out_of_scope_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    folded = models.TextField(blank=True, editable=False)

    objects = PetitionQuerySet.as_manager()

    class Privacy:
        personal = {
            "text": "what somebody wrote", "place": "may be a home",
            "reporter": "who sent it", "contact_name": "contact", "phone": "contact",
            "email": "contact", "answer": "may speak of the person",
        }  # fmt: skip
        open = {"id", "code", "channel", "kind", "category", "severity", "procedure",
                "subject", "anonymous", "organisation", "handler", "state", "filed_at",
                "received_at", "next_due_at", "refusal", "cause", "answered_by",
                "answered_at", "public_text", "public_answer", "published_at",
                "merged_into", "out_of_scope_at", "reopened_at", "folded"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED)
                | ~Q(public_text="") & ~Q(public_answer=""),
                name="feedback_published_petition_has_public_words",
            ),
            models.CheckConstraint(
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | ~Q(state=State.MERGED) & Q(merged_into__isnull=True),
                name="feedback_merged_petition_says_into_which",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="feedback_petition_is_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(reporter__isnull=False) | ~Q(phone="") | ~Q(email=""),
                name="feedback_petition_can_be_followed",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "next_due_at"]),
            models.Index(fields=["subject"]),
            GinIndex(
                OpClass("folded", name="gin_trgm_ops"), name="feedback_petition_words"
            ),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold(f"{self.code} {self.public_text} {self.public_answer}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class PetitionClock(Entity):
    """One limit that ran for a petition: of which body, until when, kept or not."""

    petition = models.ForeignKey(
        Petition, on_delete=models.CASCADE, related_name="clocks"
    )
    code = models.CharField(max_length=10)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[PetitionClock]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "petition", "code", "organisation", "started_at", "due_at",
                "paused_at", "pauses", "ended_at", "late_at"}  # fmt: skip

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "code"],
                condition=Q(ended_at__isnull=True),
                name="feedback_clock_runs_once_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["ended_at", "due_at"])]


class Step(Entity):
    """What was done, by whom, in which words: for the reporter and the handlers."""

    petition = models.ForeignKey(
        Petition, on_delete=models.CASCADE, related_name="steps"
    )
    move = models.CharField(max_length=10, choices=[(m, m.name) for m in Move])
    words = models.TextField(blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Step]] = models.Manager()

    class Privacy:
        personal = {"words": "may speak of people"}
        open = {"id", "petition", "move", "organisation", "by", "at"}

    class Meta:
        ordering = ["at", "id"]


class PetitionFile(Entity):
    """Something attached: for the handling agency only."""

    petition = models.ForeignKey(
        Petition, on_delete=models.CASCADE, related_name="files"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[PetitionFile]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "petition", "file"}


class Reaction(Entity):
    """A like or dislike of an answer; a hash keeps it to one each and names nobody."""

    petition = models.ForeignKey(
        Petition, on_delete=models.CASCADE, related_name="reactions"
    )
    voter = models.CharField(max_length=64)
    like = models.BooleanField()
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Reaction]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "petition", "voter", "like", "at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "voter"], name="feedback_reader_reacts_once"
            )
        ]

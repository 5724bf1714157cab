"""Listings with their owners, papers, reviews and history."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Person
from khuevan.exchange.rules.disclosing import Level
from khuevan.exchange.rules.listings import (
    Field,
    IpStatus,
    Kind,
    Licence,
    Move,
    Stage,
    State,
    Territory,
    Verification,
)
from khuevan.exchange.rules.papers import Reading
from khuevan.exchange.rules.screening import Screening
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile

from .members import Member


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word, word.name) for word in words]


class ListingQuerySet(models.QuerySet["Listing"]):
    def visible_to(
        self, person: Person | AnonymousUser, *, reviews: bool = False
    ) -> Self:
        """Keep what is published, what one's own members list, or all where one reviews.

        `reviews` tells that the person works for the exchange (see `access.may_review`).
        Which fields of a listing are shown is `queries.disclosing`'s.
        """
        if isinstance(person, Person) and (
            reviews or person.authority.reads_everything
        ):
            return self.all()
        own = Member.objects.acted_for_by(person)
        return self.filter(Q(state=State.PUBLISHED) | Q(member__in=own))

    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def expiring(self, until: date) -> Self:
        """Keep what expires until a day and whose member was not told so."""
        untold = Q(renewal_told=None) | ~Q(renewal_told=F("expires_on"))
        return self.filter(untold, expires_on__lte=until)

    def ours(self) -> Self:
        """Keep what is listed here, not on another exchange."""
        return self.filter(foreign=None)


class Listing(Entity):
    """An offer or a need: what the member says, and where it stands.

    Money in đồng. For a need `trl` is the least readiness accepted, `price_…` the budget,
    `licence` and `territory` what is wanted. `renewal_told`: the last day its member was
    warned of.
    """

    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=16, choices=_choices(Kind))
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="listings"
    )
    state = models.CharField(
        max_length=10, choices=_choices(State), default=State.DRAFT
    )
    verification = models.CharField(
        max_length=16, choices=_choices(Verification), default=Verification.DECLARED
    )
    verified_on = models.DateField(null=True)
    verified_by_words = models.TextField(blank=True)
    title_vi = models.CharField(max_length=250)
    title_en = models.CharField(max_length=250, blank=True)
    summary_vi = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    field = models.CharField(max_length=14, blank=True, choices=_choices(Field))
    ipc = ArrayField(models.CharField(max_length=16), default=list)
    nace = ArrayField(models.CharField(max_length=6), default=list)
    territory = models.CharField(max_length=8, blank=True, choices=_choices(Territory))
    stage = models.CharField(max_length=10, blank=True, choices=_choices(Stage))
    trl = models.PositiveSmallIntegerField(null=True)
    trl_most = models.PositiveSmallIntegerField(null=True)
    trl_evidence = models.TextField(blank=True)
    advantage = models.TextField(blank=True)
    advantage_en = models.TextField(blank=True)
    advantage_against = models.CharField(max_length=250, blank=True)
    description = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    ip_status = models.CharField(max_length=10, blank=True, choices=_choices(IpStatus))
    ip_number = models.CharField(max_length=40, blank=True)
    ip_until = models.DateField(null=True)
    state_funded = models.BooleanField(null=True)
    licence = models.CharField(max_length=14, blank=True, choices=_choices(Licence))
    licence_terms = models.TextField(blank=True)
    price_from = models.BigIntegerField(null=True)
    price_to = models.BigIntegerField(null=True)
    outcome = models.TextField(blank=True)
    outcome_en = models.TextField(blank=True)
    data_available = models.TextField(blank=True)
    criteria = models.TextField(blank=True)
    criteria_en = models.TextField(blank=True)
    deadline = models.DateField(null=True)
    trial_possible = models.BooleanField(null=True)
    takes_restricted = models.BooleanField(null=True)
    screening = models.CharField(max_length=10, blank=True, choices=_choices(Screening))
    sketch = ArrayField(models.IntegerField(), default=list, editable=False)
    levels = models.JSONField(default=dict)
    drafted_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_on = models.DateField(null=True)
    renewal_told = models.DateField(null=True)
    folded = models.TextField(blank=True, editable=False)

    objects = ListingQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "code", "kind", "member", "state", "verification", "title_vi",
                "title_en", "summary_vi", "summary_en", "field", "ipc", "nace", "territory",
                "stage", "trl", "trl_evidence", "advantage", "advantage_against",
                "description", "advantage_en", "description_en", "outcome_en", "criteria_en", "ip_status", "ip_number", "ip_until", "state_funded",
                "licence", "licence_terms", "price_from", "price_to", "outcome",
                "data_available", "criteria", "deadline", "trial_possible", "trl_most",
                "takes_restricted", "renewal_told", "verified_on", "verified_by_words", "levels", "screening", "sketch",
                "drafted_at", "submitted_at", "submitted_by", "checked_by",
                "published_at", "published_by", "expires_on", "folded"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(trl__isnull=True) | Q(trl__gte=1, trl__lte=9),
                name="exchange_listing_trl_is_one_to_nine",
            ),
            models.CheckConstraint(
                condition=(Q(price_from__isnull=True) | Q(price_from__gte=0))
                & (Q(price_to__isnull=True) | Q(price_to__gte=0)),
                name="exchange_listing_price_is_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED)
                | Q(published_at__isnull=False, expires_on__isnull=False),
                name="exchange_published_listing_has_a_last_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED)
                | Q(checked_by__isnull=True)
                | ~Q(checked_by=F("published_by")),
                name="exchange_listing_is_reviewed_by_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "kind", "field"]),
            models.Index(fields=["state", "expires_on"]),
            GinIndex(fields=["sketch"], name="exchange_listing_sketch"),
            GinIndex(
                OpClass("folded", name="gin_trgm_ops"), name="exchange_listing_words"
            ),
        ]


class ListingOwner(Entity):
    """Who owns a part of what is offered; `share` in hundredths of a per cent."""

    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, related_name="owners"
    )
    name = models.CharField(max_length=200)
    share = models.PositiveIntegerField()

    objects: ClassVar[models.Manager[ListingOwner]] = models.Manager()

    class Privacy:
        personal = {"name": "may be a person"}
        open = {"id", "listing", "share"}

    class Meta:
        ordering = ["-share", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=10_000),
                name="exchange_owner_has_a_part_of_the_whole",
            )
        ]


class ListingPaper(Entity):
    """Something attached, who may read it, and the words found in it."""

    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, related_name="papers"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=150)
    level = models.CharField(max_length=8, choices=_choices(Level))
    reading = models.CharField(max_length=8, choices=_choices(Reading))
    text = models.TextField(blank=True)
    attached_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[ListingPaper]] = models.Manager()

    class Privacy:
        personal = {"text": "whatever the paper says"}
        open = {"id", "listing", "file", "title", "level", "reading", "attached_at"}

    class Meta:
        ordering = ["attached_at", "id"]


class NdaNote(Entity):
    """A member may read what is for after an NDA: since when, and noted by whom."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="ndas")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField()
    ended_on = models.DateField(null=True)

    objects: ClassVar[models.Manager[NdaNote]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "listing", "member", "signed_on", "ended_on"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "member"],
                condition=Q(ended_on__isnull=True),
                name="exchange_one_nda_runs_for_a_listing_and_a_member",
            )
        ]


class Review(Entity):
    """One clock of a review: which, who has it, until when, kept or not."""

    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, related_name="reviews"
    )
    code = models.CharField(max_length=14)
    reviewer = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Review]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "listing", "code", "reviewer", "started_at", "due_at",
                "ended_at", "late_at"}  # fmt: skip

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing"],
                condition=Q(ended_at__isnull=True),
                name="exchange_one_review_runs_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["ended_at", "due_at"])]


class Step(Entity):
    """What was done to a listing, by whom, with which reasons: for member and reviewers."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="steps")
    move = models.CharField(max_length=10, choices=_choices(Move))
    words = models.TextField(blank=True)
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Step]] = models.Manager()

    class Privacy:
        personal = {"words": "may speak of people"}
        open = {"id", "listing", "move", "by", "at"}

    class Meta:
        ordering = ["at", "id"]

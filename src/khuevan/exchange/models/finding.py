"""What members look for again and again, what they were told, and what they say of matches."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Person
from khuevan.matching.public import Verdict
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .listings import Listing


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep one's own: what somebody looks for tells what they plan."""
        return self.filter(person=person) if isinstance(person, Person) else self.none()


class SavedSearch(Entity):
    """A search somebody keeps; `query` as the catalogue's address writes it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    query = models.CharField(max_length=1_000)
    alerts = models.BooleanField(default=True)
    saved_at = models.DateTimeField(default=clock.now)

    objects = SavedSearchQuerySet.as_manager()

    class Privacy:
        personal = {"person": "who looks for it", "query": "what they look for"}  # fmt: skip
        open = {"id", "alerts", "saved_at"}

    class Meta:
        ordering = ["-saved_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "query"], name="exchange_search_is_saved_once"
            )
        ]


class SearchAnswer(Entity):
    """A listing that a saved search was told of: once, whatever becomes of it later."""

    search = models.ForeignKey(
        SavedSearch, on_delete=models.CASCADE, related_name="answers"
    )
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[SearchAnswer]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "search", "listing", "told_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["search", "listing"], name="exchange_search_is_answered_once"
            )
        ]


class MatchTold(Entity):
    """A need and an offer whose fitting one side was told of, once."""

    need = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    offer = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    told_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[MatchTold]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "need", "offer", "score", "told_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer"], name="exchange_match_is_told_once"
            ),
            models.CheckConstraint(
                condition=~Q(need=F("offer")), name="exchange_match_has_two_sides"
            ),
        ]


class MatchWord(Entity):
    """What one person says of a match; `score` is what it had when they said it."""

    need = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    offer = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(
        max_length=14, choices=[(v.value, v.name) for v in Verdict]
    )
    score = models.FloatField()
    note = models.CharField(max_length=500, blank=True)
    said_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[MatchWord]] = models.Manager()

    class Privacy:
        personal = {"person": "who said it", "note": "in their words"}
        open = {"id", "need", "offer", "verdict", "score", "said_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer", "person"],
                name="exchange_person_has_one_word_on_a_match",
            )
        ]
